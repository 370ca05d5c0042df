"""Bookmarks: the outline of a PDF, which may be a ring in damaged files."""

import ctypes
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pypdfium2 import PdfBookmark, PdfDocument

_DEEPEST: Final = 8
_MOST: Final = 2_000
_MOST_FOLLOWED: Final = 20_000


class Bookmarks(NamedTuple):
    """The titles of bookmarks, each with how many bookmarks are above it, and whether they come to no end.

    They do not where they come round again; where they go on for so long, nobody knows.
    """

    titles: tuple[tuple[int, str], ...]
    endless: bool


def read(document: "PdfDocument") -> Bookmarks:
    """Return the bookmarks of *document*: the first ones, where there are many, and no bookmark twice."""
    from pypdfium2 import PdfBookmark, raw  # noqa: PLC0415 heavy: PDFium

    seen, titles = set[int](), list[tuple[int, str]]()
    waiting = [(0, raw.FPDFBookmark_GetFirstChild(document, None))]
    while waiting:
        level, mark = waiting.pop()
        if not mark:
            continue
        address = ctypes.addressof(mark.contents)
        if address in seen or len(seen) >= _MOST_FOLLOWED:
            return Bookmarks(tuple(titles), endless=True)
        seen.add(address)
        if level < _DEEPEST and len(titles) < _MOST:
            titles.append((level, _title(PdfBookmark(mark, document, level))))
        waiting.append((level, raw.FPDFBookmark_GetNextSibling(document, mark)))
        waiting.append((level + 1, raw.FPDFBookmark_GetFirstChild(document, mark)))
    return Bookmarks(tuple(titles), endless=False)


def _title(mark: "PdfBookmark") -> str:
    try:
        return str(mark.get_title())
    except UnicodeDecodeError:  # half a character at its end
        return ""
