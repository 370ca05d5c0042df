"""The slides of a presentation, whichever format they were read from: shown, or hidden and withheld."""

from collections.abc import Sequence

from msgspec.structs import replace

from moonshelf.errors import LimitReached
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Page
from moonshelf.extraction.tools import Tools


class Deck:
    """Pages of *size*, width and height in points; what hidden slides say is counted on the first."""

    def __init__(self, tools: Tools, size: tuple[float, float]) -> None:
        self._most = tools.limits.pages
        self._size = size
        self._unshown = Withheld(tools.include)
        self.pages: list[Page] = []

    def add(self, number: int, blocks: Sequence[Block], withheld: Withheld, *, hidden: bool) -> bool:
        """Take a slide, its title first, and what is *withheld* from it. Return whether it became a page.

        Raises ``LimitReached``.
        """
        if hidden and not self._unshown.lets_through:
            self._unshown.take_blocks(blocks, "hidden slide")
            self._unshown.merge(withheld.page(number, ()).coverage)
            return False
        if hidden:
            blocks = [replace(blocks[0], text=f"{blocks[0].text} (hidden)"), *blocks[1:]]
        if len(self.pages) == self._most:
            raise LimitReached(f"it has more than {self._most} slides")
        width, height = self._size
        self.pages.append(replace(withheld.page(number, blocks), width=width, height=height))
        return True

    def whole(self) -> list[Page]:
        """Return all pages; at least one, which tells what was hidden."""
        if not self.pages:
            return [self._unshown.page(1, ())]
        return [self._unshown.added_to(self.pages[0]), *self.pages[1:]]
