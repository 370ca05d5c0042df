"""PDF: the text layer where there is a sound one, recognised pixels where there is none."""

from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO

from msgspec.structs import replace

from moonshelf.extraction.document import Origin
from moonshelf.extraction.facts import PageFacts, Rule, Run
from moonshelf.extraction.format import Paged, Pages
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.fences import Fences
from moonshelf.extraction.pages import noise, pixels, regions, soundness
from moonshelf.extraction.pages.hidden import concealment, overprints, scan_layers, unseen
from moonshelf.extraction.pages.pdfium import Pdfium
from moonshelf.extraction.pages.recognition import scans
from moonshelf.extraction.pages.text_layer import (
    accents,
    bullets,
    centred,
    clusters,
    cuts,
    fenced,
    fields,
    flat,
    gaps,
    glyphs,
    lam_alef,
    openings,
    signs,
    strokes,
    tears,
    verticals,
    weights,
)
from moonshelf.extraction.pages.text_layer.layers import Layer, TextLayers
from moonshelf.extraction.pages.text_layer.objects import Content
from moonshelf.extraction.tools import Limits, Raster, Tools

_COARSE_DPI = 96  # shows whether there are words, not what they are
_SCREEN_DPI = 144
_CROWDED = "it paints so many things that text which nobody sees may be among what was not looked through"


def open_text(source: BinaryIO, tools: Tools) -> Pages:
    """Read text layers with liteparse, and recognise the pages whose text layer is missing or worthless."""
    document = Pdfium(source, tools.limits)
    text = TextLayers(document.data, last=min(document.pages, tools.last or document.pages))

    def read(number: int) -> PageFacts:
        layer = text.page(number)
        document.turn(number, layer.turned)
        written, trust = _written(document, layer)
        if trust is None and _lacking(document, layer, written):
            trust = soundness.SCAN
        if trust is None:
            if garbled := noise.found(written.runs):
                written = noise.replaced(written, garbled, _recognised(document, number, tools))
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
        content, (width, height) = document.content(number), document.size(number)
        told = unseen.withheld(runs, unseen.found(content, paint=True))
        failure = "" if content.whole else _CROWDED
        return PageFacts(number, width, height, runs=told, pictures=content.pictures(), failure=failure)

    return _OpenPdf(document, lambda number: _all_shown(read(number)) if tools.include.hidden else read(number))


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
        """Read as ``Pages`` does; a page that the file does not hold is no error, which other engines might mend."""
        if self._document.missing(number):
            return PageFacts(number, 0, 0, origin=Origin.FAILED, failure="it is missing from the file")
        page = fields.formed(self._read(number), self._document.form) if number == 1 else self._read(number)
        long = not page.failure and sum(len(run.text) for run in page.runs) >= cuts.LONG
        return replace(page, failure=cuts.SENTENCE) if long and self._document.cut(number) else page

    def close(self) -> None:
        self._document.close()


def _sounder(layer: PageFacts, trust: float, raster: Raster, scale: float, tools: Tools) -> PageFacts:
    """Return what the recogniser reads or, where that is much less than the *layer* holds, the layer.

    Either way, what the layer says and the picture does not bear out is kept as hidden.
    """
    recognised = scans.read(layer.number, raster, scale, tools)
    turned, recognised = recognised.turned, replace(recognised, turned=(recognised.turned + layer.turned) % 360)
    if turned:
        return recognised  # no place of one is a place of the other
    written = scan_layers.judged(layer, recognised, pixels.gray(raster), scale)
    seen, told = (scan_layers.letters(run for run in page.runs if not run.hidden) for page in (recognised, written))
    if told and (not seen or seen < trust * told):
        return written
    hidden = tuple(run for run in written.runs if run.hidden)
    return replace(recognised, runs=(*recognised.runs, *hidden), comments=written.comments)


def _all_shown(page: PageFacts) -> PageFacts:
    """Return *page* with nothing kept out of sight, where an upload asks for what is hidden too."""
    return replace(page, runs=tuple(replace(run, hidden="") for run in page.runs))


def _lacking(document: Pdfium, layer: Layer, written: PageFacts) -> bool:
    return gaps.wide(layer, written.runs, lambda: document.text(layer.number), lambda: document.shown(layer.number))


def _written(document: Pdfium, layer: Layer) -> tuple[PageFacts, float | None]:
    """Return what the text layer of a page says, and the trust in it."""
    content, fills = document.content(layer.number), strokes.fills(layer.shapes)
    rules = strokes.rules(layer.shapes, layer.strokes)
    runs = bullets.marked(signs.paired(_runs(document, layer, content, rules)), layer.shapes)
    runs = weights.weighed(runs, lambda: document.render(layer.number))
    pictures = content.pictures()
    painted = (*(fill.box for fill in fills), *pictures)
    paint = any(boxes.holds(box, boxes.middle(run.box)) for run in runs for box in painted)
    told = unseen.withheld(runs, unseen.found(content, paint=paint))
    told = overprints.added(told, content, lambda: document.text(layer.number))
    told = (*told, *centred.lost(told, content))
    marked = concealment.marked(
        told, fills, lambda box: document.render(layer.number, dpi=_COARSE_DPI, box=box), layered=document.layered
    )
    notes = list(fields.comments(layer.notes, lambda: document.unseen_notes(layer.number)))
    page = PageFacts(
        layer.number,
        layer.width,
        layer.height,
        runs=(*fields.filled(layer.fields, marked), *(note for note in notes if note.hidden)),
        rules=rules,
        fills=openings.parted(fills, content) if fills else (),
        pictures=pictures,
        comments=tuple(note for note in notes if not note.hidden),
        failure="" if content.whole else _CROWDED,
        turned=layer.turned,
    )
    return page, soundness.trust(layer.items, told, page)


def _runs(document: Pdfium, layer: Layer, content: Content, rules: Sequence[Rule]) -> Sequence[Run]:
    size = (layer.width, layer.height)
    if verticals.likely(layer.items):
        return verticals.told(layer.items, list(document.glyphs(layer.number)), size)
    items = lam_alef.mended(layer.items, lambda: document.drawn_as_one(layer.number, lam_alef.TURNED))
    items = tears.mended(items, lambda: document.text(layer.number))
    items = signs.restored(items, lambda: document.text(layer.number))
    items = flat.restored(items, lambda: document.text(layer.number), lambda: document.glyphs(layer.number))
    items = fenced.parted(items, Fences(rules))
    if clusters.found(items) and (pieces := clusters.stated(content)):
        return list(clusters.mended(items, pieces, size))
    if accents.loose(items):
        characters = list(document.glyphs(layer.number))
        return list(accents.mended(items, characters, size))
    return [run for item in items for run in glyphs.runs(item, *size)]


def _recognised(document: Pdfium, number: int, tools: Tools) -> PageFacts:
    raster, scale = _drawn(document, number, tools)
    return scans.read(number, raster, scale, tools)


def _drawn(document: Pdfium, number: int, tools: Tools) -> tuple[Raster, float]:
    """Return the pixels of a page to be recognised: coarse ones where these show that nothing is on it."""
    if not document.content(number).pictures():
        coarse = document.render(number, dpi=_COARSE_DPI)
        if scans.blank(coarse[0]):
            return coarse
    tools.before_drawing()
    return document.scan(number)


PDF = Paged(
    name="PDF",
    media_types={".pdf": "application/pdf"},
    engines=(open_text, open_pdfium, open_image),
    paint=paint,
)
