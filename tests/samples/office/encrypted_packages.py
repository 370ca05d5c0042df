"""Packages as Office encrypts them ([MS-OFFCRYPTO] 2.3.4), written apart from what opens them."""

import struct
from base64 import b64encode
from hashlib import new

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from samples.office.encryption import DEFAULT_PASSWORD, sha1

_SALT, _OTHER_SALT, _PROOF, _SECRET = bytes(range(16)), b"salt of the data", b"sixteen of bytes", bytes(range(32))
_USES = "fea7d2763b4b9e79", "d7aa0f6d3061344e", "146e0be7abacd0d6"


def standard(package: bytes, bits: int = 128, password: str = DEFAULT_PASSWORD) -> dict[str, bytes]:
    """Return the streams of Office 2007."""
    hashed = sha1(_SALT + password.encode("utf-16-le")).digest()
    for turn in range(50_000):
        hashed = sha1(struct.pack("<I", turn) + hashed).digest()
    hashed = sha1(hashed + bytes(4)).digest()
    first, second = (sha1(bytes(one ^ pad for one in hashed) + bytes([pad]) * 44).digest() for pad in (0x36, 0x5C))
    key = (first + second)[: bits // 8]
    proved = sha1(_PROOF).digest()
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, bits, 0x18, 0, 0) + "AES\0".encode("utf-16-le")
    verifier = struct.pack("<I", 16) + _SALT + _each(key, _PROOF) + struct.pack("<I", 20) + _each(key, proved)
    stated = struct.pack("<HHII", 4, 2, 0x24, len(header)) + header + verifier
    return {"EncryptionInfo": stated, "EncryptedPackage": struct.pack("<Q", len(package)) + _each(key, package)}


def agile(
    package: bytes, *, hashing: str = "SHA512", bits: int = 256, password: str = DEFAULT_PASSWORD, turns: int = 1000
) -> dict[str, bytes]:
    """Return the streams of Office 2010 and later."""
    hashed = _hash(hashing, _SALT + password.encode("utf-16-le"))
    for turn in range(turns):
        hashed = _hash(hashing, struct.pack("<I", turn) + hashed)
    contents = _PROOF, _hash(hashing, _PROOF), _SECRET[: bits // 8]
    proof, proved, key = (
        b64encode(_chain(_cut(_hash(hashing, hashed + bytes.fromhex(use)), bits // 8), _SALT, content)).decode()
        for use, content in zip(_USES, contents, strict=True)
    )
    way = f"""saltSize="16" blockSize="16" keyBits="{bits}" hashSize="{len(hashed)}" cipherAlgorithm="AES"
cipherChaining="ChainingModeCBC" hashAlgorithm="{hashing}" saltValue"""
    stated = f"""<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption"
xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password">
<keyData {way}="{b64encode(_OTHER_SALT).decode()}"/>
<keyEncryptors><keyEncryptor><p:encryptedKey spinCount="{turns}" {way}="{b64encode(_SALT).decode()}"
encryptedVerifierHashInput="{proof}" encryptedVerifierHashValue="{proved}" encryptedKeyValue="{key}"/></keyEncryptor>
</keyEncryptors></encryption>"""
    segments = (package[at : at + 4096] for at in range(0, len(package), 4096))
    enciphered = (
        _chain(_SECRET[: bits // 8], _hash(hashing, _OTHER_SALT + struct.pack("<I", number))[:16], segment)
        for number, segment in enumerate(segments)
    )
    return {
        "EncryptionInfo": struct.pack("<HHI", 4, 4, 0x40) + stated.encode(),
        "EncryptedPackage": struct.pack("<Q", len(package)) + b"".join(enciphered),
    }


def _hash(name: str, content: bytes) -> bytes:
    return new(name, content, usedforsecurity=False).digest()


def _cut(hashed: bytes, size: int) -> bytes:
    return hashed[:size].ljust(size, b"\x36")


def _each(key: bytes, content: bytes) -> bytes:
    return _enciphered(key, modes.ECB(), content)  # noqa: S305 - as Office does


def _chain(key: bytes, first: bytes, content: bytes) -> bytes:
    return _enciphered(key, modes.CBC(first), content)


def _enciphered(key: bytes, mode: modes.ECB | modes.CBC, content: bytes) -> bytes:
    return Cipher(algorithms.AES(key), mode).encryptor().update(content.ljust(-(-len(content) // 16) * 16, b"\0"))
