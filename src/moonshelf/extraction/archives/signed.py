"""Files in the envelope of a signature, as ``contract.pdf.p7m``."""

from io import BytesIO
from typing import BinaryIO

from moonshelf.errors import CorruptDocument, EncryptedDocument
from moonshelf.extraction.containers import cms
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.tools import Tools


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read the file that is signed; whether the signature is right is not looked at."""
    source.seek(0)
    content = cms.signed(source.read())
    if content is None:
        raise EncryptedDocument
    if not content:
        raise CorruptDocument("it holds a signature, and what is signed is another file")
    return tools.read("", BytesIO(content), tools)


SIGNED = Flowing(name="Signed file", media_types={".p7m": "application/pkcs7-mime"}, extract=extract)
