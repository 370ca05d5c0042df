"""Archives: zip members and gzip streams, unpacked under a budget that counts real bytes, never declared ones."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import SEEK_END, BytesIO
from typing import BinaryIO

import msgspec

from moonshelf.errors import CorruptDocument, EncryptedDocument, LimitReached
from moonshelf.extraction.facts import Limits

_CHUNK = 1 << 18
_END_RECORD = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_END_RECORD_REACH = 76 + 22 + 0xFFFF  # zip64's records, the end record and the longest comment that may follow
_ENTRY_BYTES = 1024  # of the directory, on average: 46 and the name; a real archive needs about 120
_ENCRYPTED_FLAG = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError, struct.error)
"""What ``zipfile`` raises on hostile bytes: not only what it documents."""


class Budget(msgspec.Struct):
    """What may still be unpacked of one uploaded file, shared by archives inside archives."""

    limits: Limits
    unpacked: int = 0
    members: int = 0

    def spend(self, size: int) -> None:
        """Count *size* unpacked bytes. Raises ``LimitReached``."""
        self.unpacked += size
        if self.unpacked > self.limits.unpacked_bytes:
            raise LimitReached(f"it unpacks to more than {self.limits.unpacked_bytes / 2**20:.4g} MB")

    def admit(self, members: int) -> None:
        """Count *members* more. Raises ``LimitReached``."""
        self.members += members
        if self.members > self.limits.members:
            raise LimitReached(f"it holds more than {self.limits.members} members")


class Archive:
    """A zip archive, member by member.

    Names are told apart as OPC does: whatever their case, with either slash, with or without one in front. Every
    read is counted, a second read of the same member too. Raises only ``ExtractionError`` and, for a name that is
    not there, ``KeyError``.
    """

    def __init__(
        self, source: BinaryIO, limits: Limits, *, budget: Budget | None = None, depth: int = 1, exact: bool = False
    ) -> None:
        """Read the directory of *source*, which is never closed and must stay open until the last read.

        Names are told apart as they are written if *exact*.
        """
        self._key = str if exact else _key
        self._limits, self._depth = limits, depth
        self._budget = budget or Budget(limits)
        _refuse_vast_directory(source, limits)
        try:
            self._zip = zipfile.ZipFile(source)
        except (*_BROKEN, NotImplementedError) as error:
            raise CorruptDocument("its zip directory cannot be read") from error
        # A member without a name is one of a folder too: zipfile looks at the last character of what is not there.
        files = [info for info in self._zip.infolist() if info.filename and not info.is_dir()]
        self._budget.admit(len(files))
        self._members = {self._key(info.filename): info for info in files}

    def names(self) -> tuple[str, ...]:
        """Names of all files, as stored, in the order of the directory."""
        return tuple(info.filename for info in self._members.values())

    def __contains__(self, name: str) -> bool:
        return self._key(name) in self._members

    def size(self, name: str) -> int:
        """Bytes that *name* claims to unpack to: a hint, not to be trusted."""
        return self._members[self._key(name)].file_size

    def encrypted(self, name: str) -> bool:
        """Whether *name* asks for a password."""
        return bool(self._members[self._key(name)].flag_bits & _ENCRYPTED_FLAG)

    def read(self, name: str) -> bytes:
        """All bytes of *name*."""
        return b"".join(self.stream(name))

    def stream(self, name: str) -> Iterator[bytes]:
        """Bytes of *name* in pieces, counted as they come."""
        info = self._members[self._key(name)]
        if self.encrypted(name):
            raise EncryptedDocument
        try:
            with self._zip.open(info) as member:
                while piece := member.read(_CHUNK):
                    self._budget.spend(len(piece))
                    yield piece
        except NotImplementedError as error:
            raise CorruptDocument(f"{name!r} inside it is packed in an unknown way") from error
        except _BROKEN as error:
            raise CorruptDocument(f"{name!r} inside it cannot be unpacked") from error

    def inner(self, name: str) -> "Archive":
        """Open the archive stored as *name*, on the same budget and one deeper."""
        if self._depth >= self._limits.depth:
            raise LimitReached(f"it nests archives more than {self._limits.depth} deep")
        return Archive(BytesIO(self.read(name)), self._limits, budget=self._budget, depth=self._depth + 1)


def gunzip(source: BinaryIO, budget: Budget) -> bytes:
    """Unpack a gzip stream of one or more members. Raises only ``ExtractionError``."""
    return b"".join(_inflated(iter(lambda: source.read(_CHUNK), b""), budget))


def _inflated(packed: Iterable[bytes], budget: Budget) -> Iterator[bytes]:
    engine = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for piece in packed:
            rest = piece
            while rest:
                if engine.eof:
                    engine = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
                plain = engine.decompress(rest, _CHUNK)
                budget.spend(len(plain))
                yield plain
                rest = engine.unused_data.lstrip(b"\0") if engine.eof else engine.unconsumed_tail
    except zlib.error as error:
        raise CorruptDocument("its gzip stream cannot be unpacked") from error
    if not engine.eof:
        raise CorruptDocument("its gzip stream ends too soon")


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _refuse_vast_directory(source: BinaryIO, limits: Limits) -> None:
    """``zipfile`` reads a whole directory into objects before anybody can count them."""
    end = source.seek(0, SEEK_END)
    source.seek(max(0, end - _END_RECORD_REACH))
    tail = source.read(_END_RECORD_REACH)
    at = tail.rfind(_END_RECORD)
    record = tail[at : at + 22]
    if at < 0 or len(record) < 22:  # noqa: PLR2004  the end record's fixed size
        raise CorruptDocument("its zip directory is missing; the upload may have been cut short")
    (size,) = struct.unpack_from("<I", record, 12)
    if tail[max(0, at - 20) : at].startswith(_ZIP64_LOCATOR) and at >= 20 + 56:
        (size,) = struct.unpack_from("<Q", tail, at - 20 - 56 + 40)  # where zipfile looks: right before the locator
    if min(size, end) > limits.members * _ENTRY_BYTES:
        raise LimitReached(f"it holds more than {limits.members} members")
