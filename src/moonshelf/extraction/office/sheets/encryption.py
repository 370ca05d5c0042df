"""Workbooks of xls under the password that Excel tries before it asks for one: to their readers they are open.

Excel encrypts so what is protected against changes alone. All of a record but its head is encrypted, in one of three
ways ([MS-XLS] 2.2.10).
"""

import hashlib
import struct
from collections.abc import Callable
from functools import partial

from moonshelf.errors import EncryptedDocument
from moonshelf.extraction.office.sheets.biff import Global

PASSWORD = "VelvetSweatshop"  # noqa: S105 - everybody's: [MS-XLS] 2.4.117
_OBFUSCATED, _CRYPTO_API = 0, frozenset((2, 3, 4))  # the kind, and the versions of the other one
_HEAD = struct.Struct("<HH")
_SHORT_KEY = 5  # bytes, as laws had it once
_LONGEST_KEY = 16
_BLOCK = 1024  # bytes of the stream that one key is for
_IN_THE_CLEAR = frozenset((0x0809, 0x002F, 0x0194, 0x0195, 0x00E1, 0x0196, 0x0138))  # kinds of records
_PLACE = 4  # bytes of a sheet's record that say where it begins, in the clear too
_TURNED = bytes((one << 3 | one >> 5) & 0xFF for one in range(256))
_KEY_AND_HASH = 0xB359, 0x9A0A  # what [MS-OFFCRYPTO] 2.3.7.1 and 2.3.7.2 make of the password,
_ARRAY = bytes.fromhex("3c5bd417f01f2813f04bb403c473a420")  # and of these; turned left by two bits, as Excel has it
_md5, _sha1 = (partial(one, usedforsecurity=False) for one in (hashlib.md5, hashlib.sha1))  # the password is no secret
_Opened = Callable[[int, bytes], bytes]
"""Returns in the clear what stands at a place of the stream."""
_Key = Callable[[int], bytes]
"""Returns the key of a block, by its number."""


def opened(stream: bytes, stated: bytes) -> bytes:
    """Return the *stream* of a workbook in the clear; its FilePass *stated* how it is encrypted.

    Raises ``EncryptedDocument`` where it is under another password, or nobody can tell.
    """
    try:
        content = _way(stated, len(stream))
    except struct.error:
        raise EncryptedDocument from None
    clear = bytearray(stream)
    at = 0
    while at + _HEAD.size <= len(stream):
        kind, length = _HEAD.unpack_from(stream, at)
        start, at = at + _HEAD.size, at + _HEAD.size + length
        if kind == Global.FILE_PASS:
            clear[start - _HEAD.size : start - 2] = b"\0\0"  # or the stream would be opened again
        elif kind not in _IN_THE_CLEAR:
            left = _PLACE if kind == Global.BOUND_SHEET else 0
            clear[start + left : at] = content(start, stream[start:at])[left:]
    return bytes(clear)


def _way(stated: bytes, size: int) -> _Opened:
    """Return what opens a stream of *size* bytes."""
    kind, *rest = struct.unpack_from("<HH", stated)
    if len(stated) == _HEAD.size:  # of Excel 5, which had one way
        return _deobfuscated(kind, *rest)
    if kind == _OBFUSCATED:
        return _deobfuscated(*struct.unpack_from("<HH", stated, 2))
    if rest[0] in _CRYPTO_API:
        return _deciphered(_crypto_api(stated), _sha1, stated[-40:-24] + stated[-20:], size)
    return _deciphered(_rc4(stated[6:22]), _md5, stated[22:54], size)


def _deobfuscated(key: int, verifier: int) -> _Opened:
    """[MS-OFFCRYPTO] 2.3.7."""
    if (key, verifier) != _KEY_AND_HASH:
        raise EncryptedDocument

    def content(at: int, obfuscated: bytes) -> bytes:
        first = (at + len(obfuscated)) % len(_ARRAY)
        return _either(obfuscated.translate(_TURNED), (_ARRAY * (len(obfuscated) // len(_ARRAY) + 2))[first:])

    return content


def _deciphered(key: _Key, digest: "Callable[[bytes], hashlib._Hash]", proof: bytes, size: int) -> _Opened:
    """Return what opens RC4; *proof* is 16 bytes and their *digest*, enciphered."""
    clear = _either(proof, _stream(key(0), len(proof)))
    if digest(clear[:16]).digest() != clear[16:]:
        raise EncryptedDocument
    added = b"".join(_stream(key(block), _BLOCK) for block in range(-(-size // _BLOCK)))
    return lambda at, enciphered: _either(enciphered, added[at : at + len(enciphered)])


def _rc4(salt: bytes) -> _Key:
    """[MS-OFFCRYPTO] 2.3.6.2."""
    short = _md5(PASSWORD.encode("utf-16-le")).digest()[:_SHORT_KEY]
    first = _md5((short + salt) * 16).digest()[:_SHORT_KEY]
    return lambda block: _md5(first + block.to_bytes(4, "little")).digest()


def _crypto_api(stated: bytes) -> _Key:
    """[MS-OFFCRYPTO] 2.3.5.2."""
    (bits,) = struct.unpack_from("<I", stated, 30)
    first = _sha1(stated[-56:-40] + PASSWORD.encode("utf-16-le")).digest()
    size = min(bits // 8, _LONGEST_KEY) or _SHORT_KEY
    filled = 16 if size == _SHORT_KEY else size
    return lambda block: _sha1(first + block.to_bytes(4, "little")).digest()[:size].ljust(filled, b"\0")


def _stream(key: bytes, size: int) -> bytes:
    """Return what RC4 adds to the first *size* bytes."""
    state, other = list(range(256)), 0
    for place in range(256):
        other = (other + state[place] + key[place % len(key)]) & 0xFF
        state[place], state[other] = state[other], state[place]
    added, other = bytearray(size), 0
    for number in range(size):
        place = (number + 1) & 0xFF
        one = state[place]
        other = (other + one) & 0xFF
        two = state[place] = state[other]
        state[other] = one
        added[number] = state[(one + two) & 0xFF]
    return bytes(added)


def _either(some: bytes, others: bytes) -> bytes:
    """Return the exclusive or of *some*, and as many of *others*."""
    pair = int.from_bytes(some, "little") ^ int.from_bytes(others[: len(some)], "little")
    return pair.to_bytes(len(some), "little")
