"""PDF: the text layer where there is a sound one, recognised pixels where there is none."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import replace

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.facts import Limits, PageFacts, Pages, Raster, Run, Tools
from moonshelf.extraction.format import Paged
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages import (
    accents,
    bullets,
    clusters,
    concealment,
    fields,
    glyphs,
    layers,
    openings,
    pixels,
    regions,
    scans,
    signs,
    strokes,
    unseen,
    verticals,
    weights,
)
from moonshelf.extraction.pages.objects import Content
from moonshelf.extraction.pages.pdfium import Pdfium

if TYPE_CHECKING:
    from liteparse.types import ParsedPage

_BATCH = 16
_SCANNED = frozenset({"scanned", "invisible-text-layer"})  # liteparse's words
_SCAN_TRUST = 0.7
_COARSE_DPI = 96  # shows whether there are words, not what they are
_SCREEN_DPI = 144
_PICTURED = 0.5  # of the page: pictures that large may hold the text, where the text layer has little
_FEW_LETTERS = 500


def open_text(source: BinaryIO, tools: Tools) -> Pages:
    """Read text layers with liteparse, and recognise the pages whose text layer is missing or worthless."""
    document = Pdfium(source, tools.limits)
    layer = _TextLayer(document, last=min(document.pages, tools.last or document.pages))

    def read(number: int) -> PageFacts:
        page = layer.page(number)
        written = _written(document, page)
        trust = _trust(page)
        if trust is None and not _letters(written) and any(run.hidden in layers.BEHIND for run in written.runs):
            trust = _SCAN_TRUST
        if trust is None:
            return regions.added(written, lambda box: document.render(number, box=box), tools)
        return _sounder(written, trust, *_drawn(document, number, tools), tools)

    return _OpenPdf(document, lambda number: _all_shown(read(number)) if tools.include.hidden else read(number))


def open_pdfium(source: BinaryIO, tools: Tools) -> Pages:
    """Read text layers with PDFium alone: no rules and no fills, but another reader of broken files."""
    document = Pdfium(source, tools.limits)

    def read(number: int) -> PageFacts:
        runs = tuple(document.runs(number))
        if not runs:
            return _recognised(document, number, tools)
        width, height = document.size(number)
        return PageFacts(number, width, height, runs=runs, pictures=document.content(number).pictures())

    return _OpenPdf(document, read)


def open_image(source: BinaryIO, tools: Tools) -> Pages:
    """Recognise every page, whatever its text layer holds."""
    document = Pdfium(source, tools.limits)
    return _OpenPdf(document, lambda number: _recognised(document, number, tools))


def paint(source: BinaryIO, number: int, limits: Limits) -> Raster:
    """Return the pixels of page *number*."""
    document = Pdfium(source, limits)
    try:
        return document.render(number, dpi=_SCREEN_DPI)[0]
    finally:
        document.close()


class _OpenPdf:
    """The pages of a PDF, read by the function of one engine."""

    def __init__(self, document: Pdfium, read: Callable[[int], PageFacts]) -> None:
        self._document = document
        self._read = read
        self.metadata: Mapping[str, str] = document.metadata

    def __len__(self) -> int:
        return self._document.pages

    def read(self, number: int) -> PageFacts:
        return self._read(number)

    def close(self) -> None:
        self._document.close()


def _trust(page: "ParsedPage") -> float | None:
    """Return how many letters must be recognised for each in the text layer to be taken instead of it.

    None means that the layer needs no recognition beside it.
    """
    about = page.complexity
    if about is None:
        return None
    if about.is_garbled:
        return 0.0
    if _SCANNED.intersection(about.reasons) or not page.text_items:
        return _SCAN_TRUST  # the layer, if any, is another recogniser's work, hidden behind the picture
    pictured = about.image_coverage >= _PICTURED and about.text_length < _FEW_LETTERS
    return 1.0 if pictured else None


def _sounder(layer: PageFacts, trust: float, raster: Raster, scale: float, tools: Tools) -> PageFacts:
    """Return what the recogniser reads or, where that is much less than the *layer* holds, the layer.

    Either way, what the layer says and the picture does not bear out is kept as hidden.
    """
    recognised = scans.read(layer.number, raster, scale, tools)
    if recognised.turned:
        return recognised  # no place of one is a place of the other
    written = layers.judged(layer, recognised, pixels.gray(raster), scale)
    seen, told = _letters(recognised), _letters(written)
    if told and (not seen or seen < trust * told):
        return written
    hidden = tuple(run for run in written.runs if run.hidden)
    return replace(recognised, runs=(*recognised.runs, *hidden), comments=written.comments)


def _all_shown(page: PageFacts) -> PageFacts:
    """Return *page* with nothing kept out of sight, where an upload asks for what is hidden too."""
    return replace(page, runs=tuple(replace(run, hidden="") for run in page.runs))


def _letters(facts: PageFacts) -> int:
    return sum(len("".join(run.text.split())) for run in facts.runs if not run.hidden)


class _TextLayer:
    """The pages that liteparse read last.

    It opens the file anew at each call, so consecutive pages are asked for in batches, up to page *last*. What is
    found on a page does not depend on the batch.
    """

    def __init__(self, document: Pdfium, *, last: int) -> None:
        self._document = document
        self._last = last
        self._pages: dict[int, ParsedPage] = {}

    def page(self, number: int) -> "ParsedPage":
        """Return page *number*. Raises ``CorruptDocument`` where liteparse cannot read it."""
        if number not in self._pages:
            self._pages = _parse(self._document.data, number, min(self._last, number + _BATCH - 1))
        try:
            return self._pages[number]
        except KeyError:
            raise CorruptDocument(f"the text of page {number} cannot be read") from None


def _parse(data: bytes, first: int, last: int) -> "dict[int, ParsedPage]":
    from liteparse import LiteParse, ParseError  # noqa: PLC0415 heavy: PDFium and its Rust half

    parser = LiteParse(
        ocr_enabled=False,
        target_pages=f"{first}-{last}",
        output_format="json",
        continue_on_page_error=True,
        preserve_very_small_text=True,
        emit_word_boxes=True,
        extract_text_metadata=True,
        extract_vector_graphics=True,
        extract_annotations=True,
        extract_form_fields=True,
        include_complexity=True,
        num_workers=1,
        quiet=True,
    )
    try:
        return {page.page_num: page for page in parser.parse(data).pages}
    except ParseError as error:
        raise CorruptDocument("its text cannot be read") from error


def _written(document: Pdfium, page: "ParsedPage") -> PageFacts:
    graphics, content = page.vector_graphics, document.content(page.page_num)
    fills = strokes.fills(graphics) if graphics else ()
    written = _runs(document, page, content)
    if graphics:
        written = bullets.marked(written, graphics)
    runs = weights.weighed(written, lambda: document.render(page.page_num))
    pictures = content.pictures()
    painted = (*(fill.box for fill in fills), *pictures)
    paint = any(boxes.holds(box, boxes.middle(run.box)) for run in runs for box in painted)
    told = unseen.withheld(runs, unseen.found(content, paint=paint))
    marked = concealment.marked(told, fills, lambda box: document.render(page.page_num, dpi=_COARSE_DPI, box=box))
    notes = list(fields.comments(page, lambda: document.unseen_notes(page.page_num)))
    return PageFacts(
        page.page_num,
        page.width,
        page.height,
        runs=(*fields.filled(page, marked), *(note for note in notes if note.hidden)),
        rules=strokes.rules(graphics) if graphics else (),
        fills=openings.parted(fills, content) if fills else (),
        pictures=pictures,
        comments=tuple(note for note in notes if not note.hidden),
    )


def _runs(document: Pdfium, page: "ParsedPage", content: Content) -> Sequence[Run]:
    size = (page.width, page.height)
    if clusters.found(page.text_items) and (pieces := clusters.stated(content)):
        return list(clusters.mended(page.text_items, pieces, size))
    if verticals.likely(page.text_items):
        return verticals.told(page.text_items, list(document.glyphs(page.page_num)), size)
    items = signs.restored(page.text_items, lambda: document.text(page.page_num))
    if accents.loose(items):
        characters = list(document.glyphs(page.page_num))
        return list(accents.mended(items, characters, size))
    return [run for item in items for run in glyphs.runs(item, *size)]


def _recognised(document: Pdfium, number: int, tools: Tools) -> PageFacts:
    raster, scale = _drawn(document, number, tools)
    return scans.read(number, raster, scale, tools)


def _drawn(document: Pdfium, number: int, tools: Tools) -> tuple[Raster, float]:
    tools.look()
    return document.render(number)


PDF = Paged(
    name="PDF",
    media_types={".pdf": "application/pdf"},
    engines=(open_text, open_pdfium, open_image),
    paint=paint,
)
