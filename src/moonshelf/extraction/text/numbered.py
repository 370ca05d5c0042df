"""JSON and Java's properties, whose programs spell what is beyond ASCII by its number: it is shown as it is meant.

What stays spelt has a meaning there, as a quote, or would not be seen, as controls and halves of characters.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from msgspec.structs import replace

from moonshelf.extraction.coverage import tally
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.text import plain_text
from moonshelf.extraction.tools import Tools

# Runs of them, behind backslashes that are spelt themselves, if any.
_SPELT = re.compile(r"(?<!\\)((?>\\{2})*+)((?:\\u[0-9a-fA-F]{4})+)")
_WIDTH = 6  # of one


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read the text. Raises ``UnsupportedFormat`` on what is no text in any encoding."""
    document = plain_text.extract(source, tools)
    (page,) = document.pages
    (block,) = page.blocks
    if "\\u" not in block.text:
        return document
    shown = replace(block, text=_SPELT.sub(_meant, block.text))
    return replace(document, pages=(tally.page(1, [shown]),))


def _meant(found: re.Match[str]) -> str:
    backslashes, spelt = found.groups()
    text = bytes.fromhex(spelt.replace("\\u", "")).decode("utf-16-be", "surrogatepass")
    if not (text.isprintable() and min(text) > "\x7f"):
        text = "".join(_seen(text, spelt))
    return f"{backslashes}{text}"


def _seen(text: str, spelt: str) -> Iterator[str]:
    at = 0
    for character in text:
        end = at + _WIDTH * (2 if character > "\uffff" else 1)
        yield character if not character.isascii() and character.isprintable() else spelt[at:end]
        at = end


NUMBERED = Flowing(
    name="JSON, Java's properties",
    media_types={
        ".json": "application/json",
        ".jsonl": "application/jsonl",
        ".ndjson": "application/jsonl",
        ".geojson": "application/geo+json",
        ".har": "application/json",
        ".properties": "text/x-java-properties",
    },
    extract=extract,
)
