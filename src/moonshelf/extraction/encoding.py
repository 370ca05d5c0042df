"""A document as JSON and back; the same document always gives the same bytes."""

from collections.abc import Mapping, Sequence
from mmap import mmap

import msgspec

from moonshelf.extraction.document import Coverage, Document, Page


class _Page(msgspec.Struct, frozen=True):
    number: int
    width: float
    height: float
    coverage: Coverage
    blocks: msgspec.Raw


class _Outline(msgspec.Struct, frozen=True):
    pages: tuple[_Page, ...]
    metadata: Mapping[str, str]
    warnings: tuple[str, ...]
    degraded: bool


def encode(document: Document) -> bytes:
    """Return *document* as JSON, its mappings in the order of their keys.

    Raises ``ValueError`` where it holds what JSON can't say, like an infinite coordinate: better here, in a child,
    than in the server that reads it back. ``UnicodeEncodeError``, which is one, says that ``sound`` helps.
    """
    data = msgspec.json.encode(document, order="deterministic")
    decode(data)
    return data


def sound(document: Document) -> Document:
    """Return *document* with halves of characters joined, or shown as U+FFFD: JSON and UTF-7 can hold them alone."""
    return msgspec.convert(_joined(msgspec.to_builtins(document)), Document)


def _joined(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        case list() | tuple():
            return [_joined(one) for one in value]
        case dict():
            return {_joined(key): _joined(one) for key, one in value.items()}
        case _:
            return value


def decode(data: bytes) -> Document:
    """Return the document that ``encode`` made *data* of. Raises ``ValueError`` for anything else."""
    return msgspec.json.decode(data, type=Document)


def decode_outline(data: bytes | mmap) -> tuple[Sequence[msgspec.Raw], Document]:
    """Return the blocks of each page as they are written, in the memory of *data*, and the document without them."""
    outline = msgspec.json.decode(data, type=_Outline)
    pages = (Page(one.number, (), one.width, one.height, one.coverage) for one in outline.pages)
    report = Document(tuple(pages), outline.metadata, outline.warnings, outline.degraded)
    return [one.blocks for one in outline.pages], report
