"""Excel workbooks of 1993 to 2003, built record by record."""

import struct

END = struct.pack("<HH", 0x0A, 0)


def record(kind: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack("<HH", kind, len(content)) + content


def begin(version: int = 0x0600, kind: int = 0x10) -> bytes:
    return record(0x0809, struct.pack("<HH", version, kind))


def string(words: str, size: str = "<H") -> bytes:
    return struct.pack(size, len(words)) + b"\1" + words.encode("utf-16-le")


def label(row: int, column: int, words: str) -> bytes:
    return record(0x0204, struct.pack("<HHH", row, column, 0), string(words))


def workbook(
    cells: bytes, *, shared: bytes = b"", more: bytes = b"", state: int = 0, version: int = 0x0600
) -> dict[str, bytes]:
    """Write a workbook of one sheet of *cells* and a second one in the given *state*."""
    wide = version == 0x0600
    names = [string(name, "<B") if wide else struct.pack("<B", len(name)) + name.encode() for name in ("One", "Two")]
    formats = record(0x041E, struct.pack("<H", 164), string("0.0%") if wide else b"\x040.0%")
    styles = b"".join(record(0x00E0, struct.pack("<HH", 0, number)) for number in (0, 14, 164))
    head = begin(version, 5) + more + formats + styles + shared
    size = len(head) + sum(4 + 6 + len(name) for name in names) + len(END)
    first = begin(version) + cells + END
    sheets = record(0x0085, struct.pack("<IBB", size, 0, 0), names[0])
    sheets += record(0x0085, struct.pack("<IBB", size + len(first), state, 0), names[1])
    second = begin(version) + (label(0, 0, "two words") if wide else b"") + END
    return {"Workbook" if wide else "Book": head + sheets + END + first + second}
