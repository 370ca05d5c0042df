"""What a child does: confine itself, carry out one order, and say how it went. Nothing here runs in the parent."""

import io
import os
import time
from functools import partial
from pathlib import Path
from typing import NoReturn

from msgspec.structs import replace

from moonshelf.errors import (
    ExtractionError,
    MoonshelfError,
    NothingToRead,
    UnsupportedFormat,
)
from moonshelf.extraction import encoding, parts
from moonshelf.extraction.capped import formats, messages, sandbox
from moonshelf.extraction.capped.channels import Channel, Closed
from moonshelf.extraction.capped.child import descriptors, recogniser
from moonshelf.extraction.capped.child.descriptors import DOCUMENT
from moonshelf.extraction.capped.child.remote_recogniser import RemoteRecogniser
from moonshelf.extraction.document import Coverage, Document
from moonshelf.extraction.facts import Pages, Tools
from moonshelf.extraction.format import Flowing, Paged
from moonshelf.extraction.inclusion import Include

_Channel = Channel[messages.ToChild]


def perform(scratch: Path, nursery: int) -> NoReturn:
    """Be confined, wait for an order, carry it out and end; end too when process *nursery* does."""
    try:
        statm = descriptors.moved(os.open("/proc/self/statm", os.O_RDONLY))  # while it may still open it
        held = sandbox.confine(scratch, parent=nursery)
        channel = Channel(descriptors.receive(), messages.TO_CHILD)
        channel.send(_outcome(channel, held, statm))
    except Closed:
        pass  # nobody listens any more
    finally:
        os._exit(0)  # what a reader registered to run at exit is no longer of interest


def _outcome(channel: _Channel, held: sandbox.Confinement, statm: int) -> messages.FromChild:
    try:
        order = _order(channel)
        sandbox.limit(order.caps)
        sandbox.insist(held, order.mode)
        _carry_out(order.task, channel, held, statm)
    except MoonshelfError as error:
        return messages.Failed(error.code, str(error))
    except Closed:
        raise
    except BaseException as error:  # noqa: BLE001 a panic in Rust is no Exception; the outermost loop of the sandbox
        return messages.Broken.by(error)
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
        case messages.RunRecogniser():
            recogniser.run(task, channel, statm)
        case messages.Probe():
            channel.send(messages.Holds(held))


def _order(channel: _Channel) -> messages.Order:
    order = channel.receive()
    if not isinstance(order, messages.Order):
        raise Closed
    return order


def _read(task: messages.ReadPages, channel: _Channel) -> None:
    from moonshelf.extraction import nested  # noqa: PLC0415 the recogniser's child needs none of it

    remote = RemoteRecogniser(channel, quick=task.quick)
    inner = nested.reader(partial(formats.find, task.formats), task.limits)
    last = task.last or task.first + task.slice_pages - 1
    tools = Tools(
        recognise=remote.recognise,
        limits=task.limits,
        read=inner,
        include=task.include,
        last=last,
        until=time.monotonic() + task.seconds,
        before_drawing=remote.before_drawing,
    )
    with os.fdopen(DOCUMENT, "rb") as source:
        match formats.find(task.formats, task.media_type):
            case Flowing() as one:
                channel.send(_joined(_flowed(one.extract(source, tools), task.include), degraded=remote.gave_up))
            case Paged() as one:
                pages = one.engines[task.engine](source, tools)
                _read_pages(range(task.first, min(len(pages), last) + 1), pages, channel, remote)


def _flowed(document: Document, include: Include) -> Document:
    from moonshelf.extraction.coverage import zero_width  # noqa: PLC0415 the recogniser's child needs none of it

    return document if include.hidden else zero_width.without(document)


def _read_pages(numbers: range, pages: Pages, channel: _Channel, remote: RemoteRecogniser) -> None:
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
        packed = parts.pack(read, metadata=pages.metadata, degraded=remote.gave_up)
        channel.send(_join(parts.Parts(io.BytesIO(packed))))


def _page(pages: Pages, number: int) -> messages.PageRead:
    try:
        return messages.PageRead(number, parts.encode(pages.read(number)), failed=False)
    except ExtractionError as error:
        return messages.PageRead(number, parts.unread(number, str(error)), failed=True)


def _join(pages: parts.Parts) -> messages.Joined:
    from moonshelf.extraction import layout  # noqa: PLC0415 the recogniser's child needs none of it
    from moonshelf.extraction.coverage import audit  # noqa: PLC0415 the recogniser's child needs none of it

    document = layout.assemble(pages, pages.metadata)
    return _joined(audit.audited(document, pages), degraded=pages.degraded)


def _paint(task: messages.PaintPage) -> messages.Painted:
    from moonshelf.extraction.pages import painting  # noqa: PLC0415 readers need none of it

    one = formats.find(task.formats, task.media_type)
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
