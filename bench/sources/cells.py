"""Words in the cells of old and packed workbooks, counted by no code of ours: strings as they lie, a number a word.

Comments and text boxes are not counted, nor what a text of more than 8 KB says at its joints.
"""

import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import olefile  # type: ignore[import-untyped]  # ships no types

_CONTINUE, _SHARED, _CELL_OF_SHARED, _SHEET, _FORMULA = 0x3C, 0xFC, 0xFD, 0x85, 0x06
_NUMBERS = {0x203, 0x27E, 0x205}  # NUMBER, RK, BOOLERR
_TEXTS = {0x204: 6, 0xD6: 6, 0x207: 0}  # LABEL, RSTRING, STRING: where the text stands


def xls(path: Path) -> Iterator[str]:
    """Yield the texts of cells and sheets of a workbook of Excel 97 to 2003."""
    with olefile.OleFileIO(path) as file:
        stream = file.openstream("Workbook").read()
    shared: list[str] = []
    for kind, content in _joined(_records(stream)):
        if kind == _SHARED:
            shared = list(_strings(content))
        elif kind == _CELL_OF_SHARED:
            yield _at(shared, struct.unpack_from("<I", content, 6)[0])
        elif kind in _NUMBERS or (kind == _FORMULA and content[12:14] != b"\xff\xff"):
            yield "1"
        elif kind == 0xBD:  # noqa: PLR2004 a row of numbers
            yield "1 " * ((len(content) - 6) // 6)
        elif kind in _TEXTS:
            at = _TEXTS[kind]
            yield _text(content[at + 2 :], struct.unpack_from("<H", content, at)[0])
        elif kind == _SHEET:
            yield _text(content[7:], content[6])


def xlsb(path: Path) -> Iterator[str]:
    """Yield the texts of cells and sheets of a packed workbook."""
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        held = package.read("xl/sharedStrings.bin") if "xl/sharedStrings.bin" in names else b""
        shared = [_wide(content, 1) for kind, content in _packed(held) if kind == 19]  # noqa: PLR2004 an item
        for kind, content in _packed(package.read("xl/workbook.bin")):
            if kind == 156:  # noqa: PLR2004 a sheet
                yield _wide(content, 12 + 2 * struct.unpack_from("<I", content, 8)[0])
        for name in names:
            if name.startswith("xl/worksheets/sheet"):
                yield from _cells(package.read(name), shared)


def _cells(part: bytes, shared: Sequence[str]) -> Iterator[str]:
    for kind, content in _packed(part):
        if kind == 7:  # noqa: PLR2004 a shared string
            yield _at(shared, struct.unpack_from("<I", content, 8)[0])
        elif kind in (6, 8):
            yield _wide(content, 8)
        elif 2 <= kind <= 11:  # noqa: PLR2004 numbers, truths, errors
            yield "1"


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _joined(records: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    held = (0, b"")
    for kind, content in records:
        if kind == _CONTINUE:
            held = (held[0], held[1] + content)
        else:
            yield held
            held = (kind, content)
    yield held


def _strings(content: bytes) -> Iterator[str]:
    at = 8
    while at + 3 <= len(content):
        length, flags = struct.unpack_from("<HB", content, at)
        at += 3
        runs = struct.unpack_from("<H", content, at)[0] if flags & 8 else 0
        at += 2 if flags & 8 else 0
        extra = struct.unpack_from("<I", content, at)[0] if flags & 4 else 0
        at += 4 if flags & 4 else 0
        size = length * 2 if flags & 1 else length
        yield content[at : at + size].decode("utf-16-le" if flags & 1 else "latin-1", "replace")
        at += size + 4 * runs + extra


def _packed(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(part):
        kind, at = _number(part, at, 2)
        length, at = _number(part, at, 4)
        yield kind, part[at : at + length]
        at += length


def _number(part: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for place in range(most):
        value |= (part[at] & 0x7F) << (7 * place)
        at += 1
        if not part[at - 1] & 0x80:
            break
    return value, at


def _wide(content: bytes, at: int) -> str:
    (length,) = struct.unpack_from("<I", content, at)
    return content[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace")


def _text(content: bytes, length: int) -> str:
    wide = content[:1] == b"\1"
    return content[1 : 1 + (2 * length if wide else length)].decode("utf-16-le" if wide else "latin-1", "replace")


def _at(held: Sequence[str], place: int) -> str:
    return held[place] if place < len(held) else ""
