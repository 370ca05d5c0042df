"""What a document that was read consists of."""

from moonshelf.extraction.document import Block, Document, Kind


def texts(document: Document, *kinds: Kind) -> list[str]:
    """Return the texts of all blocks, or of those of some *kinds*."""
    return [block.text for block in blocks(document) if not kinds or block.kind in kinds]


def blocks(document: Document) -> list[Block]:
    """Return all blocks of all pages."""
    return [block for page in document.pages for block in page.blocks]


def rows(block: Block) -> list[list[str]]:
    """Return the texts of a table, row by row, without its gaps."""
    found: dict[int, list[str]] = {}
    for cell in block.cells:
        found.setdefault(cell.row, []).append(cell.text)
    return [found[row] for row in sorted(found)]


def table(document: Document) -> list[list[str]]:
    """Return the texts of the only table of a document."""
    (one,) = [block for block in blocks(document) if block.kind is Kind.TABLE]
    return rows(one)
