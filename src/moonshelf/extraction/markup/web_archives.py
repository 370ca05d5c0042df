"""Web archives, as Safari saves pages: a property list of Apple's that holds the page, its frames and its pictures."""

import plistlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markup import hypertext
from moonshelf.extraction.markup.hypertext import Reading
from moonshelf.extraction.sniffing.signatures import WEB_ARCHIVE
from moonshelf.extraction.tools import Tools

_MOST = 100  # pages of one
_CUT = f"Frames after the first {_MOST - 1} were left out."
_Resource = Mapping[str, Any]  # Any: a property list that nobody has validated


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read the page, then those of its frames. Raises ``CorruptDocument`` where it holds none."""
    source.seek(0)
    try:
        # As all are, whatever damage makes of them; a file would set aside as many bytes as a damaged length asks for.
        archive = plistlib.load(BytesIO(source.read()), fmt=plistlib.FMT_BINARY)
    except (ValueError, RecursionError, EOFError, OverflowError, LookupError, TypeError) as error:
        raise CorruptDocument("its property list cannot be read") from error
    withheld = Withheld(tools.include)
    found = list(islice(_resources(archive), _MOST + 1))
    if not found:
        raise CorruptDocument("it holds no page")
    read = [_page(one, withheld) for one in found[:_MOST]]
    title = read[0].title
    blocks = [block for one in read for block in one.blocks]
    if title and not any(block.kind is Kind.HEADING and block.level == 1 for block in blocks):
        blocks.insert(0, Block(Kind.HEADING, title, level=1))
    warnings = [warning for one in read for warning in one.warnings] + [_CUT] * (len(found) > _MOST)
    return Document((withheld.page(1, blocks),), {"title": title} if title else {}, tuple(dict.fromkeys(warnings)))


def _resources(archive: object) -> Iterator[_Resource]:
    """Yield what shows a page: of the archive, and of each frame, which is an archive again."""
    waiting = [archive]
    while waiting:
        one = waiting.pop()
        main = one.get("WebMainResource") if isinstance(one, dict) else None
        if isinstance(one, dict) and isinstance(main, dict) and isinstance(main.get("WebResourceData"), bytes):
            yield main
            frames = one.get("WebSubframeArchives")
            waiting += reversed(frames[: _MOST + 1]) if isinstance(frames, list) else ()


def _page(resource: _Resource, withheld: Withheld) -> Reading:
    encoding = resource.get("WebResourceTextEncodingName")
    declared = encoding if isinstance(encoding, str) else ""
    return hypertext.read(resource["WebResourceData"], withheld, declared=declared)


WEB_ARCHIVES = Flowing(name="Web archive", media_types={".webarchive": WEB_ARCHIVE}, extract=extract)
