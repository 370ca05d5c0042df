"""Hyperlink objects as Office kept them until 2007 ([MS-OSHARED] 2.3.7.1)."""

import struct

_HAS_MONIKER, _HAS_NAME, _HAS_FRAME, _IS_TEXT = 0x01, 0x10, 0x80, 0x100
_URL = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")  # the class of monikers that are addresses


def address(content: bytes) -> str:
    """Return the address outside to which a link leads; nothing, if it leads to none."""
    (flags,) = struct.unpack_from("<I", content, 4)
    at = 8
    for mark in (_HAS_NAME, _HAS_FRAME):
        if flags & mark:
            at += 4 + 2 * int.from_bytes(content[at : at + 4], "little")
    if not flags & _HAS_MONIKER:
        return ""
    if flags & _IS_TEXT:
        return _text(content, at, 2 * int.from_bytes(content[at : at + 4], "little"))
    size = int.from_bytes(content[at + 16 : at + 20], "little")
    return _text(content, at + 16, size) if content[at : at + 16] == _URL else ""


def _text(content: bytes, at: int, size: int) -> str:
    return content[at + 4 : at + 4 + size // 2 * 2].decode("utf-16-le", "replace").partition("\0")[0]
