"""What a Rich Text document declares for all of its text, and the words that declare it or go by it."""

from collections.abc import Callable, Mapping

import msgspec

from moonshelf.extraction.office.ole import properties
from moonshelf.extraction.office.rich_text.states import State


class Declared(msgspec.Struct):
    """Of the whole document, as far as it has been read."""

    codec: str = "cp1252"
    font: int = -1  # of text that names none
    headings: dict[int, int] = msgspec.field(default_factory=dict)  # levels, by the numbers of styles

    def read_by(self, _state: State, number: int) -> None:
        """Read characters by a code page."""
        self.codec = properties.codec(number)

    def set_in(self, state: State, number: int) -> None:
        """Set text that names no font in this one."""
        self.font = state.font = number

    def make_plain(self, state: State, _number: int) -> None:
        """Set characters as those that nothing is said of."""
        state.hidden, state.font, state.place = False, self.font, None

    def style(self, state: State, number: int) -> None:
        """Make a heading of the paragraph, if the style is one's."""
        state.level = self.headings.get(number, 0)


def _code_page(number: int) -> Callable[[Declared, State, int], None]:
    return lambda declared, state, _: declared.read_by(state, number)


DECLARATIONS: Mapping[str, Callable[[Declared, State, int], None]] = {
    "ansicpg": Declared.read_by,
    "mac": _code_page(10000),
    "pc": _code_page(437),
    "pca": _code_page(850),
    "deff": Declared.set_in,
    "plain": Declared.make_plain,
    "s": Declared.style,
}
"""Words, and what each does with its number, which is 1 where none is spelt."""
