"""Streams of xls as Excel encrypts them ([MS-XLS] 2.2.10), written apart from what opens them."""

import struct
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import md5 as _md5
from hashlib import sha1 as _sha1
from itertools import chain, islice

DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 - everybody's
md5, sha1 = partial(_md5, usedforsecurity=False), partial(_sha1, usedforsecurity=False)
FILE_PASS, _BOUND_SHEET, _BEGIN = 0x002F, 0x0085, 0x0809
_ARRAY = bytes.fromhex("3c5bd417f01f2813f04bb403c473a420")  # of the default password
_SALT, _PROOF = bytes(range(16)), b"sixteen of bytes"
Cipher = Callable[[int, bytes], bytes]  # of a place in the stream and what stands there


def rc4(key: bytes) -> Iterator[int]:
    """Yield what RC4 adds to each byte."""
    s, j = list(range(256)), 0
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) % 256
        s[i], s[j] = s[j], s[i]
    i = j = 0
    while True:
        i = (i + 1) % 256
        j = (j + s[i]) % 256
        s[i], s[j] = s[j], s[i]
        yield s[(s[i] + s[j]) % 256]


def encrypted(stream: bytes, cipher: Cipher) -> bytes:
    """Encrypt the records of *stream* that are not for all to read."""
    at, parts = 0, list[bytes]()
    while at < len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        content = stream[at + 4 : at + 4 + length]
        clear = length if kind in (_BEGIN, FILE_PASS) else 4 if kind == _BOUND_SHEET else 0
        parts += stream[at : at + 4], content[:clear], cipher(at + 4, content)[clear:]
        at += 4 + length
    return b"".join(parts)


def obfuscated(at: int, content: bytes) -> bytes:
    """[MS-OFFCRYPTO] 2.3.7.3, turned by five bits as Excel has it."""
    places = ((at + len(content) + place) % 16 for place in range(len(content)))
    mixed = (one ^ _ARRAY[place] for one, place in zip(content, places, strict=True))
    return bytes((one << 5 | one >> 3) & 0xFF for one in mixed)


def by_md5(password: str = DEFAULT_PASSWORD) -> tuple[bytes, Cipher]:
    """[MS-OFFCRYPTO] 2.3.6: what FilePass states, and the cipher."""
    short = md5(password.encode("utf-16-le")).digest()[:5]
    first = md5((short + _SALT) * 16).digest()[:5]
    cipher = _by_blocks(lambda block: md5(first + struct.pack("<I", block)).digest())
    return struct.pack("<HHH", 1, 1, 1) + _SALT + cipher(0, _PROOF + md5(_PROOF).digest()), cipher


def by_sha1(bits: int) -> tuple[bytes, Cipher]:
    """[MS-OFFCRYPTO] 2.3.5, with keys of so many *bits*."""
    first = sha1(_SALT + DEFAULT_PASSWORD.encode("utf-16-le")).digest()

    def key(block: int) -> bytes:
        found = sha1(first + struct.pack("<I", block)).digest()[: bits // 8]
        return found + bytes(11) if bits == 40 else found

    cipher = _by_blocks(key)
    header = struct.pack("<8I", 4, 0, 0x6801, 0x8004, bits, 1, 0, 0) + "RC4\0".encode("utf-16-le")
    proof = cipher(0, _PROOF + sha1(_PROOF).digest())
    stated = struct.pack("<HHHII", 1, 2, 2, 4, len(header)) + header
    return stated + struct.pack("<I", 16) + _SALT + proof[:16] + struct.pack("<I", 20) + proof[16:], cipher


def _by_blocks(key: Callable[[int], bytes]) -> Cipher:
    def cipher(at: int, content: bytes) -> bytes:
        blocks = range(at // 1024, (at + len(content)) // 1024 + 1)
        added = chain.from_iterable(islice(rc4(key(block)), 1024) for block in blocks)
        return bytes(one ^ other for one, other in zip(content, islice(added, at % 1024, None), strict=False))

    return cipher
