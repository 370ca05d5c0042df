"""Excel workbooks of binary parts, built record by record."""

import struct

from samples.packages import relations


def record(kind: int, *parts: bytes) -> bytes:
    """Write a record: its type and length are numbers of seven bits a byte."""
    content = b"".join(parts)
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(content)
    return head + bytes([length & 0x7F | 0x80, length >> 7]) + content


def string(words: str) -> bytes:
    return struct.pack("<I", len(words)) + words.encode("utf-16-le")


def row(number: int, *cells: bytes, hidden: bool = False) -> bytes:
    return record(0, struct.pack("<IIHBBB", number, 0, 0, 0, 0x10 * hidden, 0)) + b"".join(cells)


def cell(kind: int, column: int, value: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<II", column, style), value)


def text(column: int, words: str) -> bytes:
    return cell(6, column, string(words))


def parts(cells: bytes, *, state: int = 0, more: bytes = b"") -> dict[str, bytes | str]:
    sheet = (struct.pack("<II", 0, 1), struct.pack("<II", state, 2), struct.pack("<II", 0, 3))
    names = (("s1", "First"), ("s2", "Second"), ("s9", "Lost"))
    bundle = b"".join(
        record(156, head, string(one), string(name)) for head, (one, name) in zip(sheet, names, strict=True)
    )
    styles = record(44, struct.pack("<H", 164), string("0.0%"))
    styles += record(617) + b"".join(record(47, struct.pack("<HH", 0, number)) for number in (0, 14, 164)) + record(618)
    comments = (
        record(632, string("Ann"))
        + record(635, struct.pack("<IIIII", 0, 1, 1, 1, 1))
        + record(637, b"\0", string("No"))
    )
    return {
        "_rels/.rels": relations(("r", "officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": record(153, b"\0\0\0\0") + bundle,
        "xl/_rels/workbook.bin.rels": relations(
            ("s1", "worksheet", "worksheets/sheet1.bin"), ("s2", "worksheet", "worksheets/sheet2.bin"),
            ("st", "styles", "styles.bin"), ("ss", "sharedStrings", "sharedStrings.bin"),
        ),
        "xl/worksheets/sheet1.bin": more + cells,
        "xl/worksheets/_rels/sheet1.bin.rels": relations(("c", "comments", "../comments1.bin")),
        "xl/worksheets/sheet2.bin": row(0, text(0, "two words")),
        "xl/styles.bin": styles,
        "xl/sharedStrings.bin": record(19, b"\0", string("shared")),
        "xl/comments1.bin": comments,
    }  # fmt: skip
