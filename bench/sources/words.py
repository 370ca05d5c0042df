"""Words in the source of a file, counted by a path of its own: text nodes of XML as they stand, no rule of any reader.

What a reader emits is held against this count, so that nothing is said twice. Old Office, Outlook, Rich Text and mail
are counted by ``streams``; archives have no count, nor have files inside Office files.
"""

import json
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree, html

from sources import streams

WORD = re.compile(r"\S*\w\S*")  # marks of tables are none; a date is one, as the number is that stands for it
_MARKS = (  # in which what was read is set: targets of links, numbers of items, notes and slides, tags of tables
    (re.compile(r"^[ \t]*(?:#+ )?(?:Slide )?(?:\d{1,4}|[A-Za-z]|[ivxlc]{1,7})[.):](?=\s|$)", re.MULTILINE), ""),
    (re.compile(r"^#+ Slide \d+$", re.MULTILINE), ""),
    (
        re.compile(r"^(?:Page (?:header|footer)|Comment on [A-Z]{1,3}\d+|On every slide|Notes|Footer):", re.MULTILINE),
        "",
    ),
    (re.compile(r"^(?:From|To|Cc|Bcc|Subject|Reply-To):|^Date: .*$", re.MULTILINE), ""),
    (re.compile(r"\n\n> [^\n]*\Z"), ""),  # what was not read
    (re.compile(r"^## Embedded file: .*\Z", re.MULTILINE | re.DOTALL), ""),  # nor is it counted in the source
    (re.compile(r"^#+ (?:Attachment|Attached message|Message \d+)\b", re.MULTILINE), ""),
    (re.compile(r"\b(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}) (\d{1,2}:\d{2})"), r"\1T\2"),  # one value in its cell
    (re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)"), r"\1"),
    (re.compile(r"\[\^[^\]\s]{1,20}\]:?"), ""),
    (re.compile(r"</?(?:table|t[rhd]|br)\b[^<>]{0,100}>"), " "),
)
_PACKAGES = {".docx", ".docm", ".dotx", ".pptx", ".xlsx", ".xlsm", ".odt", ".ods", ".odp", ".epub"}
_TEXTS = {".xml", ".csv", ".tsv", ".md", ".tex", ".vtt", ".txt", ".org", ".rst"}
_MARKUP = {".html", ".htm", ".fb2"}
_PARTS = re.compile(
    r"word/(document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml|word/(charts|diagrams)/(chart|data)\d*\.xml"
    r"|ppt/(slides|notesSlides|comments|charts|diagrams)/(slide|notesSlide|comment|chart|data)\w*\.xml"
    r"|xl/(comments|drawings/|charts/)\w*\.xml|(content|styles)\.xml"
)
_BOOK = re.compile(r".*\.(x?html?|ncx|opf)$", re.IGNORECASE)
_BREAKS = frozenset({"p", "tab", "br", "cr", "si", "h", "line-break", "s", "td", "th", "li", "v", "pt", "cell"})
_DESCRIPTIONS = frozenset({"descr", "alt"})
_SHEET_NAME = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}name"
_UNSEEN = frozenset({"script", "style", "Fallback", "delText", "instrText", "rPh", "formatCode", "f"})


def counted(path: Path) -> int | None:
    """Count the words in the source of *path*; None for a format that hides them."""
    kind = path.suffix.lower()
    if kind in _TEXTS:
        return _count(path.read_text(encoding="utf-8", errors="replace"))
    if kind in _MARKUP:
        return _count("".join(_spoken(_root(path.read_bytes(), web=kind.startswith(".ht")))))
    if kind == ".ipynb":
        return _count("\n".join(_strings(json.loads(path.read_bytes()))))
    if kind in _PACKAGES and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            return sum(map(_count, _parts(package)))
    try:
        apart = streams.texts(path)
        return None if apart is None else sum(map(_count, apart))
    except (OSError, struct.error, IndexError, LookupError, ValueError):
        return None  # damaged, or of a kind that only the name says


def emitted(text: str) -> int:
    """Count the words that a reader made of a file, without the marks that it set them in."""
    for pattern, instead in _MARKS:
        text = pattern.sub(instead, text)
    return _count(text)


def _count(text: str) -> int:
    return len(WORD.findall(text))


def _root(content: bytes, *, web: bool = False) -> "etree._Element | None":
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=True)
        return html.document_fromstring(content) if web else etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError):
        return None


def _parts(package: zipfile.ZipFile) -> Iterator[str]:
    names = package.namelist()
    for name in names:
        if _PARTS.fullmatch(name) or _BOOK.fullmatch(name):
            yield "".join(_spoken(_root(package.read(name), web=_BOOK.fullmatch(name) is not None)))
    if "xl/workbook.xml" in names:
        shared = _root(package.read("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else None
        strings = ["".join(_spoken(one)) for one in shared] if shared is not None else []
        book = _root(package.read("xl/workbook.xml"))
        yield "\n".join(str(one.get("name")) for one in (book.iter("{*}sheet") if book is not None else ()))
        for name in names:
            if re.fullmatch(r"xl/worksheets/[^/]*\.xml", name):
                yield "\n".join(_cells(_root(package.read(name)), strings))


def _cells(sheet: "etree._Element | None", strings: Sequence[str]) -> Iterator[str]:
    for cell in sheet.iter("{*}c") if sheet is not None else ():
        text = "".join(_spoken(cell)).strip()
        known = cell.get("t") == "s" and text.isdigit() and int(text) < len(strings)
        yield strings[int(text)] if known else text


def _spoken(root: "etree._Element | None") -> Iterator[str]:
    """Yield the text of an element and of all in it, with white space where words are parted."""
    if root is None:
        return
    name = str(root.tag).rpartition("}")[2]  # a comment's is a function
    if callable(root.tag) or name in _UNSEEN:
        return
    if name == "table":
        yield f" {root.get(_SHEET_NAME, '')} "
    for key in _DESCRIPTIONS & set(root.keys()):
        yield " " + str(root.get(key)) + " "
    yield root.text or ""
    for one in root:
        yield from _spoken(one)
        yield one.tail or ""
    if name in _BREAKS:
        yield " "


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
