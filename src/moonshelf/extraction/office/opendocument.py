"""OpenDocument texts, spreadsheets and presentations (odt, ods, odp and their templates)."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import replace

from moonshelf.errors import CorruptDocument, EncryptedDocument, LimitReached
from moonshelf.extraction import tally
from moonshelf.extraction.document import Block, Box, Document, Kind, Page
from moonshelf.extraction.facts import Tools
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office import odf_sheets
from moonshelf.extraction.office.odf_styles import DC, DRAW, OFFICE, PRESENTATION, SHOWN, STYLE, SVG, Styles
from moonshelf.extraction.office.odf_text import Flow
from moonshelf.extraction.office.openxml import LARGEST_TREE, Package, parse
from moonshelf.extraction.office.shapes import outside
from moonshelf.extraction.office.sheet import document
from moonshelf.extraction.office.word_blocks import lines
from moonshelf.extraction.withheld import Withheld

if TYPE_CHECKING:
    from lxml.etree import _Element

_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_METADATA = {
    "title": f"{DC}title",
    "author": f"{_META}initial-creator",
    "subject": f"{DC}subject",
    "description": f"{DC}description",
    "keywords": f"{_META}keyword",
}
_ENCRYPTED = b"encryption-data"
_CUT = "Its XML is damaged; text may be missing."
_UNITS = {"in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pt": 1.0, "pc": 12.0, "px": 0.75}
_LENGTH = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,9})?)(in|cm|mm|pt|pc|px)")
_SAME_LINE = 12.0  # points by which the tops of neighbours may differ
_MARGINS = ("header", "header-first", "header-left", "footer", "footer-first", "footer-left")


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a document as it is shown: hidden text, sheets and slides are withheld."""
    package = Package(source, tools.limits)
    if _ENCRYPTED in (package.bytes("META-INF/manifest.xml") or b""):
        raise EncryptedDocument
    found = _read(package.require("content.xml"), package.xml("styles.xml"), tools)
    return replace(found, metadata=_metadata(package.xml("meta.xml")), warnings=(*package.warnings(), *found.warnings))


def extract_flat(source: BinaryIO, tools: Tools) -> Document:
    """Read a document that is one XML file, with styles and all (fodt, fods, fodp)."""
    source.seek(0)
    content = source.read()
    if len(content) > LARGEST_TREE:
        raise LimitReached(f"it holds {len(content) / 2**20:.0f} MB of XML")
    root, faulty = parse(content)
    if root is None:
        raise CorruptDocument("its XML cannot be read")
    found = _read(root, root, tools)
    warnings = (_CUT,) if faulty else ()
    return replace(found, metadata=_metadata(root), warnings=(*warnings, *found.warnings))


def _read(content: "_Element", styles_root: "_Element | None", tools: Tools) -> Document:
    try:
        return _body(content, styles_root, tools)
    except RecursionError:
        raise LimitReached("its parts nest too deeply") from None


def _body(content: "_Element", styles_root: "_Element | None", tools: Tools) -> Document:
    styles = Styles(styles_root, content)
    body = content.find(f"{OFFICE}body")
    readers: dict[str, Callable[[_Element], Document]] = {
        f"{OFFICE}text": lambda root: _text(root, styles_root, styles, tools),
        f"{OFFICE}spreadsheet": lambda root: _workbook(root, styles_root, styles, tools),
        f"{OFFICE}presentation": lambda root: _show(root, styles_root, styles, tools),
        f"{OFFICE}drawing": lambda root: _show(root, styles_root, styles, tools),
    }
    for element in body if body is not None else ():
        if element.tag in readers:
            return readers[element.tag](element)
    raise CorruptDocument("it holds no text, spreadsheet or presentation")


def _metadata(root: "_Element | None") -> dict[str, str]:
    meta = None if root is None else root.find(f"{OFFICE}meta")
    if meta is None:
        return {}
    stated = {key: " ".join((meta.findtext(tag) or "").split()) for key, tag in _METADATA.items()}
    return {key: value for key, value in stated.items() if value}


def _text(root: "_Element", styles_root: "_Element | None", styles: Styles, tools: Tools) -> Document:
    withheld = Withheld(tools.include)
    flow = Flow(styles, tools.limits, withheld)
    blocks = [*flow.within(root), *flow.notes(), *margins(styles_root, flow)]
    return Document((withheld.page(1, blocks),))


def _workbook(root: "_Element", styles_root: "_Element | None", styles: Styles, tools: Tools) -> Document:
    withheld = Withheld(tools.include)  # hidden text inside cells
    found = document(odf_sheets.sheets(root, styles_root, styles, tools, withheld), {}, include=tools.include)
    last = found.pages[-1:]
    return replace(found, pages=(*found.pages[:-1], *(withheld.added_to(page) for page in last)))


def margins(styles_root: "_Element | None", flow: Flow) -> Iterator[Block]:
    """Read headers and footers, each text once: readers look for what stands there, if not on every page."""
    seen: set[str] = set()
    tags = [f"{STYLE}{name}" for name in _MARGINS]
    for element in styles_root.iter(*tags) if styles_root is not None else ():
        text = lines(flow.within(element))
        if text and text not in seen:
            seen.add(text)
            yield Block(Kind.NOTE, f"Page {element.tag.removeprefix(STYLE)[:6]}: {text}")


def _show(root: "_Element", styles_root: "_Element | None", styles: Styles, tools: Tools) -> Document:
    pages: list[Page] = []
    unshown = Withheld(tools.include)
    size = _size(styles_root)
    for number, slide in enumerate(root.findall(f"{DRAW}page"), start=1):
        withheld = Withheld(tools.include)
        blocks = list(_slide(number, slide, Flow(styles, tools.limits, withheld), withheld, size))
        if not styles.displayed("drawing-page", slide.get(f"{DRAW}style-name")):
            if not unshown.lets_through:
                unshown.take_blocks(blocks, "hidden slide")
                unshown.merge(withheld.page(number, ()).coverage)
                continue
            blocks[0] = replace(blocks[0], text=f"{blocks[0].text} (hidden)")
        if len(pages) == tools.limits.pages:
            raise LimitReached(f"it has more than {tools.limits.pages} slides")
        pages.append(withheld.page(number, blocks))
    if pages:
        pages[-1] = tally.with_more(pages[-1], list(margins(styles_root, Flow(styles, tools.limits, unshown))))
    pages[-1:] = [unshown.added_to(pages[-1])] if pages else [unshown.page(1, ())]
    return Document(tuple(pages))


def _slide(
    number: int, slide: "_Element", flow: Flow, withheld: Withheld, size: tuple[float, float]
) -> Iterator[Block]:
    shapes = sorted((one for one in slide if one.tag != f"{PRESENTATION}notes"), key=_place)
    shapes = [one for one in shapes if not (outside(_box(one), *size) and withheld.takes(_words(one), "off the slide"))]
    titles = [one for one in shapes if one.get(f"{PRESENTATION}class") == "title"]
    title = " ".join(lines(flow.drawn(one)).replace("\n", " ") for one in titles).strip()
    yield Block(Kind.SLIDE, f"Slide {number}: {title}" if title else f"Slide {number}")
    for shape in shapes:
        if shape not in titles and shape.tag.startswith(DRAW):
            yield from flow.drawn(shape)
        elif shape.tag == f"{OFFICE}annotation":
            author, text = shape.findtext(f"{DC}creator") or "", lines(flow.within(shape))
            yield Block(Kind.NOTE, f"Comment by {author}: {text}" if author else f"Comment: {text}")
    yield from flow.notes()
    for notes in slide.iter(f"{PRESENTATION}notes"):
        if text := lines(block for shape in notes if shape.tag.startswith(DRAW) for block in flow.drawn(shape)):
            yield Block(Kind.NOTE, f"Notes: {text}")


def _place(shape: "_Element") -> tuple[float, float]:
    return _points(shape.get(f"{SVG}y")) // _SAME_LINE, _points(shape.get(f"{SVG}x"))


def _box(shape: "_Element") -> Box | None:
    width, height = _points(shape.get(f"{SVG}width")), _points(shape.get(f"{SVG}height"))
    if not width or not height:
        return None
    left, top = _points(shape.get(f"{SVG}x")), _points(shape.get(f"{SVG}y"))
    return (left, top, left + width, top + height)


def _words(shape: "_Element") -> str:
    return " ".join(str(text) for text in shape.itertext())


def _size(styles_root: "_Element | None") -> tuple[float, float]:
    """Width and height of the slides; that of the first layout, all others share it."""
    for layout in styles_root.iter(f"{STYLE}page-layout-properties") if styles_root is not None else ():
        width, height = _points(layout.get(f"{SHOWN}page-width")), _points(layout.get(f"{SHOWN}page-height"))
        if width and height:
            return width, height
    return 0.0, 0.0


def _points(length: str | None) -> float:
    found = _LENGTH.fullmatch(length or "")
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


_OASIS = "application/vnd.oasis.opendocument"
OPENDOCUMENT = Flowing(
    name="OpenDocument",
    media_types={
        ".odt": f"{_OASIS}.text",
        ".ott": f"{_OASIS}.text-template",
        ".odm": f"{_OASIS}.text-master",
        ".ods": f"{_OASIS}.spreadsheet",
        ".ots": f"{_OASIS}.spreadsheet-template",
        ".odp": f"{_OASIS}.presentation",
        ".otp": f"{_OASIS}.presentation-template",
        ".odg": f"{_OASIS}.graphics",
        ".otg": f"{_OASIS}.graphics-template",
    },
    extract=extract,
)
OPENDOCUMENT_FLAT = Flowing(
    name="OpenDocument in one XML file",
    media_types={
        ".fodt": f"{_OASIS}.text-flat-xml",
        ".fods": f"{_OASIS}.spreadsheet-flat-xml",
        ".fodp": f"{_OASIS}.presentation-flat-xml",
        ".fodg": f"{_OASIS}.graphics-flat-xml",
    },
    extract=extract_flat,
)
