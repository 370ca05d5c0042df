"""Archives: zip members and gzip streams, unpacked under a budget that counts real bytes, never declared ones."""

import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import BinaryIO

import msgspec

from moonshelf.errors import CorruptDocument, EncryptedDocument, LimitReached
from moonshelf.extraction.containers import zip_members
from moonshelf.extraction.containers.zip_members import BROKEN, CHUNK, Member
from moonshelf.extraction.tools import Limits

_ENTRY_BYTES = 1024  # of the directory, on average: 46 and the name; a real archive needs about 120
_ENCRYPTED_FLAG = 0x1
_DEFLATED_MOST = 1032  # bytes that come of one packed byte
_GZIP = b"\x1f\x8b"


class Budget(msgspec.Struct):
    """What may still be unpacked of one uploaded file, shared by archives inside archives."""

    limits: Limits
    unpacked: int = 0
    members: int = 0

    def spend(self, size: int) -> None:
        """Count *size* unpacked bytes. Raises ``LimitReached``."""
        self.unpacked += size
        self.afford(0)

    def afford(self, size: int) -> None:
        """Raise ``LimitReached`` where *size* more bytes would be too many, and count none."""
        if self.unpacked + size > self.limits.unpacked_bytes:
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
        self._source = zip_members.at_hand(source)
        try:
            files = [one for one in _members(self._source, limits) if one.name and one.name[-1] != "/"]
        except BROKEN as error:
            raise CorruptDocument("its zip directory cannot be read; the upload may have been cut short") from error
        self._budget.admit(len(files))
        self._glanced = 0
        names = [one.name for one in files]
        self._members = dict(zip(names if exact else _keys(names), files, strict=True))
        self.replaced = len(files) - len(self._members)  # members behind which another of their name follows

    def names(self) -> tuple[str, ...]:
        """Names of all files, as stored, in the order of the directory."""
        return tuple(one.name for one in self._members.values())

    def spelt(self, name: str) -> bytes:
        """Return the bytes of *name* where it is not ASCII and nothing states its encoding, or none."""
        member = self._members[self._key(name)]
        return b"" if member.flags & zip_members.UTF8 or name.isascii() else name.encode(zip_members.UNSTATED)

    def __contains__(self, name: str) -> bool:
        return name in self._members or self._key(name) in self._members

    def size(self, name: str) -> int:
        """Bytes that *name* claims to unpack to: a hint, not to be trusted."""
        return self._member(name).size

    def encrypted(self, name: str) -> bool:
        """Whether *name* asks for a password."""
        return bool(self._member(name).flags & _ENCRYPTED_FLAG)

    def read(self, name: str) -> bytes:
        """All bytes of *name*; one that is too long by what it states costs nothing of the budget."""
        member = self._member(name)
        if member.size <= _DEFLATED_MOST * member.packed:  # or what it states is not to be believed
            self._budget.afford(member.size)
        return b"".join(self.stream(name))

    def glance(self, name: str) -> bytes:
        """All bytes of *name* for a look at it. Looks have as much for themselves as the budget; who reads it pays."""
        spent, self._budget.unpacked = self._budget.unpacked, self._glanced
        try:
            return self.read(name)
        finally:
            self._glanced, self._budget.unpacked = self._budget.unpacked, spent

    def stream(self, name: str) -> Iterator[bytes]:
        """Bytes of *name* in pieces, counted as they come."""
        member = self._member(name)
        if member.flags & _ENCRYPTED_FLAG:
            raise EncryptedDocument
        try:
            if zip_members.is_short(member):  # nearly all are, and cost least when unpacked in one go
                content = zip_members.beginning(self._source, member)
                self._budget.spend(len(content))
                yield content
                zip_members.check(member, zlib.crc32(content))
                return
            for piece in zip_members.unpacked(self._source, member):
                self._budget.spend(len(piece))
                yield piece
        except NotImplementedError as error:
            raise CorruptDocument(f"{name!r} inside it is packed in an unknown way") from error
        except BROKEN as error:
            raise CorruptDocument(f"{name!r} inside it cannot be unpacked") from error

    def _member(self, name: str) -> Member:
        """Return the member of a name, which mostly is spelt as its key is."""
        return self._members.get(name) or self._members[self._key(name)]

    def inner(self, name: str) -> "Archive":
        """Open the archive stored as *name*, on the same budget and one deeper."""
        if self._depth >= self._limits.depth:
            raise LimitReached(f"it nests archives more than {self._limits.depth} deep")
        return Archive(BytesIO(self.read(name)), self._limits, budget=self._budget, depth=self._depth + 1)


def gunzip(source: BinaryIO, budget: Budget) -> bytes:
    """Unpack a gzip stream of one or more members. Raises only ``ExtractionError``."""
    return b"".join(_inflated(iter(lambda: source.read(CHUNK), b""), budget))


def _inflated(packed: Iterable[bytes], budget: Budget) -> Iterator[bytes]:
    engine = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for piece in packed:
            rest = piece
            while rest:
                if engine.eof:
                    if not rest.startswith(_GZIP[: len(rest)]):
                        return  # what follows the last stream is none of its file, as gzip itself has it
                    engine = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
                plain = engine.decompress(rest, CHUNK)
                budget.spend(len(plain))
                yield plain
                rest = engine.unused_data.lstrip(b"\0") if engine.eof else engine.unconsumed_tail
    except zlib.error as error:
        raise CorruptDocument("its gzip stream cannot be unpacked") from error
    if not engine.eof:
        raise CorruptDocument("its gzip stream ends too soon")


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _keys(names: list[str]) -> list[str]:
    """Return the key of each, of all at once: no name has a zero in it."""
    plain = "\0".join(names).replace("\\", "/").lower()
    return [one.lstrip("/") for one in plain.split("\0")] if names else []


def _members(source: BinaryIO, limits: Limits) -> Iterator[Member]:
    found = zip_members.directory(source)
    if found.size > limits.members * _ENTRY_BYTES:
        raise LimitReached(f"it holds more than {limits.members} members")
    return zip_members.listed(source, found, found.size)
