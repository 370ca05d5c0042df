"""A PDF opened by PDFium: its page count, metadata, pixels, pictures and plain text layer."""

import ctypes
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import CorruptDocument, EncryptedDocument, LimitReached
from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.pages import bookmarks, xfa
from moonshelf.extraction.pages.text_layer import cuts
from moonshelf.extraction.pages.text_layer.accents import Glyph
from moonshelf.extraction.pages.text_layer.file import optional, page_trees, updates
from moonshelf.extraction.pages.text_layer.fonts import corrections
from moonshelf.extraction.pages.text_layer.objects import Content, Handle
from moonshelf.extraction.tools import Limits, Raster

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

_DPI = 200
_LONGEST = 4096  # pixels; the recogniser shrinks what is longer
_SHORTEST = 1600  # pixels of the longer side: what letters of a page in a book need, whatever size the page claims
_WHOLE = (0.0, 0.0, 0.0, 0.0)  # nothing left out at any side
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_FINE = 64  # PDFium converts positions to whole device units: this many of them make a point
_REACH = 1000  # points; far enough apart for positions in whole units to tell the scale
_MOST_GLYPHS = 20_000  # of one page
_UNSEEN = 1 << 1 | 1 << 5  # hidden, or not to be viewed (ISO 32000-1, table 165)
_LONGEST_NOTE = 100_000  # bytes
_MOST_FILES, _MOST_NOTES = 2_000, 2_000
_METADATA = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "CreationDate": "created",
    "ModDate": "modified",
}


class Pdfium:
    """An open PDF. Raises only ``ExtractionError``."""

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        source.seek(0)
        self._limits = limits
        self.data, self._document, relisted = _opened(corrections.mended(source.read()), limits.pages + 1)
        self._current: tuple[int, PdfPage] | None = None
        self._text: tuple[int, str] | None = None
        self._turned = set[int]()
        claimed = len(self._document)
        self.pages = _there(self._document, min(claimed, limits.pages + 1))
        if self.pages > limits.pages:
            self.close()
            raise LimitReached(f"it has {claimed} pages and the limit is {limits.pages}")
        self.layered = optional.off(self.data)
        self.form = xfa.read(self._document)
        marks = bookmarks.read(self._document)
        if marks.endless:
            self.data = updates.without_bookmarks(self.data)  # liteparse would follow them for ever
        self.metadata: Mapping[str, str] = {
            **_metadata(self._document),
            **_contents(self._document, marks.titles),
            **({"pages_claimed": str(claimed)} if claimed > self.pages else {}),
            **({"relisted": "true"} if relisted else {}),
            **({"xfa": "read" if self.form.shown else "unread"} if self.form else {}),
        }

    def close(self) -> None:
        """Free the document; the bytes stay the garbage collector's."""
        self._document.close()

    def missing(self, number: int) -> bool:
        """Say whether the file counts page *number* among its pages and does not hold it."""
        return not _held(self._document, number)

    def size(self, number: int) -> tuple[float, float]:
        """Return width and height of page *number* in points as displayed."""
        width, height = self._page(number).get_size()
        return float(width), float(height)

    def turn(self, number: int, degrees: int) -> None:
        """Turn page *number* clockwise for whoever asks for its size, pixels and places from now on, once for all."""
        if degrees and number not in self._turned:
            page = self._page(number)
            page.set_rotation((page.get_rotation() + degrees) % 360)
            self._turned.add(number)

    def render(self, number: int, *, dpi: int = _DPI, box: Box | None = None) -> tuple[Raster, float]:
        """Return the pixels of page *number*, or those in a *box* of it, and how many of them make a point."""
        page = self._page(number)
        scale = self._scale(page.get_size(), dpi)
        return _painted(page, scale, _crop(box, page.get_size(), scale) if box else _WHOLE), scale

    def scan(self, number: int) -> tuple[Raster, float]:
        """Return the pixels of page *number* as ``render`` does, but no finer than a picture that fills it has them."""
        page = self._page(number)
        size, own = page.get_size(), self.content(number).fineness()
        scale = self._scale(size, _DPI)
        if own:
            scale = min(scale, max(own, _SHORTEST / max(*size, 1.0)))
        return _painted(page, scale), scale

    def content(self, number: int) -> Content:
        """Return what page *number* paints; it lasts until another page is asked for."""
        page = self._page(number)
        return Content(page, _displayed(page))

    def text(self, number: int) -> str:
        """Return the characters of page *number* in PDFium's order, line by line: those beside the page as well."""
        if self._text is None or self._text[0] != number:
            self._text = number, self._characters(number, lambda page: page.get_text_range())
        return self._text[1]

    def shown(self, number: int) -> str:
        """Return what ``text`` returns, but for what stands beside page *number*."""
        return self._characters(number, lambda page: page.get_text_bounded())

    def _characters(self, number: int, found: "Callable[[PdfTextPage], str]") -> str:
        text = self._page(number).get_textpage()
        try:
            return str(found(text))
        finally:
            text.close()

    def cut(self, number: int) -> bool:
        """Say whether a text on page *number* is so long that its end may be missing."""
        return cuts.likely(self._page(number))

    def glyphs(self, number: int) -> Iterator[Glyph]:
        """Yield the characters on page *number*, white space aside, in PDFium's order."""
        page = self._page(number)
        text, place = page.get_textpage(), _displayed(page)
        try:
            for index in range(min(text.count_chars(), _MOST_GLYPHS)):
                yield from _glyph(text, index, place)
        finally:
            text.close()

    def drawn_as_one(self, number: int, letters: re.Pattern[str]) -> Sequence[Box]:
        """Return the boxes of the pairs of *letters* on page *number* that are one glyph."""
        page = self._page(number)
        text, place = page.get_textpage(), _displayed(page)
        try:
            pairs = [found.start() for found in letters.finditer(str(text.get_text_range()))][:_MOST_GLYPHS]
            both = [(text.get_charbox(at, loose=True), text.get_charbox(at + 1, loose=True)) for at in pairs]
            return [place(one) for one, other in both if one == other]
        finally:
            text.close()

    def unseen_notes(self, number: int) -> frozenset[str]:
        """Return what notes on page *number* say that readers are told not to show."""
        from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

        page, found = self._page(number).raw, set[str]()
        for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_NOTES)):
            note = raw.FPDFPage_GetAnnot(page, index)
            if raw.FPDFAnnot_GetFlags(note) & _UNSEEN:
                found.add(" ".join(_contents_of(note).split()))
            raw.FPDFPage_CloseAnnot(note)
        return frozenset(found)

    def runs(self, number: int) -> Iterator[Run]:
        """Yield the text layer of page *number* as PDFium parts it: one run a line and font."""
        page = self._page(number)
        text = page.get_textpage()
        try:
            for index in range(text.count_rects()):
                yield from _run(page, text, text.get_rect(index))
        finally:
            text.close()

    def _scale(self, size: tuple[float, float], dpi: int) -> float:
        longest, area = max(*size, 1.0), max(1.0, size[0] * size[1])
        # A scan may claim to be the size of a stamp; a coarse look at a page stays coarse.
        fine = max(dpi / 72, _SHORTEST * dpi / _DPI / longest)
        return min(fine, _LONGEST / longest, math.sqrt(self._limits.pixels / area))

    def _page(self, number: int) -> "PdfPage":
        """Return page *number*, parsed once as long as no other is asked for."""
        from pypdfium2 import PdfiumError  # noqa: PLC0415 heavy: PDFium

        if self._current is None or self._current[0] != number:
            if self._current is not None:
                self._current[1].close()
                self._current = None
            try:
                self._current = number, self._document[number - 1]
            except PdfiumError as error:
                raise CorruptDocument(f"page {number} cannot be opened") from error
            if not all(side > 0 for side in self._current[1].get_size()):
                raise CorruptDocument(f"page {number} has no area")
        return self._current[1]


def _opened(data: bytes, most: int) -> "tuple[bytes, PdfDocument, bool]":
    """Return *data* and the document in it, and whether it lacked a list of its pages and got one.

    It has a page among the first *most* that it claims to have.
    """
    try:
        return data, _open(data, most), False
    except CorruptDocument:
        listed = page_trees.rebuilt(data)
        if listed is None:
            raise
        return listed, _open(listed, most), True


def _open(data: bytes, most: int) -> "PdfDocument":
    from pypdfium2 import PdfDocument, PdfiumError  # noqa: PLC0415 heavy: PDFium

    try:
        document = PdfDocument(data)
        document.init_forms()  # or filled-in fields would be missing from rendered pages
    except PdfiumError as error:
        if error.err_code in {_PASSWORD, _SECURITY}:
            raise EncryptedDocument from error
        raise CorruptDocument("its PDF structure cannot be read") from error
    if not len(document):
        raise CorruptDocument("it has no pages")
    if not _there(document, min(claimed := len(document), most)):
        document.close()
        raise CorruptDocument(f"none of its pages can be opened, though it says that it has {claimed}")
    return document


def _there(document: "PdfDocument", pages: int) -> int:
    """Return how many of so many *pages* there are: those at the end may be claimed, or lost with a part of the file.

    It is the file that says how many there are, and finding that one is missing takes no more than looking it up.
    """
    while pages and not _held(document, pages):
        pages -= 1
    return pages


def _held(document: "PdfDocument", number: int) -> bool:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    return bool(raw.FPDF_GetPageSizeByIndexF(document.raw, number - 1, raw.FS_SIZEF()))


def _metadata(document: "PdfDocument") -> Mapping[str, str]:
    found = document.get_metadata_dict(skip_empty=True)
    return {_METADATA[key]: value.strip() for key, value in found.items() if key in _METADATA and value.strip()}


def _contents(document: "PdfDocument", marks: Iterable[tuple[int, str]]) -> Mapping[str, str]:
    """Return the titles of the outline, indented by tabs, and the names of the embedded files, a line each."""
    found = {
        "bookmarks": "\n".join("\t" * level + _one_line(title) for level, title in marks),
        "attachments": "\n".join(map(_one_line, _attached(document))),
    }
    return {key: value for key, value in found.items() if value}


def _attached(document: "PdfDocument") -> Sequence[str]:
    from pypdfium2 import PdfiumError  # noqa: PLC0415 heavy: PDFium

    try:
        return [
            document.get_attachment(one).get_name() for one in range(min(document.count_attachments(), _MOST_FILES))
        ]
    except (PdfiumError, UnicodeDecodeError):  # a courtesy; the pages are what matters
        return []


def _one_line(text: str) -> str:
    return " ".join(text.encode(errors="replace").decode().split())


def _painted(page: "PdfPage", scale: float, crop: Box = _WHOLE) -> Raster:
    bitmap = page.render(scale=scale, crop=crop, rev_byteorder=True, prefer_bgrx=False)
    return Raster(bitmap.width, bitmap.height, bytes(bitmap.buffer))


def _crop(box: Box, size: tuple[float, float], scale: float) -> Box:
    """Return how much to leave out around *box* at the left, at the bottom, at the right and at the top."""
    width, height = (math.ceil(side * scale) for side in size)
    left, top = (
        min(max(0, round(edge * scale)), side - 1) for edge, side in zip(box[:2], (width, height), strict=True)
    )
    right, bottom = max(left + 1, round(box[2] * scale)), max(top + 1, round(box[3] * scale))
    # Rounded up to whole pixels: half of one less makes sure that it is the right one.
    beyond = [max(0.0, pixels - 0.5) / scale for pixels in (left, height - bottom, width - right, top)]
    return (beyond[0], beyond[1], beyond[2], beyond[3])


def _displayed(page: "PdfPage") -> Callable[[Box], Box]:
    """Return what turns PDF coordinates, from the bottom left before any rotation, into those of the displayed page."""
    (x0, y0), across, up = (_device(page, *corner) for corner in ((0, 0), (_REACH, 0), (0, _REACH)))
    a, b, c, d = ((end - start) / _REACH for point in (across, up) for start, end in zip((x0, y0), point, strict=True))

    def turn(bounds: Box) -> Box:
        left, bottom, right, top = bounds
        ax, bx = x0 + a * left + c * bottom, x0 + a * right + c * top
        ay, by = y0 + b * left + d * bottom, y0 + b * right + d * top
        if ax <= bx and by <= ay:  # as on all pages that are not turned
            return ax, by, bx, ay
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    return turn


def _device(page: "PdfPage", x: float, y: float) -> tuple[float, float]:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    width, height = (round(side * _FINE) for side in page.get_size())
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, across, down)
    return across.value / _FINE, down.value / _FINE


def _glyph(text: "PdfTextPage", index: int, place: Callable[[Box], Box]) -> Iterator[Glyph]:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    code = raw.FPDFText_GetUnicode(text.raw, index)
    shown = "" if 0xD800 <= code < 0xE000 else chr(code)  # noqa: PLR2004 halves of characters that carry no accents
    if shown.strip():
        yield Glyph(shown, place(text.get_charbox(index, loose=True)), raw.FPDFText_GetFontSize(text.raw, index))


def _contents_of(note: Handle) -> str:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    length = min(raw.FPDFAnnot_GetStringValue(note, b"Contents", None, 0), _LONGEST_NOTE)
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    raw.FPDFAnnot_GetStringValue(note, b"Contents", buffer, length)
    return bytes(buffer).decode("utf-16-le", "ignore").replace("\0", "")


def _run(page: "PdfPage", text: "PdfTextPage", bounds: tuple[float, float, float, float]) -> Iterator[Run]:
    words = " ".join(text.get_text_bounded(*bounds).split())
    if words:
        box = _displayed(page)(bounds)
        yield Run(text=words, box=box, size=round(_size(text, bounds) or (box[3] - box[1]), 2))


def _size(text: "PdfTextPage", bounds: tuple[float, float, float, float]) -> float:
    """Return the type size of the character at the left of *bounds*, scaled as it is drawn; 0 where there is none."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    left, bottom, _, top = bounds
    index = text.get_index(left + 1, (bottom + top) / 2, 3, (top - bottom) / 2)
    if index is None:
        return 0.0
    matrix = raw.FS_MATRIX()
    scaled = bool(raw.FPDFText_GetMatrix(text, index, matrix))
    return float(raw.FPDFText_GetFontSize(text, index) * (abs(matrix.d or matrix.b) if scaled else 1.0))
