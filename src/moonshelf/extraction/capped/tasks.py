"""What a child does: confine itself, carry out one order, and say how it went. Nothing here runs in the parent."""

import fcntl
import importlib
import io
import os
import resource
import socket
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import BinaryIO, NoReturn, cast

from msgspec.structs import replace

from moonshelf.errors import (
    CorruptDocument,
    ExtractionError,
    LimitReached,
    MoonshelfError,
    NothingToRead,
    UnsupportedFormat,
)
from moonshelf.extraction import encoding, parts
from moonshelf.extraction.capped import messages, sandbox
from moonshelf.extraction.document import Coverage, Document, Origin
from moonshelf.extraction.facts import Line, PageFacts, Pages, Raster, Recognise, Tools
from moonshelf.extraction.format import Flowing, Format, Paged
from moonshelf.extraction.inclusion import Include

HANDOVER, CHANNEL, DOCUMENT, PIXELS = 3, 4, 5, 6
"""The descriptors of a child, beside the standard ones, which lead nowhere: the others come over the first."""

MOST_BYTES = 128 * 2**20
"""Of one message."""

_MOST_TRACE = 4_000

_Channel = messages.Channel[messages.ToChild]


def find(formats: str, media_type: str) -> Format:
    """Return the format that reads *media_type*, of the table named *formats*. Raises ``UnsupportedFormat``."""
    for one in cast("Sequence[Format]", _named(formats)):
        if media_type in one.media_types.values():
            return one
    raise UnsupportedFormat(media_type=media_type)


def perform(scratch: Path, nursery: int) -> NoReturn:
    """Be confined, wait for an order, carry it out and end; end too when process *nursery* does."""
    try:
        statm = _moved(os.open("/proc/self/statm", os.O_RDONLY))  # while it may still open it
        held = sandbox.confine(scratch, parent=nursery)
        channel = messages.Channel(_received(), messages.TO_CHILD, most_bytes=MOST_BYTES)
        channel.send(_outcome(channel, held, statm))
    except messages.Closed:
        pass  # nobody listens any more
    finally:
        os._exit(0)  # what a reader registered to run at exit is no longer of interest


def _received() -> socket.socket:
    """Wait for the channel, the document and the file of pixels."""
    with socket.socket(fileno=HANDOVER) as handover:
        _, received, _, _ = socket.recv_fds(handover, 1, PIXELS - HANDOVER)
        if len(received) != PIXELS - HANDOVER:
            raise messages.Closed
    # First out of the way of the numbers they are to have, then onto them.
    aside = [_moved(one) for one in received]
    for number, one in enumerate(aside, CHANNEL):
        os.dup2(one, number)
        os.close(one)
    return socket.socket(fileno=CHANNEL)


def _moved(descriptor: int) -> int:
    elsewhere = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 64)
    os.close(descriptor)
    return elsewhere


def _outcome(channel: _Channel, held: sandbox.Confinement, statm: int) -> messages.FromChild:
    try:
        order = _order(channel)
        sandbox.limit(order.caps)
        sandbox.insist(held, order.mode)
        _carry_out(order.task, channel, held, statm)
    except MoonshelfError as error:
        return messages.Failed(error.code, str(error))
    except MemoryError:
        return messages.Broken("", memory=True)
    except messages.Closed:
        raise
    except BaseException:  # noqa: BLE001 a panic in Rust is no Exception; the outermost loop of the sandbox
        return messages.Broken(traceback.format_exc()[-_MOST_TRACE:])
    return messages.Finished()


def _carry_out(task: messages.Task, channel: _Channel, held: sandbox.Confinement, statm: int) -> None:
    match task:
        case messages.ReadPages():
            _read(task, channel)
        case messages.JoinParts():
            with os.fdopen(DOCUMENT, "rb") as source:
                channel.send(_join(parts.Parts(source)))
        case messages.MeasureMedia():
            _measure(task, channel)
        case messages.RenderMedia():
            _render(task, channel)
        case messages.PaintPage():
            channel.send(_paint(task))
        case messages.KeepRecognising():
            _keep_recognising(task, channel, statm)
        case messages.Probe():
            channel.send(messages.Holds(held))


def _order(channel: _Channel) -> messages.Order:
    order = channel.receive()
    if not isinstance(order, messages.Order):
        raise messages.Closed
    return order


def _read(task: messages.ReadPages, channel: _Channel) -> None:
    from moonshelf.extraction import nested  # noqa: PLC0415 the recogniser's child needs none of it

    eyes = _Eyes(channel, quick=task.quick)
    inner = nested.reader(partial(find, task.formats), task.limits)
    last = task.last or task.first + task.slice_pages - 1
    tools = Tools(
        recognise=eyes.recognise,
        limits=task.limits,
        read=inner,
        include=task.include,
        last=last,
        until=time.monotonic() + task.seconds,
        look=eyes.open,
    )
    with os.fdopen(DOCUMENT, "rb") as source:
        match find(task.formats, task.media_type):
            case Flowing() as one:
                channel.send(_joined(_flowed(one.extract(source, tools), task.include), degraded=eyes.gave_up))
            case Paged() as one:
                pages = one.engines[task.engine](source, tools)
                _read_pages(range(task.first, min(len(pages), last) + 1), pages, channel, eyes)


def _flowed(document: Document, include: Include) -> Document:
    from moonshelf.extraction import zero_width  # noqa: PLC0415 the recogniser's child needs none of it

    return document if include.hidden else zero_width.without(document)


def _read_pages(numbers: range, pages: Pages, channel: _Channel, eyes: "_Eyes") -> None:
    total = len(pages)
    channel.send(messages.Opened(total, numbers.stop - 1, dict(pages.metadata)))
    read: dict[int, bytes] = {}
    failed = False
    for number in numbers:
        page = _page(pages, number)
        failed |= page.failed
        read[number] = page.facts
        channel.send(page)
    if len(read) == total and not failed:
        packed = parts.pack(read, metadata=pages.metadata, degraded=eyes.gave_up)
        channel.send(_join(parts.Parts(io.BytesIO(packed))))


def _page(pages: Pages, number: int) -> messages.PageRead:
    try:
        return messages.PageRead(number, parts.encode(pages.read(number)), failed=False)
    except ExtractionError as error:
        return unread(number, str(error))


def unread(number: int, failure: str) -> messages.PageRead:
    """Return page *number* as one of which nothing is known but why."""
    facts = PageFacts(number, 0, 0, origin=Origin.FAILED, failure=failure)
    return messages.PageRead(number, parts.encode(facts), failed=True)


def _join(pages: parts.Parts) -> messages.Joined:
    from moonshelf.extraction import coverage, layout  # noqa: PLC0415 the recogniser's child needs none of it

    document = layout.assemble(pages, pages.metadata)
    return _joined(coverage.audited(document, pages), degraded=pages.degraded)


def _paint(task: messages.PaintPage) -> messages.Painted:
    from moonshelf.extraction.pages import painting  # noqa: PLC0415 readers need none of it

    one = find(task.formats, task.media_type)
    if not isinstance(one, Paged):
        raise UnsupportedFormat(media_type=task.media_type, remedy="it has no pages of its own to be shown")
    with os.fdopen(DOCUMENT, "rb") as source:
        raster = one.paint(source, task.number, task.limits)
    return messages.Painted(painting.webp(raster, side=task.side, turned=task.turned))


def _joined(document: Document, *, degraded: bool) -> messages.Joined:
    from moonshelf.extraction import markdown  # noqa: PLC0415 the recogniser's child needs none of it

    if not markdown.to_text(_without_remarks(document)).strip():
        raise _nothing(document)
    document = replace(document, degraded=document.degraded or degraded)
    return messages.Joined(
        document_json=encoding.encode(document),
        markdown=markdown.to_markdown(document).encode(),
        title=document.metadata.get("title", ""),
        pages=len(document.pages),
        degraded=document.degraded,
    )


def _without_remarks(document: Document) -> Document:
    """Leave the words of the file itself, so that a remark on what is missing is not taken for one."""
    return replace(document, warnings=(), pages=tuple(replace(page, coverage=Coverage()) for page in document.pages))


def _nothing(document: Document) -> ExtractionError:
    failures = [page.coverage.failure for page in document.pages if page.coverage.failure]
    if failures:
        return ExtractionError(f"no text could be read from any page; for one because {failures[0]}")
    if any(page.coverage.words_hidden for page in document.pages):
        return ExtractionError("all of its text is hidden; upload it with include=hidden to have it read")
    return NothingToRead()


def _measure(task: messages.MeasureMedia, channel: _Channel) -> None:
    from moonshelf.extraction.media import frames  # noqa: PLC0415 readers of documents need neither
    from moonshelf.extraction.pages import pictures  # noqa: PLC0415 as above

    with os.fdopen(DOCUMENT, "rb") as source:
        if task.media_type.startswith("video/"):
            measures = frames.measure(source, task.media_type, task.limits.pixels)
        else:
            measures = pictures.measure(source, task.limits.pixels)
    channel.send(messages.Measured(measures))


def _render(task: messages.RenderMedia, channel: _Channel) -> None:
    from moonshelf.extraction.media import frames  # noqa: PLC0415 readers of documents need neither
    from moonshelf.extraction.pages import pictures  # noqa: PLC0415 as above

    with os.fdopen(DOCUMENT, "rb") as source:
        if task.media_type.startswith("video/"):
            until = time.monotonic() + task.seconds
            made = frames.render(source, task.media_type, task.wanted, task.limits.pixels, until=until)
        else:
            made = pictures.render(source, task.wanted, task.limits.pixels)
        for one in made:
            channel.send(one)


class _Eyes:
    """The recogniser as a reader sees it: another child, asked by way of the parent."""

    def __init__(self, channel: _Channel, *, quick: bool) -> None:
        self._channel = channel
        self._quick = quick
        self.gave_up = False

    def open(self) -> None:
        """Hear that a page is about to be drawn, which takes longer than reading does. Ends what is to be quick."""
        if self._quick:
            self._channel.send(messages.TakesLong())
            raise messages.Closed

    def recognise(self, raster: Raster) -> Sequence[Line]:
        """Have *raster* read. Raises ``LimitReached`` where it took too long."""
        view = memoryview(raster.pixels)
        if len(view) != raster.width * raster.height * 3:
            raise CorruptDocument("a picture in it has not as many pixels as it says")
        done = 0
        while done < len(view):
            done += os.pwrite(PIXELS, view[done:], done)
        self._channel.send(messages.Pixels(raster.width, raster.height))
        match self._channel.receive():
            case messages.Recognised(lines):
                return lines
            case messages.NotRecognised(sentence):
                self.gave_up = True
                raise LimitReached.__new__(LimitReached, sentence)  # past its constructor, which makes the sentence
            case _:
                raise messages.Closed


def _keep_recognising(task: messages.KeepRecognising, channel: _Channel, statm: int) -> None:
    load = cast("Callable[[str], Recognise]", _named(task.loader))
    recognise = load(task.speed)
    channel.send(messages.Ready())
    while True:
        request, (pixels, answer) = channel.receive_with_descriptors(2)
        Thread(target=_answer, args=(recognise, request, pixels, answer, statm), daemon=True).start()


def _answer(recognise: Recognise, request: messages.ToChild, pixels: int, answer: int, statm: int) -> None:
    """Read one picture, beside others. What nobody foresaw is told; the parent then ends this process."""
    channel = messages.Channel(socket.socket(fileno=answer), messages.TO_CHILD, most_bytes=MOST_BYTES)
    outcome: messages.FromChild
    try:
        with os.fdopen(pixels, "rb") as source:
            outcome = _recognised(recognise, request, source, statm)
    except MemoryError:
        outcome = messages.Broken("", memory=True)
    except BaseException:  # noqa: BLE001 the outermost loop of this thread
        outcome = messages.Broken(traceback.format_exc()[-_MOST_TRACE:])
    with suppress(messages.Closed):  # nobody wants it any more
        channel.send(outcome)
    channel.close()


def _recognised(
    recognise: Recognise, request: messages.ToChild, source: BinaryIO, statm: int
) -> messages.Recognised | messages.NotRecognised:
    if not isinstance(request, messages.Pixels):
        raise messages.Closed
    pixels = os.pread(source.fileno(), request.width * request.height * 3, 0)
    if len(pixels) != request.width * request.height * 3:
        return messages.NotRecognised(str(CorruptDocument("a picture in it was cut off")))
    try:
        lines = tuple(recognise(Raster(request.width, request.height, pixels)))
    except ExtractionError as error:
        return messages.NotRecognised(str(error))
    resident_pages = int(os.pread(statm, 100, 0).split()[1])
    return messages.Recognised(lines, resident_pages * resource.getpagesize())


def _named(place: str) -> object:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
