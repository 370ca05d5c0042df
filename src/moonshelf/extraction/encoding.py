"""A document as JSON and back; the same document always gives the same bytes."""

from collections.abc import Mapping

import msgspec

from moonshelf.extraction.document import Coverage, Document, Page


class _WithoutBlocks(msgspec.Struct, frozen=True):
    number: int
    width: float
    height: float
    coverage: Coverage


class _Report(msgspec.Struct, frozen=True):
    pages: tuple[_WithoutBlocks, ...]
    metadata: Mapping[str, str]
    warnings: tuple[str, ...]
    degraded: bool


def encode(document: Document) -> bytes:
    """Return *document* as JSON, its mappings in the order of their keys.

    Raises ``ValueError`` where it holds what JSON can't say, like an infinite coordinate: better here, in a child,
    than in the server that reads it back.
    """
    data = msgspec.json.encode(document, order="deterministic")
    decode(data)
    return data


def decode(data: bytes) -> Document:
    """Return the document that ``encode`` made *data* of. Raises ``ValueError`` for anything else."""
    return msgspec.json.decode(data, type=Document)


def decode_report(data: bytes) -> Document:
    """Return that document without its blocks: what is said of a text is short, whatever its length."""
    report = msgspec.json.decode(data, type=_Report)
    pages = (Page(one.number, (), one.width, one.height, one.coverage) for one in report.pages)
    return Document(tuple(pages), report.metadata, report.warnings, report.degraded)
