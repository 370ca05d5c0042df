"""Members of a zip archive: its directory, and their bytes as they come out (PKWARE's APPNOTE, 4.3).

Reads are bounded and a member is no more than its numbers: sniffing reads so in the server's own process, on bytes
nobody has looked at, and small files are opened so often that objects for what nobody asks for are felt.
"""

import bz2
import lzma
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from io import SEEK_END, BytesIO
from typing import BinaryIO

import msgspec

CHUNK = 1 << 18
_SMALL = 1 << 20  # bytes of a file
_LITTLE = 1 << 12  # packed bytes of a member, which make 4 MB at most, whatever is stated: deflate makes 1,032 of one
STORED, DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14
_ENTRY = struct.Struct("<4s4xHH4xIIIHHH8xI")  # of the directory
_HEADER = struct.Struct("<4s22xHH")  # of a member, before its bytes
_END = struct.Struct("<4s8xII2x")
_END_64 = struct.Struct("<4s36xQQ")
_LOCATOR = 20  # bytes of what stands between both end records
_END_RECORDS = _END_64.size + _LOCATOR + _END.size
_END_REACH = _END_RECORDS + 0xFFFF  # the longest comment may follow
UTF8 = 0x800  # in the flags: the name is in it
UNSTATED = "cp437"  # what the specification has all other names in; programs put there what their machine has
_UNICODE_PATH, _BEFORE_PATH = 0x7075, 5  # Info-ZIP's field of a name in UTF-8, behind a version and a checksum
_RARE = re.compile("[\u0250-\u02ff\u0370-\u037f\u0500-\u058f\u0700-\u07ff]")  # letters that no file is named by
_ELSEWHERE = 0xFFFFFFFF  # in place of a size or an offset that stands in zip64's extra field
_LZMA_MEMORY = 128 * 2**20

BROKEN = (zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, OverflowError, struct.error)
"""What reading a broken archive raises."""


class Member(msgspec.Struct, frozen=True, gc=False):
    """One entry of the directory; sizes are what it states, not to be trusted."""

    name: str
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    offset: int


class Directory(msgspec.Struct, frozen=True, gc=False):
    """Where a directory stands; *shift* is what its offsets lack, as something may stand before the archive."""

    start: int
    size: int
    shift: int


def at_hand(source: BinaryIO) -> BinaryIO:
    """Return a small *source* in memory: there it takes no calls of the system to go from member to member."""
    size = source.seek(0, SEEK_END)
    if size > _SMALL or isinstance(source, BytesIO):
        return source
    source.seek(0)
    return BytesIO(source.read(size))


def directory(source: BinaryIO) -> Directory:
    """Find the directory of *source* by the record at its end. Raises ``ValueError`` where there is none."""
    before, tail = _tail(source, _END_RECORDS)
    if not tail.startswith(b"PK\x05\x06", len(tail) - _END.size):  # a comment follows
        before, tail = _tail(source, _END_REACH)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise ValueError("there is no end record")
    _, size, offset = _END.unpack_from(tail, at)
    longer = at - _LOCATOR - _END_64.size
    if longer >= 0 and tail.startswith(b"PK\x06\x07", at - _LOCATOR) and tail.startswith(b"PK\x06\x06", longer):
        _, size, offset = _END_64.unpack_from(tail, longer)
        at = longer
    start = before + at - size
    if start < 0:
        raise ValueError("it is said to be larger than the file")
    return Directory(start, size, start - offset)


def _tail(source: BinaryIO, size: int) -> tuple[int, bytes]:
    before = source.seek(max(0, source.seek(0, SEEK_END) - size))
    return before, source.read(size)


def listed(source: BinaryIO, found: Directory, most: int) -> Iterator[Member]:
    """Yield what the first *most* bytes of a directory list. Raises what is ``BROKEN`` where an entry is."""
    source.seek(found.start)
    content = source.read(min(found.size, most))
    letters = content.decode("latin-1")  # letter by byte: a text is asked faster than bytes what is in it
    at, end = 0, min(found.size, most)
    # Looked up once, as there are hundreds of members.
    entry, before_name, shift = _ENTRY.unpack_from, _ENTRY.size, found.shift
    while at < end:
        mark, flags, method, checksum, packed, size, named, extra, comment, offset = entry(content, at)
        if mark != b"PK\x01\x02":
            raise ValueError("there is no entry")
        at += before_name
        name = letters[at : at + named]
        if "\0" in name or not name.isascii():
            stated = content[at : at + named]
            if not name.isascii():
                stated, flags = _told(stated, flags, content[at + named : at + named + extra])
            name = _odd(stated, flags)
        at += named + extra + comment
        if size == _ELSEWHERE or packed == _ELSEWHERE or offset == _ELSEWHERE:  # noqa: PLR1714 - quicker than a tuple
            size, packed, offset = _longer(content[at - comment - extra : at - comment], size, packed, offset)
        yield Member(name, flags, method, checksum, packed, size, offset + shift)


def is_short(member: Member) -> bool:
    """Whether its ``beginning`` is all of *member*, as of most."""
    return member.method == DEFLATED and member.packed <= CHUNK >= member.size


def beginning(source: BinaryIO, member: Member, most: int = CHUNK) -> bytes:
    """Return what *member*, deflated or stored, begins with: all of a short one. Raises what is ``BROKEN``.

    That is no more than it states, and unchecked.
    """
    _begin(source, member)
    packed, most = source.read(min(member.packed, CHUNK)), min(member.size, most)
    plain = packed if member.method == STORED else _begun(packed, max(most, 1))
    return plain[:most]


def check(member: Member, checksum: int) -> None:
    """Raise ``ValueError`` where the bytes of *member* have another *checksum* than it states."""
    if checksum != member.checksum:
        raise ValueError("its checksum is another")


def unpacked(source: BinaryIO, member: Member) -> Iterator[bytes]:
    """Yield the bytes of *member* in pieces, no more than it states; others may read *source* meanwhile.

    Raises what is ``BROKEN`` where they are damaged, ``NotImplementedError`` where they are packed in an unknown way.
    """
    left, checksum = member.size, 0
    for piece in _pieces(source, member):
        kept = piece[:left]
        checksum = zlib.crc32(kept, checksum)
        left -= len(kept)
        yield kept
        if not left:
            break
    check(member, checksum)


def _odd(stated: bytes, flags: int) -> str:
    """Decode a name that is not ASCII, which Python decodes at once, or does not go to its end."""
    return stated.partition(b"\0")[0].decode("utf-8" if flags & UTF8 else UNSTATED, "replace")


def _told(spelt: bytes, flags: int, extra: bytes) -> tuple[bytes, int]:
    """Return a name and flags that say whether it is in UTF-8, as it may be though nothing says so."""
    for kind, told in _fields(extra):
        if kind == _UNICODE_PATH and told[1:_BEFORE_PATH] == struct.pack("<I", zlib.crc32(spelt)):
            return told[_BEFORE_PATH:], flags | UTF8
    try:
        rare = _RARE.search(spelt.decode())
    except UnicodeDecodeError:
        return spelt, flags
    # So name macOS and many programs; letters of MS-DOS make none by chance, a Chinese character may.
    return spelt, flags if rare else flags | UTF8


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + size]
        at += 4 + size


def _longer(extra: bytes, *stated: int) -> list[int]:
    """Return the numbers *stated*, those that stand elsewhere from zip64's field of the *extra* ones."""
    for kind, told in _fields(extra):
        if kind == 1:
            numbers = iter(struct.unpack_from(f"<{len(told) // 8}Q", told))
            return [next(numbers, number) if number == _ELSEWHERE else number for number in stated]
    return list(stated)


def _pieces(source: BinaryIO, member: Member) -> Iterable[bytes]:
    at = _begin(source, member)
    packed = _packed(source, at, member.packed)
    if member.method == DEFLATED:
        return _inflated(packed)
    if member.method == _BZIP2:
        return _decompressed(bz2.BZ2Decompressor(), packed)
    if member.method == _LZMA:
        return _decompressed(lzma.LZMADecompressor(lzma.FORMAT_ALONE, _LZMA_MEMORY), _alone(packed))
    if member.method != STORED:
        raise NotImplementedError(f"method {member.method}")
    return packed


def _begin(source: BinaryIO, member: Member) -> int:
    """Go to where the bytes of *member* begin, behind its own header."""
    source.seek(member.offset)
    mark, named, extra = _HEADER.unpack(source.read(_HEADER.size))
    if mark != b"PK\x03\x04":
        raise ValueError("there is no member")
    return source.seek(member.offset + _HEADER.size + named + extra)


def _begun(packed: bytes, most: int) -> bytes:
    """Inflate *packed* bytes: a few, which are whole, in one go, for which zlib needs no window."""
    if len(packed) <= _LITTLE:
        try:
            return zlib.decompress(packed, -zlib.MAX_WBITS, most)
        except zlib.error:  # what comes before the fault counts
            pass
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)


def _packed(source: BinaryIO, at: int, left: int) -> Iterator[bytes]:
    while left:
        source.seek(at)
        piece = source.read(min(left, CHUNK))
        if not piece:
            raise EOFError
        at += len(piece)
        left -= len(piece)
        yield piece


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in packed:
        rest, full = piece, True
        while rest or full:
            plain = engine.decompress(rest, CHUNK)
            yield plain
            rest, full = engine.unconsumed_tail, len(plain) == CHUNK
        if engine.eof:
            return


def _decompressed(engine: bz2.BZ2Decompressor | lzma.LZMADecompressor, packed: Iterator[bytes]) -> Iterator[bytes]:
    while not engine.eof:
        piece = b""
        if engine.needs_input and not (piece := next(packed, b"")):
            raise EOFError
        yield engine.decompress(piece, CHUNK)


def _alone(packed: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what is packed by LZMA with the header that files of it alone have: its length is not known."""
    head = b""
    for piece in packed:
        head += piece
        if len(head) > 9:  # noqa: PLR2004  a version, the length of the properties, which are five bytes
            break
    yield head[4:9] + b"\xff" * 8 + head[9:]
    yield from packed
