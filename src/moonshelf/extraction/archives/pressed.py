"""Single files packed by gzip, bzip2 or xz, which tape archives often are."""

import bz2
import lzma
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO

from moonshelf.errors import CorruptDocument
from moonshelf.extraction import sniffing
from moonshelf.extraction.archives import tars
from moonshelf.extraction.containers.unpacking import Budget, gunzip
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.tools import Tools

_CHUNK = 1 << 18
_XZ_MEMORY = 128 * 2**20  # bytes; the strongest preset takes 65 MB to unpack
_NAMED, _EXTRA = 0x08, 0x04  # flags of a gzip header, RFC 1952 2.3.1
_LONGEST_NAME = 255
_BZIP, _XZ = _MAGICS = b"BZh", b"\xfd7zXZ"
_Engine = bz2.BZ2Decompressor | lzma.LZMADecompressor


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read the one file that is packed, or the members of the tape archive that it is."""
    source.seek(0)
    head = source.read(_LONGEST_NAME + 10)
    source.seek(0)
    content = BytesIO(_unpacked(source, head, Budget(tools.limits)))
    name = _name(head) if head.startswith(b"\x1f\x8b") else ""
    if sniffing.media_type(content, name) == tars.TAPE:
        return tars.extract(content, tools)  # .tar.gz is one archive, not one in another
    return tools.read(name, content, tools)


def _unpacked(source: BinaryIO, head: bytes, budget: Budget) -> bytes:
    if head.startswith(_BZIP):
        return b"".join(_pieces(source, bz2.BZ2Decompressor, budget))
    if head.startswith(_XZ):
        return b"".join(_pieces(source, lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY), budget))
    return gunzip(source, budget)


def _pieces(source: BinaryIO, begin: Callable[[], _Engine], budget: Budget) -> Iterator[bytes]:
    """Unpack one or more streams, in pieces that are counted before the next is made."""
    engine = begin()
    packed = source.read(_CHUNK)
    try:
        while packed or not engine.needs_input:
            plain = engine.decompress(packed, _CHUNK)
            budget.spend(len(plain))
            yield plain
            packed = b""
            if engine.eof:
                packed = engine.unused_data.lstrip(b"\0") or source.read(_CHUNK).lstrip(b"\0")
                packed += source.read(_CHUNK) if len(packed) < len(_XZ) else b""
                if not packed or not packed.startswith(_MAGICS):
                    return  # what follows the last stream is none of its file
                engine = begin()
            elif engine.needs_input:
                packed = source.read(_CHUNK)
    except (OSError, lzma.LZMAError, ValueError) as error:
        raise CorruptDocument("its packed stream cannot be unpacked") from error
    raise CorruptDocument("its packed stream ends too soon")


def _name(head: bytes) -> str:
    """Return the name a gzip header states: good enough to tell by its extension what text is."""
    flags = head[3] if len(head) > 10 else 0  # noqa: PLR2004  the fixed part of the header
    if not flags & _NAMED or flags & _EXTRA:
        return ""
    return head[10:].partition(b"\0")[0].decode("latin-1")


PRESSED = Flowing(
    name="Packed file",
    media_types={
        ".gz": "application/gzip",
        ".tgz": "application/gzip",
        ".bz2": "application/x-bzip2",
        ".tbz2": "application/x-bzip2",
        ".xz": "application/x-xz",
        ".txz": "application/x-xz",
    },
    extract=extract,
)
