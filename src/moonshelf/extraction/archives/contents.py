"""What an archive of any kind holds, as one document: a heading a member, then what is in it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from moonshelf.errors import ExtractionError, LimitReached, NothingToRead
from moonshelf.extraction import members
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.tools import Tools

_OF_MACS = (b"\0\x05\x16\x07", b"\0\0\0\x01Bud1")  # what AppleDouble files and .DS_Store begin with
_MOST_CHARACTERS = 20_000_000  # of all members: as many as a workbook may have, and more than any model takes in
_MOST_CELLS = 1_000_000  # of their tables, which may hold a character each: a gigabyte of memory


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive; *read* unpacks it within the archive's budget or raises ``ExtractionError``."""

    name: str
    read: Callable[[], bytes]


def document(found: Iterable[Member], tools: Tools) -> Document:
    """Read all members in order; those for which there is no room are only named."""
    warnings: list[str] = []
    withheld = Withheld(tools.include)
    blocks = list(_blocks(found, tools, warnings, withheld))
    if not blocks:
        raise NothingToRead
    return Document((withheld.page(1, blocks),), warnings=tuple(warnings))


def _blocks(found: Iterable[Member], tools: Tools, warnings: list[str], withheld: Withheld) -> Iterator[Block]:
    room, cells, of_macs = _MOST_CHARACTERS, _MOST_CELLS, 0
    unfit, behind = list[str](), list[str]()
    said = False
    for member in found:
        if room <= 0 or cells <= 0:
            behind.append(member.name)
            continue
        try:
            blocks = _member(member, tools, withheld)
        except LimitReached as error:  # of the archive; one that a member reaches by itself is said below its name
            if said:
                unfit.append(member.name)
                continue
            said, blocks = True, members.unread(member.name, str(error))
        of_macs += not blocks
        for block in blocks:
            room -= len(block.text) + sum(len(cell.text) for cell in block.cells)
            cells -= len(block.cells)
            yield block
    if unfit or behind:
        yield Block(Kind.HEADING, "Members that were not read", level=2)
        yield from (Block(Kind.LIST, members.shown(name)) for name in (*unfit, *behind))
    if of_macs:
        warnings.append(f"Members in which macOS keeps how files look were left out: {of_macs}.")
    if unfit:
        warnings.append(f"Members that were not read as the archive unpacks to too much: {len(unfit) + 1}.")
    if behind:
        held = f"{_MOST_CHARACTERS:,} characters" if room <= 0 else f"{_MOST_CELLS:,} cells of tables"
        warnings.append(f"The last {len(behind)} members were not read: those before hold {held}.")


def _member(member: Member, tools: Tools, withheld: Withheld) -> tuple[Block, ...]:
    """Read one member: nothing, if it is of those that macOS puts beside each file. Raises ``LimitReached``."""
    try:
        content = member.read()
    except LimitReached:
        raise
    except ExtractionError as error:
        return members.unread(member.name, str(error))
    if not content:
        return members.unread(member.name, "it is empty")
    if content.startswith(_OF_MACS):
        return ()
    return members.attached(member.name, BytesIO(content), tools, withheld)
