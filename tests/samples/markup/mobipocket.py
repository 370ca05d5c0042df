"""Books of Mobipocket and Kindle, built record by record."""

import struct
from collections.abc import Sequence
from itertools import pairwise

PLAIN, PALM, HUFFMAN = 1, 2, 17480


def database(kind: bytes, parts: Sequence[bytes]) -> bytes:
    begin, directory = 78 + 8 * len(parts), b""
    for part in parts:
        directory += struct.pack(">II", begin, 0)
        begin += len(part)
    return bytes(60) + kind + bytes(8) + struct.pack(">H", len(parts)) + directory + b"".join(parts)


def book(
    packing: int,
    *texts: bytes,
    lock: int = 0,
    flags: int = 0,
    extra: Sequence[bytes] = (),
    title: bytes = b"",
    stated: Sequence[tuple[int, bytes]] = (),
) -> bytes:
    header = bytearray(248)
    struct.pack_into(">HHIHHH", header, 0, packing, 0, 0, len(texts), 4096, lock)
    struct.pack_into(">4sIII", header, 16, b"MOBI", 232, 2, 65001)
    told = b"".join(struct.pack(">II", kind, 8 + len(text)) + text for kind, text in stated)
    header += b"EXTH" + struct.pack(">II", 12 + len(told), len(stated)) + told if stated else b""
    struct.pack_into(">II", header, 84, len(header), len(title))
    struct.pack_into(">II", header, 112, len(texts) + 1, len(extra))
    struct.pack_into(">H", header, 242, flags)
    header += title
    return database(b"BOOKMOBI", [bytes(header), *texts, *extra])


def azw3(chapters: bytes, *others: bytes) -> bytes:
    """Write chapters as Kindles have them since 2011: style sheets and the like follow in the same text."""
    ends, flows = [0], (chapters, *others)
    for one in flows:
        ends.append(ends[-1] + len(one))
    pairs = b"".join(struct.pack(">II", *pair) for pair in pairwise(ends))
    content = bytearray(book(PLAIN, b"".join(flows), extra=[b"FDST" + struct.pack(">II", 12, len(flows)) + pairs]))
    header = content.index(b"MOBI", 78) - 16
    struct.pack_into(">I", content, header + 36, 8)
    struct.pack_into(">II", content, header + 192, 2, len(flows))
    return bytes(content)


def joined(old: bytes, new: bytes) -> bytes:
    """Write a book in both its versions, as they are sold: each counts its records from its own first one."""
    return database(b"BOOKMOBI", [*_parts(old), b"BOUNDARY", *_parts(new)])


def _parts(content: bytes) -> list[bytes]:
    (count,) = struct.unpack_from(">H", content, 76)
    places = [struct.unpack_from(">I", content, 78 + 8 * number)[0] for number in range(count)]
    return [content[begin:end] for begin, end in pairwise([*places, len(content)])]
