"""Tape archives (tar)."""

import tarfile
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from moonshelf.errors import CorruptDocument, ExtractionError
from moonshelf.extraction.archives import contents
from moonshelf.extraction.archives.contents import Member
from moonshelf.extraction.charset import decode
from moonshelf.extraction.containers.unpacking import Budget
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.tools import Tools

_CHUNK = 1 << 18
_BROKEN = (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, LookupError, TypeError, RecursionError)
"""What ``tarfile`` raises on hostile bytes: not only what it documents. Long names are read by recursion."""
_BYTES = "surrogateescape"  # which keeps what is no UTF-8
TAPE = "application/x-tar"


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read all regular files; links and devices hold nothing. What stands before a fault is kept."""
    source.seek(0)
    try:
        archive = tarfile.open(fileobj=source, mode="r:", encoding="utf-8", errors=_BYTES)  # noqa: SIM115  the stream is not ours to close
    except _BROKEN as error:
        raise CorruptDocument("its first tar header cannot be read") from error
    return contents.document(_members(archive, Budget(tools.limits)), tools)


def _members(archive: tarfile.TarFile, budget: Budget) -> Iterator[Member]:
    while True:
        try:
            info = archive.next()
            if info is None:
                return
            budget.admit(1)
        except _BROKEN as error:
            yield Member("(the rest)", partial(_raise, CorruptDocument("its next tar header cannot be read"), error))
            return
        except ExtractionError as error:
            yield Member("(the rest)", partial(_raise, error, None))
            return
        if info.isfile():
            yield Member(_title(info.name), partial(_content, archive, info, budget))


def _title(name: str) -> str:
    """Return the name of a member, which is in UTF-8 or in what its machine had."""
    return decode(name.encode("utf-8", _BYTES)).text


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo, budget: Budget) -> bytes:
    pieces: list[bytes] = []
    try:
        member = archive.extractfile(info)
        while member and (piece := member.read(_CHUNK)):  # a sparse one may claim any size
            budget.spend(len(piece))
            pieces.append(piece)
    except _BROKEN as error:
        raise CorruptDocument(f"{_title(info.name)!r} inside it is cut off") from error
    return b"".join(pieces)


def _raise(error: ExtractionError, cause: BaseException | None) -> bytes:
    raise error from cause


TAR = Flowing(name="Tape archive", media_types={".tar": TAPE}, extract=extract)
