"""Word 6 and 95: the bare text of documents that keep it in the code page of whoever wrote it."""

import re
import struct
from collections.abc import Iterator
from contextlib import suppress

from moonshelf.errors import CorruptDocument, EncryptedDocument
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.notation.charsets import CHARSETS
from moonshelf.extraction.office.word.records import pieces

_IN_PIECES, _ENCRYPTED, _WIDE = 0x0004, 0x0100, 0x1000  # flags
_PIECES = 0x160  # where the header says where the table of pieces is
_MACINTOSH = 1
_FONTS = 0xD0  # where the header says where the table of fonts is
_INSTRUCTION = re.compile("\x13[^\x13-\x15]*(?:\x14|\x15)|[\x14\x15]")  # a field but for its result
_WESTERN = "cp1252"
_BY_LANGUAGE = {  # by primary language ([MS-LCID])
    0x02: "cp1251", 0x04: "gb18030", 0x05: "cp1250", 0x08: "cp1253", 0x0D: "cp1255", 0x0E: "cp1250", 0x11: "cp932",
    0x12: "cp949", 0x15: "cp1250", 0x18: "cp1250", 0x19: "cp1251", 0x1F: "cp1254", 0x22: "cp1251",
}  # fmt: skip
_LATIN = frozenset({_WESTERN, "cp1250", "cp1254", "cp1257", "cp1258", "mac-roman", "cp437"})
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_IN_A_ROW = 3  # letters beyond ASCII, as words of another alphabet have them and hardly any of a Latin one


def blocks(main: bytes) -> Iterator[Block]:
    """Read the paragraphs of the main stream. Raises ``struct.error`` where it is cut short."""
    (flags,) = struct.unpack_from("<H", main, 0x0A)
    if flags & _ENCRYPTED:
        raise EncryptedDocument
    content = b"".join(_pieces(main, flags))
    text = _decoded(content, _code_page(main, content), wide=bool(flags & _WIDE))
    shown = _INSTRUCTION.sub("", text.replace("\x07\x07", "\r").replace("\x07", "\t").replace("\x0b", "\n"))
    for paragraph in re.split("[\r\x0c\x0e]", shown):
        if words := "".join(one for one in paragraph if one >= " " or one in "\t\n").strip():
            yield Block(Kind.PARAGRAPH, words)


def _pieces(main: bytes, flags: int) -> Iterator[bytes]:
    start, stop = struct.unpack_from("<II", main, 0x18)
    if not 0 < start <= stop <= len(main):
        raise CorruptDocument("it does not say where its text is")
    if not flags & _IN_PIECES:
        yield main[start:stop]
        return
    at, length = struct.unpack_from("<II", main, _PIECES)
    width = 2 if flags & _WIDE else 1
    for first, last, place in pieces(main[at : at + length]):
        yield main[place : place + (last - first) * width]


def _decoded(content: bytes, page: str, *, wide: bool) -> str:
    """Decode a text whose letters are a byte or two each; where it is *wide* all are two, the second of them first."""
    if not wide:
        return content.decode(page, "replace")
    return "".join(_letter(bytes(pair), page) for pair in zip(content[1::2], content[::2], strict=False))


def _letter(code: bytes, page: str) -> str:
    for one in (page, _WESTERN):  # in which the quotation marks of all are
        with suppress(UnicodeDecodeError):
            return code.lstrip(b"\0").decode(one)
    return "\ufffd"


def _code_page(main: bytes, content: bytes) -> str:
    """Tell it by the machine, else by the language, else by the first font of another alphabet than Latin."""
    (language,) = struct.unpack_from("<H", main, 0x06)
    if main[0x12] == _MACINTOSH:
        return "mac-roman"
    if stated := _BY_LANGUAGE.get(language & 0x3FF):
        return stated
    pages = (CHARSETS.get(charset, _WESTERN) for charset in _charsets(main))
    foreign = next((page for page in pages if page not in _LATIN), _WESTERN)
    return foreign if _in_words(content) else _WESTERN


def _charsets(main: bytes) -> Iterator[int]:
    """Yield the charset of each font of the table; each entry says how long it is after its first byte."""
    at, length = struct.unpack_from("<II", main, _FONTS)
    end = min(at + length, len(main))
    at += 2
    while at + 4 < end:
        yield main[at + 4]
        at += main[at] + 1


def _in_words(content: bytes) -> bool:
    """Tell letters of another alphabet from accents: a font for Russian may be named where French is written."""
    rows = [len(row) for row in _BEYOND_ASCII.findall(content)]
    return 2 * sum(row for row in rows if row >= _IN_A_ROW) > sum(rows)
