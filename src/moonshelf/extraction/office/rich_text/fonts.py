"""The fonts of Rich Text: each brings a charset, and some have other shapes than the letters they are named by."""

import re
from typing import Final

from moonshelf.extraction.notation.charsets import CHARSETS
from moonshelf.extraction.notation.symbol_fonts import character, private, shown
from moonshelf.extraction.office.ole.properties import codec

WORDS: Final = ("f", "fcharset", "cpg")
"""Control words that entries of the table are told by."""
_DEFAULT: Final = 1  # the charset that stands for the document's own
_SYMBOL: Final = 2
_SIGNS: Final = "signs"  # in place of a codec
_SUFFIXES: Final = {  # of fonts' names, by which Windows 3 and 95 told alphabets
    " CE": "cp1250", " Cyr": "cp1251", " Greek": "cp1253", " Tur": "cp1254", " Baltic": "cp1257",
    " (Hebrew)": "cp1255", " (Arabic)": "cp1256", " (Vietnamese)": "cp1258", " (Thai)": "cp874",
}  # fmt: skip


_IN_A_ROW = re.compile(rb"[\x80-\xff]{2}")


class Fonts:
    """The table of fonts, filled entry by entry as it is read."""

    def __init__(self) -> None:
        self._charsets: dict[int, int] = {}
        self._pages: dict[int, str] = {}  # codecs of code pages that are stated by their numbers
        self._names: dict[int, str] = {}
        self._entry = 0
        self._codecs: dict[int, str] = {}  # of fonts that were asked for

    def take_word(self, word: str, number: int) -> None:
        """Take a control word inside the table."""
        self._codecs.clear()
        if word == "f":
            self._entry = number
        elif word == "fcharset":
            self._charsets[self._entry] = number
        elif word == "cpg":
            self._pages[self._entry] = codec(number)

    def take_name(self, text: str) -> None:
        """Take some of the name of the entry that was begun last."""
        self._codecs.clear()
        self._names[self._entry] = self._names.get(self._entry, "") + text

    def sign(self, text: str, font: int) -> str:
        """Return what *text*, which is in Unicode, shows in that font: private characters are signs of some."""
        return shown(text, self._names.get(font, "")) if private(text) else text

    def decode(self, text: str, font: int, own: str) -> str:
        """Return what *text*, each character of it a byte, shows in that font; *own* is the document's codec."""
        known = self._codecs.get(font)
        if known is None:
            known = self._codecs[font] = self._codec(font)
        if known == _SIGNS:
            name = self._names.get(font, "")
            return "".join(character(ord(byte), name) or byte for byte in text)
        if text.isascii() and "\\" not in text:
            return text  # in every code page, but for that one sign
        return _decoded(text.encode("latin-1"), known or own, own)

    def _codec(self, font: int) -> str:
        """Return the codec that a font brings, if it brings one."""
        charset, name = self._charsets.get(font, _DEFAULT), self._names.get(font, "")
        if charset == _SYMBOL or name.startswith(("Symbol", "Wingdings")):
            return _SIGNS
        return CHARSETS.get(charset) or self._pages.get(font) or _by_name(name)


def _by_name(name: str) -> str:
    name = name.rstrip("; ")
    return next((_SUFFIXES[suffix] for suffix in _SUFFIXES if name.endswith(suffix)), "") if " " in name else ""


def _decoded(content: bytes, page: str, own: str) -> str:
    """Decode *content*; accents of Western letters in a font for East Asia are those of the document's own codec."""
    try:
        return content.decode(page)
    except UnicodeDecodeError:
        return content.decode(page if _IN_A_ROW.search(content) else own, "replace")
