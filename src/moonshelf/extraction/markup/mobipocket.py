"""MOBI, AZW3 and PalmDoc books: their text is HTML of its time, packed in records."""

import re
import struct
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from moonshelf.errors import CorruptDocument, EncryptedDocument
from moonshelf.extraction.charset import decode
from moonshelf.extraction.containers.unpacking import Budget
from moonshelf.extraction.coverage import tally
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markup import hypertext
from moonshelf.extraction.markup.imprint import Imprint, leading
from moonshelf.extraction.markup.palm_records import Huffman, Unpack, records, unpack_palm
from moonshelf.extraction.sniffing import text_kinds
from moonshelf.extraction.tools import Tools

_PLAIN, _PALM, _HUFFMAN = 1, 2, 17480
_UTF8 = 65001
_OPENING = 4000  # characters that tell markup from words
_AZW3_VERSION, _AZW3_HEADER = 8, 200
_BOUNDARY = b"BOUNDARY"  # a record between the two versions in one file
_FRAME = re.compile(rb"<[A-Za-z][^<>]*+>\s*+((?></[\w:]{1,40}>\s*+)++)")  # tags with nothing in them
_CHAPTER = re.compile(rb"<\?xml|<!DOCTYPE|<html", re.IGNORECASE)
_TOLD = _AUTHOR, _DESCRIPTION, _TITLE = 100, 103, 503  # kinds of EXTH records
_RECORD = 8  # bytes before what one says
_SPLIT_CHARACTER = 0x1  # of the flags that say what follows a record's text


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a book as one page. Raises ``EncryptedDocument`` where its text is locked."""
    parts = records(source)
    try:
        return _read(_newer(parts), Budget(tools.limits), Withheld(tools.include))
    except (struct.error, IndexError) as error:
        raise CorruptDocument("its header is cut short") from error


def _newer(parts: Sequence[bytes]) -> Sequence[bytes]:
    """Return the records of the new version of a book where the old one, which lacks headings, precedes it."""
    for place, part in enumerate(parts[:-1], 1):
        if part == _BOUNDARY and _version(parts[place]) == _AZW3_VERSION:
            return parts[place:]
    return parts


def _version(header: bytes) -> int:
    """Return the version of the MOBI file that *header* begins, 0 where it begins none."""
    return int.from_bytes(header[36:40], "big") if header[16:20] == b"MOBI" else 0


def _read(parts: Sequence[bytes], budget: Budget, withheld: Withheld) -> Document:
    header = parts[0]
    packing, text_records, lock = struct.unpack_from(">H6xH2xH", header)
    if lock:
        raise EncryptedDocument
    is_mobi = header[16:20] == b"MOBI"
    unpack = _unpacker(packing, header, parts)
    flags = struct.unpack_from(">H", header, 242)[0] if is_mobi and len(header) >= 244 else 0  # noqa: PLR2004  older ones end before
    text = bytearray()
    for part in parts[1 : text_records + 1]:
        plain = unpack(_without_trail(part, flags))
        budget.spend(len(plain))
        text += plain
    if is_mobi:
        return _book(_main_flow(bytes(text), header, parts), header, withheld)
    return _palm_text(bytes(text), withheld)


def _unpacker(packing: int, header: bytes, parts: Sequence[bytes]) -> Unpack:
    if packing == _PLAIN:
        return bytes
    if packing == _PALM:
        return unpack_palm
    if packing == _HUFFMAN:
        first, count = struct.unpack_from(">II", header, 112)
        return Huffman(parts[first], parts[first + 1 : first + count]).unpack
    raise CorruptDocument("its text is packed in an unknown way")


def _without_trail(part: bytes, flags: int) -> bytes:
    """Take off what stands behind the text of a record: an index entry a flag, and the rest of a split character."""
    for bit in range(1, 16):
        if flags >> bit & 1 and part:
            size = 0
            for place, byte in enumerate(part[:-5:-1]):  # seven bits a byte from the end, until one with the eighth
                size |= (byte & 0x7F) << (7 * place)
                if byte & 0x80:
                    break
            part = part[: max(0, len(part) - size)]
    if flags & _SPLIT_CHARACTER and part:
        part = part[: max(0, len(part) - (part[-1] & 3) - 1)]
    return part


def _main_flow(text: bytes, header: bytes, parts: Sequence[bytes]) -> bytes:
    """Return the chapters alone: behind them AZW3 keeps style sheets and drawings in the same text."""
    if len(header) < _AZW3_HEADER or _version(header) != _AZW3_VERSION:
        return text
    place, flows = struct.unpack_from(">II", header, 192)
    if flows < 2 or place >= len(parts) or not parts[place].startswith(b"FDST"):  # noqa: PLR2004 - chapters and more
        return _filled(text)
    begin, end = struct.unpack_from(">II", parts[place], 12)
    return _filled(text[begin:end])


def _filled(text: bytes) -> bytes:
    """Put what stands behind the frame of each chapter into it: a listing or a list may be cut from its own tags."""
    pieces, last = [], 0
    for frame in _FRAME.finditer(text):
        if frame.start() >= last and frame[1].rstrip().endswith(b"</html>"):
            follows = _CHAPTER.search(text, frame.end())
            end = follows.start() if follows else len(text)
            pieces += [text[last : frame.start(1)], text[frame.end() : end], frame[1]]
            last = end
    return b"".join((*pieces, text[last:]))


def _book(text: bytes, header: bytes, withheld: Withheld) -> Document:
    (encoding,) = struct.unpack_from(">I", header, 28)
    declared = "utf-8" if encoding == _UTF8 else "cp1252"
    reading = hypertext.read(text.replace(b"\0", b""), withheld, declared=declared)
    book = _imprint(header, declared)
    return Document(leading(book, [withheld.page(1, reading.blocks)]), book.metadata(), reading.warnings)


def _imprint(header: bytes, declared: str) -> Imprint:
    """Return what the header says of the book: its title, and since 2003 records of who wrote what."""
    at, size = struct.unpack_from(">II", header, 84)
    told: dict[int, list[bytes]] = {_TITLE: [header[at : at + min(size, 1000)]]}
    for kind, content in _records_of(header):
        told.setdefault(kind, []).append(content)
    said = {
        kind: [" ".join(decode(one, declared=declared).text.split()) for one in ones] for kind, ones in told.items()
    }
    return Imprint(said[_TITLE][-1], tuple(said.get(_AUTHOR, ())), "".join(said.get(_DESCRIPTION, ())[:1]))


def _records_of(header: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the EXTH records that say something of the book."""
    (length,) = struct.unpack_from(">I", header, 20)
    at = 16 + length
    if header[at : at + 4] != b"EXTH":
        return
    at += 12
    while at + _RECORD < len(header):
        kind, size = struct.unpack_from(">II", header, at)
        if kind in _TOLD and size > _RECORD:
            yield kind, header[at + _RECORD : at + size]
        at += max(size, _RECORD)


def _palm_text(text: bytes, withheld: Withheld) -> Document:
    """Read PalmDoc, which says of its text neither the encoding nor whether it is marked up."""
    decoded = decode(text)
    if text_kinds.media_type(decoded.text[:_OPENING], "") == "text/html":
        reading = hypertext.read(text, withheld)
        return Document((withheld.page(1, reading.blocks),), warnings=reading.warnings)
    return Document((tally.page(1, [Block(Kind.PARAGRAPH, decoded.text)]),), warnings=decoded.warnings())


MOBIPOCKET = Flowing(
    name="MOBI book",
    media_types=dict.fromkeys((".mobi", ".azw", ".azw3", ".prc", ".pdb"), "application/x-mobipocket-ebook"),
    extract=extract,
)
