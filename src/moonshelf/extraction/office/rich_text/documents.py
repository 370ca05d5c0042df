"""Rich Text Format, in any of the code pages it comes in."""

import re
from typing import BinaryIO

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.embedded import with_embedded
from moonshelf.extraction.office.rich_text.reading import Reading
from moonshelf.extraction.tools import Tools

_BEGINNING = re.compile(r"\s*\{\\rtf", re.ASCII)


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a document as its author sees it: hidden text withheld, deleted text gone."""
    source.seek(0)
    content = source.read().decode("latin-1")
    if not _BEGINNING.match(content):
        raise CorruptDocument("it does not begin as Rich Text does")
    reading = Reading(content, tools)
    reading.read()
    return with_embedded(reading.document(), reading.embedded(), tools)


RICH_TEXT = Flowing(name="Rich Text", media_types={".rtf": "application/rtf"}, extract=extract)
