"""Files inside files: told by their bytes as uploaded ones are, and read within what is left of one budget."""

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from io import SEEK_END, BytesIO
from typing import BinaryIO

from msgspec.structs import replace

from moonshelf.errors import CorruptDocument, ExtractionError, LimitReached
from moonshelf.extraction import layout, parts, sniffing
from moonshelf.extraction.containers.unpacking import Budget
from moonshelf.extraction.coverage import audit
from moonshelf.extraction.document import Document, Origin
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.format import Find, Flowing, Format, Paged, Pages
from moonshelf.extraction.tools import Limits, ReadInner, Tools

Within = Callable[[int], AbstractContextManager[None]]
"""Begins to read a file that the upload itself holds, of which it is the given turn. Raises ``ExtractionError``."""


def _unheard(_turn: int) -> AbstractContextManager[None]:
    return nullcontext()


def reader(find: Find, limits: Limits, within: Within = _unheard) -> ReadInner:
    """Return what reads files found inside one upload; all of them, at any depth, spend from one budget.

    *find* returns the format of a media type: handed in, because formats that hold files are themselves found so.
    """
    budget, turns = Budget(limits), itertools.count(1)

    def read(name: str, data: BinaryIO, tools: Tools) -> Document:
        if tools.limits.depth <= 0:
            raise LimitReached(f"it is packed more than {limits.depth} deep")
        budget.admit(1)
        budget.spend(data.seek(0, SEEK_END))
        left = replace(
            tools.limits,
            depth=tools.limits.depth - 1,
            unpacked_bytes=limits.unpacked_bytes - budget.unpacked,
            members=limits.members - budget.members,
        )
        one = find(sniffing.media_type(data, name))
        with within(next(turns)) if tools.limits.depth == limits.depth else nullcontext():
            return _read(one, data, replace(tools, limits=left))

    return read


def _read(one: Format, data: BinaryIO, tools: Tools) -> Document:
    data.seek(0)
    if isinstance(one, Flowing):
        return one.extract(data, tools)
    with closing(_opened(one, data, tools)) as pages:
        read = {number: parts.encode(_page(pages, number)) for number in range(1, len(pages) + 1)}
        facts = parts.Parts(BytesIO(parts.pack(read, metadata=pages.metadata, degraded=False)))
        return audit.audited(layout.assemble(facts, pages.metadata), facts)


def _opened(one: Paged, data: BinaryIO, tools: Tools) -> Pages:
    """Open with the first engine that can; the first one's refusal is the one to tell."""
    refusal: CorruptDocument | None = None
    for engine in one.engines:
        try:
            data.seek(0)
            return engine(data, tools)
        except CorruptDocument as error:
            refusal = refusal or error
    raise refusal or CorruptDocument("no reader opens it")


def _page(pages: Pages, number: int) -> PageFacts:
    try:
        return pages.read(number)
    except ExtractionError as error:
        return PageFacts(number, 0, 0, origin=Origin.FAILED, failure=str(error))
