"""Word documents of 1997 to 2003, built byte by byte."""

import struct
from collections.abc import Mapping, Sequence

TEXT_AT = 0x800
IN_TABLE = struct.pack("<HB", 0x2416, 1)
ROW_END = IN_TABLE + struct.pack("<HB", 0x2417, 1)
HIDDEN = struct.pack("<HB", 0x083C, 1)
DELETED = struct.pack("<HB", 0x0800, 1)


def listed(number: int, level: int = 0) -> bytes:
    """Properties of an item of list *number*."""
    return struct.pack("<HBHH", 0x260A, level, 0x460B, number)


def page(bounds: Sequence[int], entries: Sequence[bytes], entry: int) -> bytes:
    """Write a page of formatted properties: bounds, then places, then the properties from the end."""
    content = bytearray(512)
    struct.pack_into(f"<{len(bounds)}I", content, 0, *bounds)
    end = 510
    for place, properties in enumerate(entries):
        end = (end - len(properties)) // 2 * 2
        content[end : end + len(properties)] = properties
        content[4 * len(bounds) + entry * place] = end // 2
    content[511] = len(entries)
    return bytes(content)


def styled(style: int, properties: bytes = b"") -> bytes:
    """Write a paragraph's properties as a page holds them: in pairs of bytes."""
    content = struct.pack("<H", style) + properties
    return bytes([len(content) // 2 + 1]) + content if len(content) % 2 else bytes([0, len(content) // 2]) + content


def streams(
    paragraphs: Sequence[tuple[str, bytes]],
    *,
    lengths: Sequence[int] = (),
    runs: Sequence[tuple[str, bytes]] = (),
    tables: Mapping[int, bytes] = {},
    flags: int = 0x0200,
    wide: bool = False,
) -> dict[str, bytes]:
    """Write the streams of a document: *paragraphs* end in their mark; *runs* are stretches of text with properties."""
    text = "".join(one for one, _ in paragraphs)
    width = 2 if wide else 1
    body = text.encode("utf-16-le" if wide else "cp1252")
    bounds = [TEXT_AT]
    for one, _ in paragraphs:
        bounds.append(bounds[-1] + len(one) * width)
    after = (TEXT_AT + len(body) + 511) // 512
    stretches = [(TEXT_AT + text.index(one) * width, len(one) * width, given) for one, given in runs]
    marks = sorted({TEXT_AT, bounds[-1], *(at for at, _, _ in stretches), *(at + size for at, size, _ in stretches)})
    given_at = {at: properties for at, _, properties in stretches}
    characters = [bytes([len(given_at.get(at, b""))]) + given_at.get(at, b"") for at in marks[:-1]]
    offset = TEXT_AT if wide else TEXT_AT * 2 | 0x40000000
    pieces = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, offset, 0)
    known = {
        33: b"\x02" + struct.pack("<I", len(pieces)) + pieces,
        12: struct.pack("<III", TEXT_AT, bounds[-1], after),
        13: struct.pack("<III", TEXT_AT, bounds[-1], after + 1),
        **tables,
    }
    side, places = b"\0" * 16, {}
    for place, content in known.items():
        places[place] = (len(side), len(content))
        side += content
    main = bytearray(TEXT_AT)
    struct.pack_into("<HH6xH", main, 0, 0xA5EC, 0xC1, flags)
    struct.pack_into("<8i", main, 0x4C, *(lengths or [len(text)]), *([0] * (8 - max(len(lengths), 1))))
    for place, (at, size) in places.items():
        struct.pack_into("<II", main, 0x9A + 8 * place, at, size)
    main += body.ljust((after * 512) - TEXT_AT, b"\0")
    main += page(marks, characters, 1) + page(bounds, [properties for _, properties in paragraphs], 13)
    return {"WordDocument": bytes(main), "1Table": side}


PLAIN = styled(0)
