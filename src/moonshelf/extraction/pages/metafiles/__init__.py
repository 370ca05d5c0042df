"""Drawings in the words of Windows (WMF and EMF, as they are or packed), as Office pastes charts, diagrams and tables.

They are what a program told the screen to draw, so their words stand in them as text: no recogniser is asked.
"""

from collections.abc import Mapping
from typing import BinaryIO

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.containers.unpacking import Budget, gunzip
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.format import Paged, Pages
from moonshelf.extraction.pages.metafiles import enhanced, windows
from moonshelf.extraction.tools import Tools


def open_drawing(source: BinaryIO, tools: Tools) -> Pages:
    """Open a drawing, which is one page. Raises ``CorruptDocument`` on what is none, ``LimitReached``."""
    source.seek(0)
    packed = source.read(2) == b"\x1f\x8b"
    source.seek(0)
    return _Drawing(gunzip(source, Budget(tools.limits)) if packed else source.read())


class _Drawing:
    """The one page of a drawing."""

    metadata: Mapping[str, str] = {}

    def __init__(self, content: bytes) -> None:
        self._content = content
        if not enhanced.begins(content) and not windows.begins(content):
            raise CorruptDocument("it does not begin as a drawing does")

    def __len__(self) -> int:
        return 1

    def read(self, number: int) -> PageFacts:
        read = enhanced.read if enhanced.begins(self._content) else windows.read
        return read(self._content, number)

    def close(self) -> None:
        """Nothing is held but the bytes."""


METAFILE = Paged(
    name="Windows drawing",
    media_types={".emf": "image/emf", ".wmf": "image/wmf", ".emz": "image/x-emz", ".wmz": "image/x-wmz"},
    engines=(open_drawing,),
)
