"""What a group of Rich Text inherits from the one around it, and the words that change it."""

from collections.abc import Callable, Mapping

import msgspec

_MOST_SKIPPED = 100  # characters
_DEEPEST = 9  # level of a heading or a list


class State(msgspec.Struct):
    """What a group inherits and its end undoes."""

    target: str = "text"  # where characters go
    font: int = -1
    hidden: bool = False
    deleted: bool = False
    place: str | None = None  # "sup" or "sub", where characters are raised or lowered
    skipped: int = 1  # characters after one in Unicode, for readers that don't know it
    level: int = 0  # of the paragraph as a heading, ...
    depth: int = 0  # ... or in a list
    listed: bool = False
    in_table: bool = False

    def set_in(self, number: int) -> None:
        """Set characters in another font."""
        self.font = number

    def hide(self, number: int) -> None:
        """Hide characters, or show them again."""
        self.hidden = bool(number)

    def delete(self, number: int) -> None:
        """Mark characters as deleted, or as there again."""
        self.deleted = bool(number)

    def raise_(self, number: int) -> None:
        """Raise characters, or no more."""
        self.place = "sup" if number else None

    def lower(self, number: int) -> None:
        """Lower characters, or no more."""
        self.place = "sub" if number else None

    def level_out(self, _number: int) -> None:
        """Neither raise nor lower them."""
        self.place = None

    def skip(self, number: int) -> None:
        """Pass over so many characters after each in Unicode."""
        self.skipped = _within(number, _MOST_SKIPPED)

    def head(self, number: int) -> None:
        """Make a heading of the paragraph, from level 0; that of body text is one too many."""
        self.level = number + 1 if 0 <= number < _DEEPEST else 0

    def enlist(self, number: int) -> None:
        """Make an item of the paragraph, or none."""
        self.listed = number > 0

    def nest(self, number: int) -> None:
        """Put it that deep into its list."""
        self.depth = _within(number, _DEEPEST)

    def tabulate(self, _number: int) -> None:
        """Put the paragraph into a table."""
        self.in_table = True

    def reset(self, _number: int) -> None:
        """Make it a paragraph as any other."""
        self.level = self.depth = 0
        self.listed = self.in_table = False


def _within(number: int, most: int) -> int:
    return number if 0 <= number <= most else most * (number > 0)


CHANGES: Mapping[str, Callable[[State, int], None]] = {
    "f": State.set_in,
    "v": State.hide,
    "deleted": State.delete,
    "super": State.raise_,
    "up": State.raise_,
    "sub": State.lower,
    "dn": State.lower,
    "nosupersub": State.level_out,
    "uc": State.skip,
    "outlinelevel": State.head,
    "ls": State.enlist,
    "ilvl": State.nest,
    "intbl": State.tabulate,
    "pard": State.reset,
}
"""Words, and what each does with its number, which is 1 where none is spelt."""
