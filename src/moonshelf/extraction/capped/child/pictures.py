"""Pictures made in a child: of pages, images and videos; and what those measure."""

import os
import time

from moonshelf.errors import UnsupportedFormat
from moonshelf.extraction.capped import messages, named
from moonshelf.extraction.capped.channels import Channel
from moonshelf.extraction.capped.child.descriptors import DOCUMENT
from moonshelf.extraction.format import Paged

_Channel = Channel[messages.ToChild]


def paint(task: messages.PaintPage, channel: _Channel) -> None:
    """Paint a page, and send it."""
    from moonshelf.extraction.pages import painting  # noqa: PLC0415 images and videos need none of it

    one = named.finder(task.formats)(task.media_type)
    if not isinstance(one, Paged):
        raise UnsupportedFormat(media_type=task.media_type, remedy="it has no pages of its own to be shown")
    with os.fdopen(DOCUMENT, "rb") as source:
        raster = one.paint(source, task.number, task.limits)
    channel.send(messages.Painted(painting.webp(raster, side=task.side, turned=task.turned)))


def measure(task: messages.MeasureMedia, channel: _Channel) -> None:
    """Decode an image or the beginning of a video, and send what it measures."""
    from moonshelf.extraction.media import frames  # noqa: PLC0415 a page that is painted needs neither
    from moonshelf.extraction.pages import pictures  # noqa: PLC0415 as above

    with os.fdopen(DOCUMENT, "rb") as source:
        if task.media_type.startswith("video/"):
            measures = frames.measure(source, task.media_type, task.limits.pixels)
        else:
            measures = pictures.measure(source, task.limits.pixels)
    channel.send(messages.Measured(measures))


def render(task: messages.RenderMedia, channel: _Channel) -> None:
    """Make what is wanted of an image or a video, and send one after the other."""
    from moonshelf.extraction.media import frames  # noqa: PLC0415 a page that is painted needs neither
    from moonshelf.extraction.pages import pictures  # noqa: PLC0415 as above

    with os.fdopen(DOCUMENT, "rb") as source:
        if task.media_type.startswith("video/"):
            until = time.monotonic() + task.seconds
            made = frames.render(source, task.media_type, task.wanted, task.limits.pixels, until=until)
        else:
            made = pictures.render(source, task.wanted, task.limits.pixels)
        for one in made:
            channel.send(one)
