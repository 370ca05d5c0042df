"""The records of an xls workbook that say what its formulas call by number, and where their tokens stand."""

import re
import struct
from typing import Protocol

from moonshelf.extraction.office.sheets.biff import Global, Record, Strings
from moonshelf.extraction.office.sheets.formulas.books import Book, Source, built_in_name

_THIS_BOOK, _ADD_IN = b"\x01\x04", b"\x01\x3a"
_PARTED = re.compile(r"[\x01-\x08/\\]")  # an encoded address ([MS-XLS] 2.5.277 VirtPath)


class Texts(Protocol):
    """Reads texts as the version of the workbook has them."""

    wide: bool

    def string(self, record: Record, at: int, *, size: int = 2) -> str:
        """Read a string whose length takes *size* bytes."""


def refer(book: Book, record: Record, texts: Texts) -> None:
    """Keep what *record* says of sheets, names and other workbooks, if it does."""
    match record.kind:
        case Global.SUP_BOOK:
            book.sources.append(_source(record))
        case Global.EXTERN_NAME if book.sources and (source := book.sources[-1]):
            source.names.append(texts.string(record, 6, size=1))
        case Global.EXTERN_SHEET if texts.wide:
            whole = b"".join((record.content[2:], *record.more))
            book.references.extend(struct.iter_unpack("<Hhh", whole[: len(whole) // 6 * 6]))
        case Global.LBL:
            name = texts.string(Record(record.kind, record.content[3:4] + record.content[14:]), 0, size=1)
            book.names.append(built_in_name(name) if record.content[0] & 0x20 else name)


def tokens(record: Record, at: int) -> tuple[bytes, bytes]:
    """Return the tokens whose length stands *at* a place of *record*, and what follows them."""
    content = b"".join((record.content, *record.more)) if record.more else record.content
    end = at + 2 + int.from_bytes(content[at : at + 2], "little")
    return content[at + 2 : end], content[end:]


def _source(record: Record) -> Source | None:
    if record.content[2:4] == _THIS_BOOK:
        return None
    if record.content[2:4] == _ADD_IN:
        return Source()
    strings = Strings(record, 2)
    title = _PARTED.split(strings.long())[-1]
    count = int.from_bytes(record.content[:2], "little")
    return Source(title, [strings.long() for _ in range(count) if not strings.ended])
