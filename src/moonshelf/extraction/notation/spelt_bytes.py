"""Bytes that are spelt out in letters (RFC 4648)."""

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_PADDING = re.compile(rb"=+")
_MOST = 1_000  # texts in a row


def from_base64(letters: bytes) -> bytes:
    """Decode base64 as far as it goes: strangers in it are passed over, a missing end is no fault.

    Of several texts that were put one after the other each ends by itself.
    """
    return b"".join(map(_decoded, _PADDING.split(letters, _MOST)))


def _decoded(letters: bytes) -> bytes:
    clean = _NOT_BASE64.sub(b"", letters)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
