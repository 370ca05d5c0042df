"""Office Open XML whose parts stand in one XML document, as Word saves it: packed again, and read as any other."""

import binascii
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.elements import find
from moonshelf.extraction.office.openxml import tree
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_TYPES = "[Content_Types].xml"
_LONGEST_NAME = 1_000  # characters; a package holds names of 65,535 bytes
_TYPES_SPACE = "{http://schemas.openxmlformats.org/package/2006/content-types}"


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read the document that the parts make up."""
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    root, faulty = tree(source)
    if faulty:
        raise CorruptDocument("its XML cannot be read")
    packed, types = BytesIO(), etree.Element(f"{_TYPES_SPACE}Types")
    with zipfile.ZipFile(packed, "w") as package:
        for part in root.iterchildren(f"{_SPACE}part"):
            name = part.get(f"{_SPACE}name", "").lstrip("/")
            if not 0 < len(name) <= _LONGEST_NAME:
                continue  # nothing refers to it
            kind = part.get(f"{_SPACE}contentType", "")
            etree.SubElement(types, f"{_TYPES_SPACE}Override", PartName=f"/{name}", ContentType=kind)
            package.writestr(name, _content(part))
        package.writestr(_TYPES, etree.tostring(types))
    return tools.read("", packed, tools)


def _content(part: "_Element") -> bytes:
    """Return what *part* holds: a tree of its own, or bytes spelt in letters."""
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    held = find(part, f"{_SPACE}xmlData")
    if held is not None and len(held):
        return bytes(etree.tostring(held[0]))
    spelt = find(part, f"{_SPACE}binaryData")
    try:
        return binascii.a2b_base64((spelt.text or "") if spelt is not None else "")
    except binascii.Error:
        return b""  # damaged: ink that nobody reads


FLAT_PACKAGE = Flowing(
    name="Office Open XML in one file",
    media_types={".docx.xml": "application/vnd.openxmlformats-package+xml"},
    extract=extract,
)
