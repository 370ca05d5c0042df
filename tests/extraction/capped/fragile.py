"""Archives whose members crash their reader, use up its memory or never end, as their words say."""

from typing import BinaryIO

from extraction.capped import hostile
from moonshelf.extraction.archives.zips import ZIP
from moonshelf.extraction.document import Block, Document, Kind, Page
from moonshelf.extraction.format import Flowing, finder
from moonshelf.extraction.tools import Tools


def _obey(source: BinaryIO, _tools: Tools) -> Document:
    source.seek(0)
    words = source.read().decode()
    match words:
        case "crash":
            hostile.crash(0)
        case "allocate":
            hostile.allocate(0)
        case "sleep":
            hostile.sleep(0)
    return Document(pages=(Page(1, blocks=(Block(Kind.PARAGRAPH, words),)),))


find = finder(ZIP, Flowing("obedient", {".txt": "text/plain"}, _obey))
