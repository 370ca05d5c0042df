"""Documents read in a child: pages to facts, facts to a document, and what flows at once."""

import io
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from msgspec.structs import replace

from moonshelf.errors import ExtractionError, LimitReached, NothingToRead
from moonshelf.extraction import encoding, layout, markdown, nested, parts
from moonshelf.extraction.capped import messages, named
from moonshelf.extraction.capped.channels import Channel
from moonshelf.extraction.capped.child.descriptors import DOCUMENT
from moonshelf.extraction.capped.child.remote_recogniser import RemoteRecogniser
from moonshelf.extraction.coverage import audit, zero_width
from moonshelf.extraction.document import Coverage, Document
from moonshelf.extraction.format import Flowing, Paged, Pages
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.tools import Tools

_Channel = Channel[messages.ToChild]


def read(task: messages.ReadPages, channel: _Channel) -> None:
    """Read pages, or all of what has none, and send what comes of it."""
    _be_quick(task.quick_s)
    remote = RemoteRecogniser(channel, quick=task.quick_s is not None)
    find = named.finder(task.formats)
    last = task.last or task.first + task.slice_pages - 1
    tools = Tools(
        recognise=remote.recognise,
        limits=task.limits,
        read=nested.reader(find, task.limits, _told(task.fatal, channel)),
        include=task.include,
        last=last,
        until=time.monotonic() + task.seconds,
        before_drawing=remote.before_drawing,
    )
    with os.fdopen(DOCUMENT, "rb") as source:
        match find(task.media_type):
            case Flowing() as one:
                document = _flowed(one.extract(source, tools), task.include)
                _write(channel, document, degraded=remote.gave_up or bool(task.fatal))
            case Paged() as one:
                pages = one.engines[task.engine](source, tools)
                _read_pages(range(task.first, min(len(pages), last) + 1), pages, channel, remote)


def _told(fatal: Mapping[int, str], channel: _Channel) -> nested.Within:
    """Return what tells of each file in the document that it is being read, and spares those that are *fatal*."""

    @contextmanager
    def within(turn: int) -> Iterator[None]:
        if turn in fatal:
            raise ExtractionError(fatal[turn])
        channel.send(messages.Within(turn))
        try:
            yield
        except ExtractionError:  # of which no reader dies
            channel.send(messages.Within(0))
            raise
        channel.send(messages.Within(0))

    return within


def _be_quick(seconds: float | None) -> None:
    """End this process when it has used the processor for so long."""
    if seconds is not None:
        signal.setitimer(signal.ITIMER_PROF, seconds)  # whose signal ends it


def _flowed(document: Document, include: Include) -> Document:
    return document if include.hidden else zero_width.without(document)


def join(task: messages.JoinParts, channel: _Channel) -> None:
    """Make a document of the parts that the open file holds, and send it."""
    _be_quick(task.quick_s)
    with os.fdopen(DOCUMENT, "rb") as source:
        _join(channel, parts.Parts(source))


def _read_pages(numbers: range, pages: Pages, channel: _Channel, remote: RemoteRecogniser) -> None:
    total = len(pages)
    channel.send(messages.Opened(total, dict(pages.metadata)))
    read: dict[int, bytes] = {}
    failed = False
    for number in numbers:
        page = _page(pages, number)
        failed |= page.failed
        read[number] = page.facts
        channel.send(page)
    if len(read) == total and not failed:
        packed = parts.pack(read, metadata=pages.metadata, degraded=remote.gave_up)
        _join(channel, parts.Parts(io.BytesIO(packed)))


def _page(pages: Pages, number: int) -> messages.PageRead:
    try:
        return messages.PageRead(number, parts.encode(pages.read(number)), failed=False)
    except ExtractionError as error:
        return messages.PageRead(number, parts.unread(number, str(error)), failed=True)


def _join(channel: _Channel, pages: parts.Parts) -> None:
    document = layout.assemble(pages, pages.metadata)
    _write(channel, audit.audited(document, pages), degraded=pages.degraded)


def _write(channel: _Channel, document: Document, *, degraded: bool) -> None:
    if not markdown.to_text(_without_remarks(document)).strip():
        raise _nothing(document)
    document = replace(document, degraded=document.degraded or degraded)
    try:
        written = encoding.encode(document), markdown.to_markdown(document).encode()
    except UnicodeEncodeError:
        document = encoding.sound(document)
        written = encoding.encode(document), markdown.to_markdown(document).encode()
    told = messages.Composed(
        document_bytes=len(written[0]),
        markdown_bytes=len(written[1]),
        title=document.metadata.get("title", ""),
        pages=len(document.pages),
        degraded=document.degraded,
    )
    if told.document_bytes + told.markdown_bytes > messages.MOST_WRITTEN:
        raise LimitReached(f"what was read of it takes more than {messages.MOST_WRITTEN / 2**20:.4g} MB")
    for one in written:
        for start in range(0, len(one), messages.PIECE):
            channel.send(messages.Written(one[start : start + messages.PIECE]))
    channel.send(told)


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
