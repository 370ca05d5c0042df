"""OpenDocument texts, spreadsheets, presentations, charts and formulas (odt, ods, odp and so on, and templates)."""

import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import replace

from moonshelf.errors import CorruptDocument, EncryptedDocument, LimitReached
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.custom_properties import custom
from moonshelf.extraction.office.elements import find
from moonshelf.extraction.office.embedded import Embedded, opened, with_embedded
from moonshelf.extraction.office.opendocument import sheets, slides
from moonshelf.extraction.office.opendocument.blocks import Flow
from moonshelf.extraction.office.opendocument.first_edition import modern
from moonshelf.extraction.office.opendocument.objects import Inside
from moonshelf.extraction.office.opendocument.styles import OFFICE, Styles, Stylesheet
from moonshelf.extraction.office.openxml import LARGEST_TREE, Package, parse, written
from moonshelf.extraction.office.pictures import Pictures
from moonshelf.extraction.office.sheets.sheet import document
from moonshelf.extraction.office.tags import attributes, is_plain, resolved, texts
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_METADATA = {
    "title": "title",
    "author": "initial-creator",
    "subject": "subject",
    "description": "description",
    "keywords": "keyword",
}
_CONTENT, _STYLES = "content.xml", "styles.xml"
_ENCRYPTED = b"encryption-data"
_NO_MASTER = re.compile(  # that holds anything, such as a header: most say no more than their names
    rb"<(?:\w+:)?master-styles>(?>(?:\s*<(?:\w+:)?master-page\s[^<>]*/>)*)\s*</(?:\w+:)?master-styles>\s*</[\w:-]+>\s*\Z"
)
_OWN = re.compile(r"<(?:\w+:)?user-defined(?=\s)([^<>]*)>([^<]*)")
_PICTURE = re.compile(rb"(<office:binary-data[^<>]*>)([^<>]+)")  # in a file that is one XML document
_CUT = "Its XML is damaged; text may be missing."


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a document as it is shown: hidden text, sheets and slides are withheld."""
    package = Package(source, tools.limits)
    own, shared = (Stylesheet(modern(package.plain(part))) for part in (_CONTENT, _STYLES))
    content = _tree(package, _CONTENT, own)
    masters = None if _NO_MASTER.search(shared.rest) else _tree(package, _STYLES, shared)
    if (content is None or package.damaged) and _ENCRYPTED in (package.bytes("META-INF/manifest.xml") or b""):
        raise EncryptedDocument  # which nothing else could be said of: its parts are no XML
    pictures = Pictures(package.bytes, tools, glance=package.glance)
    inside = Inside(package.once, pictures)
    if content is None:
        raise CorruptDocument(f"its part {_CONTENT!r} is missing or unreadable")
    found = pictures.noted(_read(content, masters, Styles(own, shared), tools, inside))
    found = with_embedded(found, _wrapped(inside, package.bytes, tools), tools)
    return replace(found, metadata=_metadata(package.text("meta.xml")), warnings=(*package.warnings(), *found.warnings))


def extract_flat(source: BinaryIO, tools: Tools) -> Document:
    """Read a document that is one XML file, with styles and all (fodt, fods, fodp)."""
    source.seek(0)
    held: dict[str, bytes] = {}
    content = _PICTURE.sub(lambda found: _aside(found, held), source.read())
    if len(content) > LARGEST_TREE:
        raise LimitReached(f"it holds {len(content) / 2**20:.0f} MB of XML")
    faulty = False
    if not is_plain(content):
        root, faulty = parse(content)
        content = written(root)
    own = Stylesheet(content)
    root, torn = parse(own.rest)
    if root is None:
        raise CorruptDocument("its XML cannot be read")

    def part(name: str) -> bytes | None:
        return _decoded(held[name]) if name in held else None

    pictures = Pictures(part, tools)
    inside = Inside(lambda _name: None, pictures)
    found = pictures.noted(_read(root, root, Styles(own), tools, inside))
    found = with_embedded(found, _wrapped(inside, part, tools), tools)
    warnings = (_CUT,) if faulty or torn else ()
    return replace(
        found, metadata=_metadata(written(find(root, f"{OFFICE}meta")).decode()), warnings=(*warnings, *found.warnings)
    )


def _tree(package: Package, part: str, sheet: Stylesheet) -> "_Element | None":
    root, faulty = parse(sheet.rest) if sheet.rest else (None, False)
    if faulty:
        package.damaged.append(part)
    return root


def _wrapped(inside: Inside, content: Callable[[str], bytes | None], tools: Tools) -> Iterator[Embedded]:
    for number, name in enumerate(dict.fromkeys(inside.wrapped), start=1):
        yield opened(f"object {number}", content(name) or b"", tools)


def _aside(found: re.Match[bytes], held: dict[str, bytes]) -> bytes:
    """Put a picture aside and its name in its place: a tree of XML holds no text as long as some."""
    name = f"Pictures/{len(held)}"
    held[name] = found[2]
    return found[1] + name.encode()


def _decoded(content: bytes) -> bytes:
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        return b""  # damaged: ink that nobody reads


def _read(
    content: "_Element", styles_root: "_Element | None", styles: Styles, tools: Tools, inside: Inside
) -> Document:
    try:
        return _body(content, styles_root, styles, tools, inside)
    except RecursionError:
        raise LimitReached("its parts nest too deeply") from None


def _body(
    content: "_Element", styles_root: "_Element | None", styles: Styles, tools: Tools, inside: Inside
) -> Document:
    body = find(content, f"{OFFICE}body")
    for element in body if body is not None else ():
        if read := _READERS.get(element.tag):
            return read(element, styles_root, styles, tools, inside)
    withheld = Withheld(tools.include)
    if blocks := list(Flow(styles, tools.limits, withheld, inside).held(content)):
        return Document((withheld.page(1, blocks),))
    raise CorruptDocument("it holds no text, spreadsheet or presentation")


def _metadata(meta: str) -> dict[str, str]:
    own = ((attributes(tag).get("meta:name", ""), resolved(text)) for tag, text in _OWN.findall(meta))
    return texts(meta, _METADATA) | custom(own)


def _text(root: "_Element", styles_root: "_Element | None", styles: Styles, tools: Tools, inside: Inside) -> Document:
    withheld = Withheld(tools.include)
    flow = Flow(styles, tools.limits, withheld, inside)
    blocks = [*flow.within(root), *flow.notes(), *flow.margins(styles_root), *flow.notes()]
    return Document((withheld.page(1, blocks),))


def _workbook(
    root: "_Element", styles_root: "_Element | None", styles: Styles, tools: Tools, inside: Inside
) -> Document:
    withheld = Withheld(tools.include)  # hidden text inside cells
    found = document(sheets.sheets(root, styles_root, styles, tools, withheld, inside), {}, include=tools.include)
    last = found.pages[-1:]
    return replace(found, pages=(*found.pages[:-1], *(withheld.added_to(page) for page in last)))


_READERS: Mapping[str, "Callable[[_Element, _Element | None, Styles, Tools, Inside], Document]"] = {
    f"{OFFICE}text": _text,
    f"{OFFICE}spreadsheet": _workbook,
    f"{OFFICE}presentation": slides.show,
    f"{OFFICE}drawing": slides.show,
}
_OASIS = "application/vnd.oasis.opendocument"
_SUN = "application/vnd.sun.xml"
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
        ".odc": f"{_OASIS}.chart",
        ".odf": f"{_OASIS}.formula",
        ".sxw": f"{_SUN}.writer",
        ".stw": f"{_SUN}.writer.template",
        ".sxg": f"{_SUN}.writer.global",
        ".sxc": f"{_SUN}.calc",
        ".stc": f"{_SUN}.calc.template",
        ".sxi": f"{_SUN}.impress",
        ".sti": f"{_SUN}.impress.template",
        ".sxd": f"{_SUN}.draw",
        ".std": f"{_SUN}.draw.template",
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
