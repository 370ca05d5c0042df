"""Zip archives."""

from functools import partial
from typing import BinaryIO

from msgspec.structs import replace

from moonshelf.errors import EncryptedDocument
from moonshelf.extraction.archives import contents
from moonshelf.extraction.archives import names as spellings
from moonshelf.extraction.archives.contents import Member
from moonshelf.extraction.containers.unpacking import Archive
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.tools import Tools


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read all members. Raises ``EncryptedDocument`` only where each of them asks for a password."""
    archive = Archive(source, tools.limits, exact=True)
    names = archive.names()
    if names and all(archive.encrypted(name) for name in names):
        raise EncryptedDocument
    titles = spellings.titles({name: stated for name in names if (stated := archive.spelt(name))})
    read = contents.document((Member(titles.get(name, name), partial(archive.read, name)) for name in names), tools)
    if not archive.replaced:
        return read
    said = f"Members that later ones of the same name replace were not read: {archive.replaced}."
    return replace(read, warnings=(*read.warnings, said))


ZIP = Flowing(name="Zip archive", media_types={".zip": "application/zip"}, extract=extract)
