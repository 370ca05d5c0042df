"""The fonts of Rich Text: each brings a charset, and some have other shapes than the letters they are named by."""

from typing import Final

from moonshelf.extraction.notation.symbol_fonts import character, shown
from moonshelf.extraction.office.rich_text.characters import CHARSETS

WORDS: Final = ("f", "fcharset")
"""Control words that entries of the table are told by."""
_DEFAULT: Final = 1  # the charset that stands for the document's own
_SYMBOL: Final = 2


class Fonts:
    """The table of fonts, filled entry by entry as it is read."""

    def __init__(self) -> None:
        self._charsets: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._entry = 0

    def take_word(self, word: str, number: int) -> None:
        """Take a control word inside the table."""
        if word == "f":
            self._entry = number
        elif word == "fcharset":
            self._charsets[self._entry] = number

    def take_name(self, text: str) -> None:
        """Take some of the name of the entry that was begun last."""
        self._names[self._entry] = self._names.get(self._entry, "") + text

    def sign(self, text: str, font: int) -> str:
        """Return what *text*, which is in Unicode, shows in that font: private characters are signs of some."""
        return text if text.isascii() else shown(text, self._names.get(font, ""))

    def decode(self, text: str, font: int, *, codec: str) -> str:
        """Return what *text*, each character of it a byte, shows in that font; *codec* is the document's own."""
        charset, name = self._charsets.get(font, _DEFAULT), self._names.get(font, "")
        if charset == _SYMBOL or name.startswith(("Symbol", "Wingdings")):
            return "".join(character(ord(byte), name) or byte for byte in text)
        if text.isascii() and "\\" not in text:
            return text  # in every code page, but for that one sign
        return text.encode("latin-1").decode(CHARSETS.get(charset, codec), "replace")
