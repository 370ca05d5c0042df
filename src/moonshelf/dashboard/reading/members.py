"""What a file is made of: members of an archive, attachments of a message, sheets, slides and messages by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from moonshelf.dashboard.reading.shown import Shown
from moonshelf.extraction.document import Block, Kind, Page

_MAIL: Final = frozenset({"message/rfc822", "application/mbox", "application/vnd.ms-outlook"})
_ARCHIVES: Final = frozenset(
    {"application/zip", "application/x-tar", "application/gzip", "application/x-bzip2", "application/x-xz"}
)
_ATTACHED: Final = ("Attachment: ", "Attached message")
_LEVEL: Final = 2  # of the heading over a member; its own headings are below that
_UNITS: Final = {Kind.SHEET: "Sheet", Kind.SLIDE: "Slide"}


@dataclass(frozen=True, slots=True)
class Member:
    """Blocks that belong together; *title* is empty for what stands before the first member."""

    title: str
    blocks: Sequence[Shown]
    unread: bool = False


def members(shown: Sequence[Shown], media_type: str) -> Sequence[Member]:
    """Part the blocks at the heading of each member; those of a file that has none are one."""
    starts = [number for number, one in enumerate(shown) if _begins(one.block, media_type)]
    ends = [*starts, len(shown)]
    found = [Member("", shown[: ends[0]])]
    for start, end in pairwise(ends):
        inside = shown[start + 1 : end]
        unread = len(inside) == 1 and inside[0].block.text.startswith("Not read: ")
        found.append(Member(shown[start].block.text, inside, unread))
    return [one for one in found if one.title or one.blocks]


def _begins(block: Block, media_type: str) -> bool:
    if block.kind is not Kind.HEADING or block.level > _LEVEL:
        return False
    return media_type in _ARCHIVES or (media_type in _MAIL and block.text.startswith(_ATTACHED))


def letterhead(shown: Sequence[Shown], media_type: str) -> Sequence[tuple[str, str]]:
    """Return the headers of a message, by name, where the first block has them."""
    if media_type not in _MAIL or not shown or shown[0].index or shown[0].block.kind is not Kind.PARAGRAPH:
        return ()
    lines = [line.partition(": ") for line in shown[0].block.text.splitlines()]
    return [(name, value) for name, _, value in lines] if all(colon for _, colon, _ in lines) else ()


def unit(pages: Iterable[Page], media_type: str) -> str:
    """Say what the file is parted into."""
    first = next((page.blocks[0].kind for page in pages if page.blocks), None)
    if media_type == "application/mbox":
        return "Message"
    return _UNITS.get(first, "Page") if first else "Page"


def name(page: Page) -> str:
    """Return what a sheet or slide is called, as far as it is."""
    first = page.blocks[0] if page.blocks else None
    return first.text.splitlines()[0][:80] if first and first.kind in _UNITS and first.text else ""
