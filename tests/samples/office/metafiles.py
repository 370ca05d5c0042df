"""Drawings in the words of Windows, made record by record."""

import struct
from collections.abc import Sequence

_DEVICE, _MILLIMETRES = (960, 960), (254, 254)  # 96 pixels an inch


def emf(*records: bytes, size: tuple[int, int] = (400, 200)) -> bytes:
    """Return an enhanced metafile of *size* pixels."""
    wide, high = size
    frame = (0, 0, wide * 2646 // 100, high * 2646 // 100)
    head = struct.pack("<4i4i", 0, 0, wide, high, *frame) + b" EMF" + struct.pack("<I", 0x10000)
    body = [*records, emf_record(14, struct.pack("<3I", 0, 0, 20))]
    total = 100 + sum(map(len, body))
    head += struct.pack("<2I2H3I", total, len(body) + 1, 8, 0, 0, 0, 0) + struct.pack("<4i", *_DEVICE, *_MILLIMETRES)
    return emf_record(1, head.ljust(92, b"\0")) + b"".join(body)


def emf_record(kind: int, content: bytes) -> bytes:
    """Return one record."""
    content += bytes(-len(content) % 4)
    return struct.pack("<II", kind, 8 + len(content)) + content


def emf_text(text: str, x: int, y: int, *, advances: Sequence[int] = (), options: int = 0) -> bytes:
    """Set a *text*, whose characters are told to lead on by *advances*."""
    letters = text.encode("utf-16-le")
    letters += bytes(-len(letters) % 4)
    spread = 76 + len(letters) if advances else 0
    head = struct.pack("<4iIff2i3I4iI", 0, 0, 0, 0, 1, 1, 1, x, y, len(text), 76, options, 0, 0, 0, 0, spread)
    return emf_record(84, head + letters + struct.pack(f"<{len(advances)}i", *advances))


def emf_font(height: int, name: str = "Arial", *, number: int = 1, turned: int = 0) -> bytes:
    """Make a font, and take it up; *turned* is in tenths of a degree, against the clock."""
    about = struct.pack("<5i8B", height, 0, turned, turned, 400, 0, 0, 0, 0, 0, 0, 0, 0)
    made = struct.pack("<I", number) + about + name.encode("utf-16-le").ljust(64, b"\0")
    return emf_record(82, made.ljust(324, b"\0")) + emf_record(37, struct.pack("<I", number))


def wmf(*records: bytes, placed: bool = False) -> bytes:
    """Return a metafile of Windows 3; *placed* as a file of its own has it."""
    body = b"".join([*records, wmf_record(0, b"")])
    size = (18 + len(body)) // 2
    drawing = struct.pack("<3HIHIH", 1, 9, 0x300, size, 4, max(map(len, records), default=0) // 2, 0) + body
    return (struct.pack("<IH4hHIH", 0x9AC6CDD7, 0, 0, 0, 4000, 2000, 1000, 0, 0) if placed else b"") + drawing


def wmf_record(kind: int, content: bytes) -> bytes:
    """Return one record."""
    content += bytes(len(content) % 2)
    return struct.pack("<IH", 3 + len(content) // 2, kind) + content


def wmf_text(text: bytes, x: int, y: int) -> bytes:
    """Set a *text*."""
    return wmf_record(0x0A32, struct.pack("<2h2H", y, x, len(text), 0) + text)


def wmf_font(height: int, name: bytes = b"Arial", *, charset: int = 0, number: int = 0) -> bytes:
    """Make a font, and take it up as the object of a *number*."""
    about = struct.pack("<5h8B", height, 0, 0, 0, 400, 0, 0, 0, charset, 0, 0, 0, 0)
    return wmf_record(0x02FB, about + name + b"\0") + wmf_record(0x012D, struct.pack("<H", number))
