"""Packages of Office under the password that it tries before it asks for one: to their readers they are open.

Office encrypts so what is protected against changes alone. A package is encrypted in one of two ways with AES
([MS-OFFCRYPTO] 2.3.4), and stands in an OLE file beside what says how.
"""

import hashlib
import struct
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, BinaryIO, Self, TypeAlias

import msgspec

from moonshelf.errors import EncryptedDocument
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.ole.aes import BLOCK, deciphered, unchained
from moonshelf.extraction.office.ole.streams import Streams, faults
from moonshelf.extraction.office.openxml import parse
from moonshelf.extraction.office.sheets.encryption import PASSWORD
from moonshelf.extraction.sniffing.compound import ENCRYPTED
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_AGILE, _STANDARD = (4, 4), frozenset(((2, 2), (3, 2), (4, 2)))  # versions of what says how
_STANDARD_TURNS, _MOST_TURNS = 50_000, 10_000_000  # of the hash; the latter is what [MS-OFFCRYPTO] 2.3.4.10 allows
_KEYS = frozenset((128, 192, 256))  # their bits
_SEGMENT = 4096  # bytes that are enciphered as one chain
_SPACE = "http://schemas.microsoft.com/office/2006/"
_DATA, _KEPT_KEY = f"{{{_SPACE}encryption}}keyData", f"{{{_SPACE}keyEncryptor/password}}encryptedKey"
_FILLED = b"\x36"  # what is too short is filled up with
_PROOF, _PROVED, _KEY = (  # what is hashed with the password for each use of it ([MS-OFFCRYPTO] 2.3.4.13)
    bytes.fromhex(one) for one in ("fea7d2763b4b9e79", "d7aa0f6d3061344e", "146e0be7abacd0d6")
)
_Digest: TypeAlias = "Callable[[bytes], hashlib._Hash]"  # noqa: SLF001 - the name that it has for checkers of types
_sha1 = partial(hashlib.sha1, usedforsecurity=False)  # of a password that all know
_HASHES: Mapping[str, _Digest] = {
    "SHA1": _sha1,
    "SHA256": hashlib.sha256,
    "SHA384": hashlib.sha384,
    "SHA512": hashlib.sha512,
}


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a package that Office opens without asking.

    Raises ``EncryptedDocument`` where it is under another password.
    """
    streams = Streams.of(source, tools.limits)
    stated = streams.read("EncryptionInfo")
    if stated is None:  # rights management: some server knows who may read it
        raise EncryptedDocument
    with faults("what says how it is encrypted cannot be read"):
        package = _clear(stated, streams.require("EncryptedPackage"))
    return tools.read("document", BytesIO(package), tools)


def _clear(stated: bytes, package: bytes) -> bytes:
    version = struct.unpack_from("<HH", stated)
    (size,) = struct.unpack_from("<Q", package)
    content = package[8 : 8 + (len(package) - 8) // BLOCK * BLOCK]
    if version == _AGILE:
        return _agile(stated[8:], content)[:size]
    if version not in _STANDARD:
        raise EncryptedDocument
    return deciphered(content, _standard_key(stated))[:size]


def _standard_key(stated: bytes) -> bytes:
    """[MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9."""
    (length,) = struct.unpack_from("<I", stated, 8)
    (bits,) = struct.unpack_from("<I", stated, 28)
    verifier = stated[12 + length :]
    salt, proof, proved = verifier[4:20], verifier[20:36], verifier[40:72]
    if bits not in _KEYS:
        raise EncryptedDocument  # RC4, which came with Windows 2000
    turned = _turned(salt, _STANDARD_TURNS, _sha1)
    hashed = _sha1(turned + bytes(4)).digest()
    halves = (bytes(one ^ pad for one in hashed.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    key = b"".join(_sha1(half).digest() for half in halves)[: bits // 8]
    if _sha1(deciphered(proof, key)).digest() != deciphered(proved, key)[:20]:
        raise EncryptedDocument
    return key


class _Way(msgspec.Struct, frozen=True):
    """How a key is made, or the package enciphered."""

    salt: bytes
    size: int  # of the key
    digest: _Digest

    @classmethod
    def of(cls, stated: Mapping[str, str]) -> Self:
        """Read what is stated of it. Raises ``EncryptedDocument`` for what Office does not write."""
        bits, hashed = int(stated["keyBits"]), _HASHES.get(stated["hashAlgorithm"])
        cipher = stated["cipherAlgorithm"], stated["cipherChaining"]
        if hashed is None or bits not in _KEYS or cipher != ("AES", "ChainingModeCBC"):
            raise EncryptedDocument
        return cls(b64decode(stated["saltValue"]), bits // 8, hashed)

    def key(self, *hashed: bytes) -> bytes:
        """Make a key of what is to be hashed."""
        return self._cut(hashed, self.size)

    def first(self, *hashed: bytes) -> bytes:
        """Return what is added to the first block; without anything to be hashed, the salt."""
        return self._cut(hashed, BLOCK) if hashed else self.salt[:BLOCK].ljust(BLOCK, _FILLED)

    def _cut(self, hashed: Iterable[bytes], size: int) -> bytes:
        return self.digest(b"".join(hashed)).digest()[:size].ljust(size, _FILLED)


def _agile(stated: bytes, content: bytes) -> bytes:
    """[MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15."""
    root, _ = parse(stated)
    kept, data = _attributes(root, _KEPT_KEY), _attributes(root, _DATA)
    if not kept or not data:
        raise EncryptedDocument  # for whoever has a certificate
    key, way = _kept_key(kept), _Way.of(data)
    firsts = (way.first(way.salt, struct.pack("<I", number)) for number in count())
    segments = (content[at : at + _SEGMENT] for at in range(0, len(content), _SEGMENT))
    before = (first + segment[:-BLOCK] for segment, first in zip(segments, firsts, strict=False))
    return unchained(content, key, b"".join(before))


def _attributes(root: "_Element | None", tag: str) -> dict[str, str]:
    found = None if root is None else next(root.iter(tag), None)
    return {} if found is None else {str(name): str(value) for name, value in found.items()}


def _kept_key(stated: Mapping[str, str]) -> bytes:
    """Return the key of the package, which is itself under the password."""
    way, turns = _Way.of(stated), int(stated["spinCount"])
    if not 0 <= turns <= _MOST_TURNS:
        raise EncryptedDocument
    turned = _turned(way.salt, turns, way.digest)

    def clear(what: str, use: bytes) -> bytes:
        content = b64decode(stated[what])
        return unchained(content, way.key(turned, use), way.first() + content[:-BLOCK])

    proof, proved = clear("encryptedVerifierHashInput", _PROOF), clear("encryptedVerifierHashValue", _PROVED)
    hashed = way.digest(proof[: int(stated["saltSize"])]).digest()
    if hashed != proved[: len(hashed)]:
        raise EncryptedDocument
    return clear("encryptedKeyValue", _KEY)[: way.size]


def _turned(salt: bytes, turns: int, digest: _Digest) -> bytes:
    """Hash the password again and again, so that guessing takes long."""
    hashed = digest(salt + PASSWORD.encode("utf-16-le")).digest()
    for number in range(turns):
        hashed = digest(number.to_bytes(4, "little") + hashed).digest()
    return hashed


ENCRYPTED_OFFICE = Flowing(name="Encrypted Office document", media_types={".ole": ENCRYPTED}, extract=extract)
