"""Bookmarks: the outline of a PDF, which may be a ring in damaged files."""

import ctypes
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pypdfium2 import PdfBookmark, PdfDocument

_DEEPEST: Final = 8
_MOST: Final = 2_000


class Bookmarks(NamedTuple):
    """The titles of bookmarks, each with how many bookmarks are above it, and whether they come round again."""

    titles: tuple[tuple[int, str], ...]
    circular: bool


def read(document: "PdfDocument") -> Bookmarks:
    """Return the bookmarks of *document*: the first ones, where there are many, and no bookmark twice."""
    from pypdfium2 import PdfBookmark, raw  # noqa: PLC0415 heavy: PDFium

    seen, titles = set[int](), list[tuple[int, str]]()
    waiting = [(0, raw.FPDFBookmark_GetFirstChild(document, None))]
    while waiting and len(titles) < _MOST:
        level, mark = waiting.pop()
        if not mark:
            continue
        address = ctypes.addressof(mark.contents)
        if address in seen:
            return Bookmarks(tuple(titles), circular=True)
        seen.add(address)
        titles.append((level, _title(PdfBookmark(mark, document, level))))
        waiting.append((level, raw.FPDFBookmark_GetNextSibling(document, mark)))
        if level + 1 < _DEEPEST:
            waiting.append((level + 1, raw.FPDFBookmark_GetFirstChild(document, mark)))
    return Bookmarks(tuple(titles), circular=False)


def _title(mark: "PdfBookmark") -> str:
    try:
        return str(mark.get_title())
    except UnicodeDecodeError:  # half a character at its end
        return ""
