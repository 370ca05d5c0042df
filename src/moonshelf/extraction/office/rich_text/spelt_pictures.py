"""Pictures in Rich Text, which stand among its words as digits or as bytes."""

import binascii
import hashlib
import re
from collections.abc import Iterator

import msgspec

from moonshelf.extraction.document import Block
from moonshelf.extraction.office.pictures import Pictures, large
from moonshelf.extraction.tools import Tools

_LEGIBLE = ("pngblip", "jpegblip", "emfblip", "wmetafile")  # others are bitmaps of old systems
WORDS = (*_LEGIBLE, "picwgoal", "pichgoal", "picscalex", "picscaley")
"""Control words that tell what a picture is and how large."""
_TWIPS = 20  # in a point
_WHOLE = 100  # percent
_NO_DIGITS = re.compile("[^0-9A-Fa-f]+")


class Spelt(msgspec.Struct):
    """One picture that is being read: what is said of it, and its content so far."""

    opened: int  # groups around it
    embedded: bool = False  # no picture, but a file of another program
    legible: bool = False
    said: dict[str, int] = msgspec.field(default_factory=dict)
    digits: list[str] = msgspec.field(default_factory=list)
    binary: bytes = b""

    def word(self, word: str, number: int) -> None:
        """Take in a control word."""
        if word in _LEGIBLE:
            self.legible = True
        elif word.startswith("pic"):
            self.said[word] = number

    def content(self) -> bytes:
        """Return the file that it is."""
        digits = _NO_DIGITS.sub("", "".join(self.digits))
        return self.binary or binascii.unhexlify(digits[: len(digits) // 2 * 2])

    def large(self) -> bool:
        """Tell whether it is shown large enough for text; one of no stated size is."""
        sizes = (
            self.said.get(f"pic{side}goal", 0) * self.said.get(f"picscale{axis}", _WHOLE) / _WHOLE / _TWIPS
            for side, axis in (("w", "x"), ("h", "y"))
        )
        return not self.said.get("picwgoal") or large(*sizes)


class SpeltPictures:
    """The pictures of one document, each read once."""

    def __init__(self, tools: Tools) -> None:
        self._current: dict[str, bytes] = {}
        self.pictures = Pictures(self._current.get, tools)

    def shown(self, picture: Spelt) -> Iterator[Block]:
        """Read *picture* where it is shown first."""
        if not picture.large():
            return
        content = picture.content() if picture.legible else b""
        name = hashlib.blake2b(content or "".join(picture.digits).encode()).hexdigest()
        self._current[name] = content
        yield from self.pictures.shown(name)
        self._current.clear()
