"""What is found inside a file, such as an attachment or an archive's member, as blocks of the file around it."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from msgspec.structs import replace

from moonshelf.errors import ExtractionError
from moonshelf.extraction.coverage import omissions
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.tools import Tools

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")  # commands to a terminal, as names need none
_LONGEST_NAME = 4_096  # characters, as no file system has more; a tar may state as many as it holds bytes
_LEVEL = 2  # of the heading above a member; its own headings are set below that
_HEADINGS = (Kind.HEADING, Kind.SHEET, Kind.SLIDE)
_MARGINS = (Kind.HEADER, Kind.FOOTER)


def attached(name: str, data: BinaryIO, tools: Tools, withheld: Withheld) -> tuple[Block, ...]:
    """Read *data*, which is called *name*: a heading, then all that is in it or a sentence why there is nothing.

    A member that can't be read is no error. What is hidden in it is *withheld* from the file around
    it. Raises nothing of its own.
    """
    try:
        document = tools.read(name, data, tools)
    except ExtractionError as error:
        return unread(name, str(error))
    blocks = tuple(_lowered(document))
    for page in document.pages:
        withheld.merge(page.coverage)
    said = omissions.describe(_without_hidden(document))
    if not said and not blocks:
        said = "No text was found in it."
    return (heading(name), *blocks, *((Block(Kind.NOTE, said),) if said else ()))


def unread(name: str, reason: str) -> tuple[Block, ...]:
    """Name a member that could not be read, and say why not."""
    return heading(name), Block(Kind.NOTE, f"Not read: {reason.rstrip('.')}.")


def heading(name: str) -> Block:
    """Return the heading above the member *name*."""
    return Block(Kind.HEADING, shown(name), level=_LEVEL)


def shown(name: str) -> str:
    """Return a member's *name* as a line that harms nobody."""
    cut = f"{name[:_LONGEST_NAME]}…" if len(name) > _LONGEST_NAME else name
    return " ".join(_CONTROLS.sub(" ", cut).split()) or "Without a name"


def _without_hidden(document: Document) -> Document:
    """Leave what the file around it does not say."""
    pages = (replace(page, coverage=replace(page.coverage, words_hidden=0)) for page in document.pages)
    return replace(document, pages=tuple(pages))


def _lowered(document: Document) -> Iterator[Block]:
    for page in document.pages:
        for block in page.blocks:
            if block.kind in _HEADINGS:
                yield replace(block, level=max(block.level, 1) + _LEVEL)
            elif block.kind not in _MARGINS:
                yield block
