"""Envelopes around mail: signed, encrypted, and Outlook's own."""

import base64
import struct

SIGNED, ENVELOPED = (bytes.fromhex("06092a864886f70d0107") + bytes([kind]) for kind in (2, 3))
DATA = bytes.fromhex("06092a864886f70d010701")
ENDLESS = b"\x80"  # in place of a length; two zeros end such an element


def element(tag: int, *content: bytes) -> bytes:
    joined = b"".join(content)
    return bytes([tag, 0x82]) + struct.pack(">H", len(joined)) + joined


def signature(content: bytes) -> bytes:
    """Sign *content* in the envelope, without a signer."""
    held = element(0x30, DATA, element(0xA0, element(0x04, content)))
    return element(0x30, SIGNED, element(0xA0, element(0x30, element(2, b"\1"), element(0x31), held, element(0x31))))


def in_pieces(content: bytes) -> bytes:
    """Sign *content* as programs do that don't know yet how long it is."""
    begin = b"\x30" + ENDLESS + SIGNED + b"\xa0" + ENDLESS + b"\x30" + ENDLESS + b"\x02\x01\x01\x31\0"
    held = b"\x30" + ENDLESS + DATA + b"\xa0" + ENDLESS + b"\x24" + ENDLESS
    pieces = b"".join(element(0x04, content[at : at + 7]) for at in range(0, len(content), 7))
    return begin + held + pieces + bytes(2 * 6)


def sealed(message: bytes) -> str:
    head = "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + base64.encodebytes(message).decode()


def attribute(level: int, identifier: int, content: bytes) -> bytes:
    return struct.pack("<BII", level, identifier, len(content)) + content + struct.pack("<H", sum(content) % 65536)


def properties(*texts: tuple[int, str]) -> bytes:
    """Write a list of properties: a truth, then texts."""
    values = struct.pack("<HHI", 0x0B, 0x0E1F, 1)
    for identifier, text in texts:
        content = text.encode("utf-16-le")
        values += struct.pack("<HHII", 0x1F, identifier, 1, len(content)) + content + bytes(-len(content) % 4)
    return struct.pack("<I", len(texts) + 1) + values


WINMAIL = (
    struct.pack("<IH", 0x223E9F78, 1)
    + attribute(1, 0x00018004, b"Older subject\0")
    + attribute(1, 0x00038005, struct.pack("<7H", 2026, 10, 5, 10, 0, 0, 1))
    + attribute(1, 0x00008000, struct.pack("<4H", 4, 0, 4, 16) + b"Ann\0SMTP:ann@x.org\0")
    + attribute(1, 0x00069003, properties((0x0037, "Harvest"), (0x1000, "Apples did well.")))
    + attribute(2, 0x00069002, bytes(14))
    + attribute(2, 0x00018010, b"TONS~1.CSV\0")
    + attribute(2, 0x0006800F, b"Fruit,Tons\nApple,12\n")
    + attribute(2, 0x00069005, properties((0x3707, "tons.csv")))
)
