"""Zip archives."""

import re
from collections.abc import Iterable
from functools import partial
from typing import BinaryIO

from msgspec.structs import replace

from moonshelf.errors import EncryptedDocument
from moonshelf.extraction.archives import contents
from moonshelf.extraction.archives.contents import Member
from moonshelf.extraction.charset import decode
from moonshelf.extraction.containers.unpacking import Archive
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.tools import Tools

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_WORD = 3  # bytes beyond ASCII in a row that no word of German or French has in MS-DOS
_WORDY = 1.5  # such bytes in a row, on average: in Japanese, which has the fewest of those scripts, 1.8


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read all members. Raises ``EncryptedDocument`` only where each of them asks for a password."""
    archive = Archive(source, tools.limits, exact=True)
    names = archive.names()
    if names and all(archive.encrypted(name) for name in names):
        raise EncryptedDocument
    titles = _titles(archive, names)
    read = contents.document((Member(titles.get(name, name), partial(archive.read, name)) for name in names), tools)
    if not archive.replaced:
        return read
    said = f"Members that later ones of the same name replace were not read: {archive.replaced}."
    return replace(read, warnings=(*read.warnings, said))


def _titles(archive: Archive, names: Iterable[str]) -> dict[str, str]:
    """Guess what those *names* say whose encoding nothing states: all of them were written on one machine.

    Letters beyond ASCII that stand alone, as in German or French, are MS-DOS's, as the specification has it.
    """
    spelt = {name: stated for name in names if (stated := archive.spelt(name))}
    joined = b"\n".join(spelt.values())
    runs = [len(run) for run in _BEYOND_ASCII.findall(joined)]
    if max(runs, default=0) < _WORD or sum(runs) < _WORDY * len(runs):
        return {}
    titles = decode(joined).text.split("\n")
    return dict(zip(spelt, titles, strict=True)) if len(titles) == len(spelt) else {}


ZIP = Flowing(name="Zip archive", media_types={".zip": "application/zip"}, extract=extract)
