"""The recogniser in a child of its own: loaded once, then reading the pictures that come, beside each other."""

import os
import resource
import socket
from contextlib import suppress
from threading import Thread
from typing import BinaryIO

from moonshelf.errors import CorruptDocument, ExtractionError
from moonshelf.extraction.capped import messages
from moonshelf.extraction.capped.channels import Channel, Closed
from moonshelf.extraction.capped.named import loader
from moonshelf.extraction.tools import Raster, Recognise


def run(task: messages.RunRecogniser, channel: Channel[messages.ToChild], statm: int) -> None:
    """Answer until *channel* closes; *statm* is open on this process's ``/proc/self/statm``. Raises ``Closed``."""
    recognise = loader(task.loader)(task.speed)
    channel.send(messages.Ready())
    while True:
        request, (pixels, answer) = channel.receive_with_descriptors(2)
        Thread(target=_answer, args=(recognise, request, pixels, answer, statm), daemon=True).start()


def _answer(recognise: Recognise, request: messages.ToChild, pixels: int, answer: int, statm: int) -> None:
    """Read one picture, beside others. What nobody foresaw is told; the parent then ends this process."""
    channel = Channel(socket.socket(fileno=answer), messages.TO_CHILD)
    outcome: messages.FromChild
    try:
        with os.fdopen(pixels, "rb") as source:
            outcome = _recognised(recognise, request, source, statm)
    except BaseException as error:  # noqa: BLE001 the outermost loop of this thread
        outcome = messages.Broken.by(error)
    with suppress(Closed):  # nobody wants it any more
        channel.send(outcome)
    channel.close()


def _recognised(
    recognise: Recognise, request: messages.ToChild, source: BinaryIO, statm: int
) -> messages.Recognised | messages.NotRecognised:
    if not isinstance(request, messages.Pixels):
        raise Closed
    pixels = os.pread(source.fileno(), request.width * request.height * 3, 0)
    if len(pixels) != request.width * request.height * 3:
        return messages.NotRecognised(str(CorruptDocument("a picture in it was cut off")))
    try:
        lines = tuple(recognise(Raster(request.width, request.height, pixels)))
    except ExtractionError as error:
        return messages.NotRecognised(str(error))
    resident_pages = int(os.pread(statm, 100, 0).split()[1])
    return messages.Recognised(lines, resident_pages * resource.getpagesize())
