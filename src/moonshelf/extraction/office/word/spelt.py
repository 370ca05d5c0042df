"""Documents in the XML of Word 2003: much the same elements as today, packed into parts and read by today's reader."""

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.openxml import R, W, tree
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_OLD = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_AROUND = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_ANNOTATED = "{http://schemas.microsoft.com/aml/2001/core}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RENAMED = {"listPr": "numPr", "ilfo": "numId", "vmerge": "vMerge", "hlink": "hyperlink"}
_NUMERALS = {
    "0": "decimal",
    "1": "upperRoman",
    "2": "lowerRoman",
    "3": "upperLetter",
    "4": "lowerLetter",
    "23": "bullet",
}
_NOTES = {"footnote": "footnotes", "endnote": "endnotes"}
_MARGINS = {"hdr": "header", "ftr": "footer"}
_VAL, _ID = f"{W}val", f"{W}id"


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a document of Word 2003."""
    root, faulty = tree(source)
    body = find(root, f"{_OLD}body")
    if body is None or faulty:
        raise CorruptDocument("its XML cannot be read")
    return tools.read("", BytesIO(_Parts(root, body).packed()), tools)


class _Parts:
    """The parts that one document is taken apart into."""

    def __init__(self, root: "_Element", body: "_Element") -> None:
        self._parts: dict[str, _Element] = {}
        self._relations = _made(f"{_RELATIONS}Relationships")
        self._state(root)
        _rename(root)
        for element in list(root.iter()):
            self._renew(element)
        for name, part in (("styles", find(root, f"{W}styles")), ("numbering", _numbering(root))):
            if part is not None:
                self._add(name, part)
        # Around the body the root stays: to move many elements to another tree takes as long as to look at all pairs.
        root.tag = f"{W}document"
        for other in [one for one in root if one is not body]:
            root.remove(other)
        self._parts["word/document.xml"] = root

    def packed(self) -> bytes:
        """Pack all parts."""
        from lxml import etree  # noqa: PLC0415  heavy: a shared library

        types, top = _made(f"{_TYPES}Types"), _made(f"{_RELATIONS}Relationships")
        _below(types, f"{_TYPES}Override", PartName="/word/document.xml", ContentType=_MAIN)
        _below(top, f"{_RELATIONS}Relationship", Id="d", Type=f"{_KIND}officeDocument", Target="word/document.xml")
        _below(top, f"{_RELATIONS}Relationship", Id="c", Type=f"{_KIND}core-properties", Target="core.xml")
        whole = {"[Content_Types].xml": types, "_rels/.rels": top, "word/_rels/document.xml.rels": self._relations}
        into = BytesIO()
        with zipfile.ZipFile(into, "w") as package:
            for name, part in (whole | self._parts).items():
                package.writestr(name, etree.tostring(part))
        return into.getvalue()

    def _state(self, root: "_Element") -> None:
        core = self._parts["core.xml"] = _made(f"{_CORE}coreProperties")
        about = find(root, f"{_OFFICE}DocumentProperties")
        if about is not None:
            for name, tag in (("Title", f"{_DC}title"), ("Author", f"{_DC}creator")):
                _below(core, tag).text = text_of(about, f"{_OFFICE}{name}")

    def _renew(self, element: "_Element") -> None:
        """Make of *element* what today's Word would write."""
        name = str(element.tag).rpartition("}")[2]
        if element.tag == f"{_ANNOTATED}annotation":
            self._annotated(element)
        elif str(element.tag).startswith(_AROUND) or element.tag == f"{_ANNOTATED}content":
            _unwrap(element)
        elif name in _NOTES and element.tag == f"{W}{name}":
            self._move_note(element, name)
        elif name in _MARGINS and element.tag == f"{W}{name}":
            self._move_margin(element, _MARGINS[name])
        elif element.tag == f"{W}hyperlink" and (address := element.get(f"{W}dest")):
            element.set(f"{R}id", self._relate("hyperlink", address, TargetMode="External"))

    def _annotated(self, element: "_Element") -> None:
        kind = element.get(f"{W}type", "")
        if kind == "Word.Comment":
            self._move_note(element, "comment")
        elif kind in ("Word.Insertion", "Word.Bookmark.Start"):
            _unwrap(element)
        else:
            _take_out(element)

    def _move_note(self, note: "_Element", kind: str) -> None:
        """Put a note into a part of its own, and a reference in its place."""
        name = _NOTES.get(kind, "comments")
        part = self._parts.get(f"word/{name}.xml")
        if part is None:
            part = self._add(name, _made(f"{W}{name}"))
        number = str(len(part) + 1)
        reference = _made(f"{W}{kind}Reference")
        reference.set(_ID, number)
        note.addprevious(reference)
        _take_out(note)
        note.tag = f"{W}{kind}"
        note.set(_ID, number)
        note.set(f"{W}author", note.get(f"{_ANNOTATED}author", ""))
        part.append(note)

    def _move_margin(self, margin: "_Element", kind: str) -> None:
        reference = _made(f"{W}{kind}Reference")
        reference.set(f"{R}id", self._relate(kind, f"{kind}{len(self._parts)}.xml"))
        self._parts[f"word/{kind}{len(self._parts)}.xml"] = margin
        margin.addprevious(reference)
        _take_out(margin)

    def _add(self, kind: str, part: "_Element") -> "_Element":
        self._relate(kind, f"{kind}.xml")
        self._parts[f"word/{kind}.xml"] = part
        return part

    def _relate(self, kind: str, target: str, **more: str) -> str:
        relation = f"r{len(self._relations)}"
        _below(self._relations, f"{_RELATIONS}Relationship", Id=relation, Type=_KIND + kind, Target=target, **more)
        return relation


def _rename(root: "_Element") -> None:
    for element in root.iter():
        tag = str(element.tag)
        if tag.startswith(_OLD):
            name = tag.removeprefix(_OLD)
            element.tag = W + _RENAMED.get(name, name)
        for key, value in element.items():
            if str(key).startswith(_OLD):
                element.set(W + str(key).removeprefix(_OLD), value)


def _numbering(root: "_Element") -> "_Element | None":
    """Write how lists are numbered as today's Word does."""
    lists = find(root, f"{W}lists")
    for element in lists.iter() if lists is not None else ():
        if element.tag == f"{W}listDef":
            element.tag = f"{W}abstractNum"
            element.set(f"{W}abstractNumId", element.get(f"{W}listDefId", ""))
        elif element.tag == f"{W}nfc":
            element.tag = f"{W}numFmt"
            element.set(_VAL, _NUMERALS.get(element.get(_VAL, ""), "none"))
        elif element.tag == f"{W}list":
            element.tag = f"{W}num"
            element.set(f"{W}numId", element.get(f"{W}numId", "") or element.get(f"{W}ilfo", ""))
        elif element.tag == f"{W}ilst":
            element.tag = f"{W}abstractNumId"
    if lists is not None:
        lists.tag = f"{W}numbering"
    return lists


def _unwrap(element: "_Element") -> None:
    """Put what *element* holds in its place."""
    for child in list(element):
        element.addprevious(child)
    _take_out(element)


def _take_out(element: "_Element") -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _made(tag: str) -> "_Element":
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    return etree.Element(tag)


def _below(parent: "_Element", tag: str, **attributes: str) -> "_Element":
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    return etree.SubElement(parent, tag, attributes)


WORD_SPELT = Flowing(name="Word in XML", media_types={".doc.xml": "application/msword.2003+xml"}, extract=extract)
