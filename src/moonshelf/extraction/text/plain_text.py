"""Text and source code: passed on character by character, line ends and trailing space included.

CSV, JSON, YAML and Markdown are what models read best as they are. Only what nobody reads is left out:
codes by which programs colour what they print, and pictures that are spelt out in letters.
"""

from collections.abc import Callable
from typing import BinaryIO

from msgspec.structs import replace

from moonshelf.errors import UnsupportedFormat
from moonshelf.extraction.charset import declared_in, decode, is_nearly_text, is_text
from moonshelf.extraction.coverage import tally
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.notation import terminal
from moonshelf.extraction.sniffing.text_types import TEXT_TYPES
from moonshelf.extraction.text import data_urls
from moonshelf.extraction.tools import Tools

_HEAD = 1 << 16


def extract(source: BinaryIO, _tools: Tools) -> Document:
    """Read the whole as one paragraph. Raises ``UnsupportedFormat`` on what is no text in any encoding."""
    source.seek(0)
    data = source.read()
    if not is_text(data[:_HEAD]) and not is_nearly_text(data[:_HEAD]):
        raise UnsupportedFormat(media_type="application/octet-stream")
    decoded = decode(data, declared=declared_in(data) if data.lstrip().startswith(b"<?xml") else "")
    text, warnings = data_urls.without_data(terminal.without_codes(decoded.text))
    return Document((tally.page(1, [Block(Kind.PARAGRAPH, text)]),), warnings=(*decoded.warnings(), *warnings))


def rewritten(source: BinaryIO, tools: Tools, rewrite: Callable[[str, Withheld], str]) -> Document:
    """Read it as *rewrite* shows it, which says what of it is withheld. Raises as ``extract`` does."""
    document = extract(source, tools)
    (page,) = document.pages
    (block,) = page.blocks
    withheld = Withheld(tools.include)
    return replace(document, pages=(withheld.page(1, [replace(block, text=rewrite(block.text, withheld))]),))


_OTHERS = frozenset(  # which have readers of their own
    (
        ".csv", ".tsv", ".ics", ".vcf", ".vtt", ".srt", ".lrc", ".ass", ".ssa", ".json", ".jsonl", ".ndjson",
        ".geojson", ".har", ".properties",
    )
)  # fmt: skip
PLAIN_TEXT = Flowing(
    name="Text and source code",
    media_types={name: kind for name, kind in TEXT_TYPES.items() if name not in _OTHERS},
    extract=extract,
)
