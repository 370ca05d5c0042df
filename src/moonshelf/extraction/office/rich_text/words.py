"""Control words of Rich Text that tell something of its text; most of the thousand that there are tell of looks."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from moonshelf.extraction.office.ole.properties import codec
from moonshelf.extraction.office.rich_text import fonts, spelt_pictures
from moonshelf.extraction.office.rich_text.characters import CHARACTERS
from moonshelf.extraction.office.rich_text.rows import SHAPES
from moonshelf.extraction.office.rich_text.states import CHANGES
from moonshelf.extraction.office.rich_text.stories import ENDS

if TYPE_CHECKING:
    from moonshelf.extraction.office.rich_text.reading import Reading

Declare = Callable[["Reading", int], None]


def _code_page(reading: "Reading", number: int) -> None:
    reading.codec = codec(number)


def _default(reading: "Reading", number: int) -> None:
    reading.default_font = reading.state.font = number


def _plain(reading: "Reading", _number: int) -> None:
    state = reading.state
    state.hidden, state.font, state.place = False, reading.default_font, None


def _style(reading: "Reading", number: int) -> None:
    reading.state.level = reading.headings.get(number, 0)


def _form(reading: "Reading", name: str, number: int) -> None:
    if reading.fields and reading.state.target == "form":
        setattr(reading.fields[-1].form, name, number)


DECLARATIONS: Mapping[str, Declare] = {
    "ansicpg": _code_page,
    "mac": lambda reading, _: _code_page(reading, 10000),
    "pc": lambda reading, _: _code_page(reading, 437),
    "pca": lambda reading, _: _code_page(reading, 850),
    "deff": _default,
    "plain": _plain,
    "s": _style,
    "fftype": lambda reading, number: _form(reading, "kind", number),
    "ffres": lambda reading, number: _form(reading, "result", number),
    "ffdefres": lambda reading, number: _form(reading, "default", number),
}
"""Words, and what each does with its number, which is 1 where none is spelt."""
_SPELT = ("u", *CHARACTERS, *CHANGES, *ENDS, *SHAPES, *DECLARATIONS, *fonts.WORDS, *spelt_pictures.WORDS)
TELLING: Final = frozenset(filter(str.isalpha, _SPELT))
"""All but the symbols; those that are missing here are read over."""
