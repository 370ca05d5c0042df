"""Clusters: letters set as one, whose text a file states beside their glyphs, as browsers do from Arabic to Khmer.

A glyph of such scripts stands for another letter in each cluster, so a file tells the text of each (ISO 32000-1,
14.9.4). The reader of text layers says what it tells once for each glyph, or takes the later ones for a space.
"""

import ctypes
import re
import unicodedata
from codecs import BOM_UTF16_BE
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.mirror import LEFTWARD
from moonshelf.extraction.pages.text_layer import glyphs
from moonshelf.extraction.pages.text_layer.accents import styled
from moonshelf.extraction.pages.text_layer.layers import Item
from moonshelf.extraction.pages.text_layer.objects import Content, Handle, Painted, Place, matrix

_CLUSTERED = re.compile("[\u0590-\u109f\u1780-\u18af\u1900-\u1aaf\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters of scripts that join, stack or reorder them."""

_MARKS = ("Mn", "Mc")  # Unicode's categories of what stands above, below or around a letter
_LONGEST = 64  # bytes of what one cluster says; what says more is no cluster
_MOST_LETTERS = 50_000  # of a page, all of which PDFium looks through for each object
_MOST_PAIRS = 10_000_000  # of pieces and items; no page of text comes near
_LEVEL = 0.5  # of the type size: what stands no further up or down is on one line
_SPACE = 0.2  # of the type size: a narrower gap is between letters
_ABOVE, _BELOW = 0.9, 0.3  # of the type size: how far letters and their marks reach from what they stand on
_WIDEST = 1.1  # of the type size: the widest space of a line
_BACK = 0.5  # of the type size: a mark begins no further left of what it stands on


class Piece(msgspec.Struct, frozen=True):
    """A cluster, or what else is set at once; *base* is the height of what its letters stand on."""

    text: str
    box: Box
    size: float
    base: float

    @property
    def blank(self) -> bool:
        """Whether it is a space."""
        return not self.text.strip()


def found(items: Iterable[Item]) -> bool:
    """Say whether *items* hold letters of scripts that are set in clusters."""
    return any(not item.text.isascii() and _CLUSTERED.search(item.text) for item in items)


def stated(content: Content) -> list[Piece]:
    """Return what *content* says piece by piece, as it is written; nothing where its reader needs no help.

    It does where clusters are stated, and where marks are placed by themselves, which it puts elsewhere.
    """
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    page = content.page.get_textpage()
    try:
        if page.count_chars() > _MOST_LETTERS:
            return []
        pieces, last, helps = list[Piece](), 0, False
        for painted in content.of(raw.FPDF_PAGEOBJ_TEXT):
            mark, told = _told(painted.handle)
            if mark and mark == last:
                pieces[-1] = replace(pieces[-1], box=boxes.around((pieces[-1].box, painted.box)))
                continue
            last, text = 0, told if mark else _text(painted.handle, page.raw)
            if text or not boxes.height(painted.box):  # ink without text is part of what was said before, or of nothing
                pieces.append(_piece(painted, text, content.place))
                last, helps = mark, helps or bool(mark) or _is_lone_mark(text)
        return pieces if helps else []
    finally:
        page.close()


def _is_lone_mark(text: str) -> bool:
    mark = text.strip()
    return bool(mark) and not LEFTWARD.search(mark) and all(unicodedata.category(one) in _MARKS for one in mark)


def mended(items: Sequence[Item], pieces: Sequence[Piece], size: tuple[float, float]) -> Iterator[Run]:
    """Yield the runs of *items*, on a page of this *size*, with *pieces* where lines of clustered scripts stand."""
    told = pieces if len(pieces) * len(items) <= _MOST_PAIRS else ()
    lines = [(line, boxes.around(one.box for one in line)) for line in _lines(told)]
    places = [place for line, place in lines if _CLUSTERED.search("".join(one.text for one in line))]
    styles: list[Run] = []
    for item in items:
        if glyphs.level(item) and _is_within(item.box, places):
            styles += glyphs.words(item, *size)
        else:
            yield from glyphs.runs(item, *size)
    for line, place in lines:
        if _is_within(place, places):
            for run in _runs(line):
                like = styled(run, styles)
                yield replace(like, box=run.box, hidden=like.hidden or glyphs.unseen(run.box, like.size, *size))


def _is_within(box: Box, places: Iterable[Box]) -> bool:
    middle = boxes.middle(box)
    return any(boxes.holds(place, middle) for place in places)


def _told(handle: Handle) -> tuple[int, str]:
    """Return the mark that states the text of a cluster, as a number, and the text; 0, where none does."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    buffer, length = (ctypes.c_ubyte * _LONGEST)(), ctypes.c_ulong()
    for index in reversed(range(raw.FPDFPageObj_CountMarks(handle))):
        mark = raw.FPDFPageObj_GetMark(handle, index)
        stated = raw.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", buffer, _LONGEST, length)
        told = bytes(buffer[: length.value]) if stated and length.value <= _LONGEST else b""
        if told.startswith(BOM_UTF16_BE):
            return ctypes.cast(mark, ctypes.c_void_p).value or 0, told[2:].decode("utf-16-be", "ignore")
    return 0, ""


def _text(handle: Handle, page: Handle) -> str:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    length = raw.FPDFTextObj_GetText(handle, page, None, 0)
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    raw.FPDFTextObj_GetText(handle, page, buffer, length)
    return bytes(buffer).decode("utf-16-le", "ignore").replace("\0", "")


def _piece(painted: Painted, text: str, place: Place) -> Piece:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    size, (_, b, _, d, x, y) = ctypes.c_float(), matrix(painted.handle)
    raw.FPDFTextObj_GetFontSize(painted.handle, size)
    base = painted.box[3] if painted.forms else place((x, y, x, y))[3]
    return Piece(text, painted.box, size.value * abs(d or b), base)


def _lines(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Yield *pieces* in parts that go on to the right on one line without a wide gap."""
    line: list[Piece] = []
    right = 0.0
    for piece in pieces:
        if line and not (piece.blank or _goes_on(line[-1], piece, right)):
            yield line
            line = []
        if line or not piece.blank:
            right = max(right, piece.box[2]) if line else piece.box[2]
            line.append(piece)
    if line:
        yield line


def _goes_on(before: Piece, after: Piece, right: float) -> bool:
    level = abs(before.base - after.base) < _LEVEL * before.size
    return level and before.box[0] - _BACK * before.size < after.box[0] < right + _WIDEST * before.size


def _runs(line: Sequence[Piece]) -> Iterator[Run]:
    """Yield a *line* as one run, or word by word if it is read from right to left."""
    size, base, words = line[0].size, line[0].base, list(_words(line))
    leftward = any(LEFTWARD.search(one.text) for one in line)
    for part in [[word] for word in words] if leftward else [words]:
        left, _, right, _ = boxes.around(one.box for word in part for one in word)
        yield Run(" ".join(map(_text_of, part)), (left, base - _ABOVE * size, right, base + _BELOW * size), size)


def _words(line: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the words of a *line*. The reader makes up spaces behind marks: such a one counts where there is room."""
    word: list[Piece] = []
    right = 0.0
    for before, piece in pairwise((line[0], *line)):
        roomy = piece.box[0] - right > _SPACE * piece.size
        parted = before.blank or piece.text[:1].isspace() or (before.text[-1:].isspace() and roomy)
        if word and parted and not piece.blank:
            yield word
            word = []
        if not piece.blank:
            word.append(piece)
            right = max(right, piece.box[2])
    yield word


def _text_of(word: Sequence[Piece]) -> str:
    """Return the text of a *word*, whose pieces stand from left to right."""
    turned = any(LEFTWARD.search(one.text) for one in word)
    return "".join(" ".join(one.text.split()) for one in (reversed(word) if turned else word))
