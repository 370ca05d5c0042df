"""A document as JSON and back; the same document always gives the same bytes."""

import msgspec

from moonshelf.extraction.document import Document


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
