"""Control words of Rich Text that tell something of its text; most of the thousand that there are tell of looks."""

from typing import Final

from moonshelf.extraction.office.rich_text import fields, fonts, spelt_pictures
from moonshelf.extraction.office.rich_text.characters import CHARACTERS
from moonshelf.extraction.office.rich_text.declarations import DECLARATIONS
from moonshelf.extraction.office.rich_text.rows import SHAPES
from moonshelf.extraction.office.rich_text.states import CHANGES
from moonshelf.extraction.office.rich_text.stories import ENDS

_FOLLOWED = (CHARACTERS, CHANGES, ENDS, SHAPES, DECLARATIONS, fields.WORDS, fonts.WORDS, spelt_pictures.WORDS)
TELLING: Final = frozenset(word for words in _FOLLOWED for word in words if word.isalpha())
"""All but the symbols; those that are missing here are read over."""
