"""Files that Office documents embed: taken out of what their programs put around them, and read as children."""

import posixpath
import struct
from collections.abc import Iterable, Iterator
from io import BytesIO

from msgspec.structs import replace

from moonshelf.errors import ExtractionError
from moonshelf.extraction import members, sniffing
from moonshelf.extraction.containers.compound_file import BROKEN, MAGIC
from moonshelf.extraction.coverage import tally
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document
from moonshelf.extraction.office.ole.copies import copied
from moonshelf.extraction.office.ole.streams import Streams
from moonshelf.extraction.office.openxml import Package
from moonshelf.extraction.tools import Tools

_DOCUMENTS = ("WordDocument", "Workbook", "Book", "PowerPoint Document")  # streams that make a storage one
_NATIVE, _HELD = "\x01Ole10Native", ("Package", "CONTENTS", "package_stream")  # the last is what LibreOffice writes
_PACKED = 2  # a file as the packager keeps it, not the data of another program
_FEW = 8  # names that are told

Embedded = tuple[str, bytes | None]
"""A file by its name; nothing where nobody can tell what it holds."""


def with_embedded(document: Document, files: Iterable[Embedded], tools: Tools) -> Document:
    """Put what *files* hold behind the last page of *document*, and say which of them were not read."""
    withheld = Withheld(tools.include)
    blocks: list[Block] = []
    unread: list[str] = []
    for name, content in files:
        if content is not None and legible((name, content)):
            blocks += members.attached(f"Embedded file: {name}", BytesIO(content), tools, withheld)
        else:
            unread.append(name)
    if not blocks and not unread:
        return document
    if blocks:
        last = document.pages[-1] if document.pages else tally.page(1, ())
        page = withheld.added_to(tally.with_more(last, blocks))
        document = replace(document, pages=(*document.pages[:-1], page))
    return replace(document, warnings=(*document.warnings, *_said(unread)))


def with_package(document: Document, package: Package, tools: Tools) -> Document:
    """Add to a *document* what its *package* embeds, and what is to be said of it."""
    if parts := package.embedded():
        files = (opened(posixpath.basename(one)[:80], package.bytes(one) or b"", tools) for one in parts)
        document = with_embedded(document, files, tools)
    if package.damaged:
        document = replace(document, warnings=(*package.warnings(), *document.warnings))
    return document


def opened(name: str, content: bytes, tools: Tools) -> Embedded:
    """Take a file out of the OLE file that a program put around it, if one did."""
    if not content.startswith(MAGIC):
        return name, content or None
    try:
        return _found(name, Streams.of(BytesIO(content), tools.limits)) or (name, None)
    except ExtractionError:
        return name, None


def legible(file: Embedded) -> bool:
    """Tell whether a *file* that a document embeds is read, so that its picture says nothing more."""
    name, content = file
    return content is not None and sniffing.media_type(BytesIO(content), name) != sniffing.UNKNOWN


def linked(name: str, content: bytes, tools: Tools) -> Embedded:
    """Take a file out of an object as Rich Text spells it ([MS-OLEDS] 2.2.5): three names, and what a program kept."""
    try:
        at = 8
        for _ in range(3):
            (length,) = struct.unpack_from("<I", content, at)
            at += 4 + length
        (size,) = struct.unpack_from("<I", content, at)
    except struct.error:
        return name, None
    native = content[at + 4 : at + 4 + size]
    if native.startswith(MAGIC):
        return opened(name, native, tools)
    return _unpacked(native[:4] + native) or (name, None)


def stored(streams: Streams) -> Iterator[Embedded]:
    """Yield what the storages of a Word or Excel document embed."""
    pools = streams.storages("ObjectPool")
    for number, storage in enumerate((*streams.storages("MBD"), *(one for pool in pools for one in pool.storages()))):
        name = f"object {number + 1}"
        try:
            yield _found(name, storage) or (name, None)
        except ExtractionError:
            yield name, None


def _found(name: str, storage: Streams) -> Embedded | None:
    if (native := storage.read(_NATIVE)) is not None:
        return _unpacked(native)
    if (held := storage.read(*_HELD)) is not None:
        return name, held
    if any(one in storage for one in _DOCUMENTS):
        return name, copied(dict(storage.all()))
    return None


def _unpacked(native: bytes) -> Embedded | None:
    """Read the packager's stream ([MS-OLEDS] 2.3.6): a label, two paths, and the file."""
    try:
        (kind,) = struct.unpack_from("<H", native, 4)
        label, at = _name(native, 6)
        _, at = _name(native, at)
        (length,) = struct.unpack_from("<I", native, at + 4)
        at += 8 + length
        (size,) = struct.unpack_from("<I", native, at)
    except BROKEN:
        return None
    content = native[at + 4 : at + 4 + size]
    return (label, content) if kind == _PACKED and content else None


def _name(content: bytes, at: int) -> tuple[str, int]:
    end = content.index(b"\0", at)
    return content[at:end].decode("cp1252", "replace").replace("\\", "/").rpartition("/")[2], end + 1


def _said(names: list[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
        yield f"Embedded files were not read: {', '.join(names[:_FEW])}{more}."
