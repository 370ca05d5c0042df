"""A first reading, of a page of our own, before any child is forked.

Libraries load the larger half of themselves only when first used. Done once, in the process that all children are
forked from, it need not be done by each of them. liteparse is imported and no more: its runtime does not survive a
fork.
"""

from collections.abc import Sequence
from io import BytesIO

from moonshelf.extraction import layout, markdown, parts
from moonshelf.extraction.facts import Line, Raster, Tools
from moonshelf.extraction.pages import pdf

_TEXT = b"BT /F 12 Tf 72 720 Td (A heading) Tj 0 -24 Td (and a few words of text below it.) Tj ET"
_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(_TEXT), _TEXT),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
)


def rehearse() -> None:
    """Read and assemble one page, and forget it."""
    import liteparse.parser  # noqa: F401, PLC0415 heavy: its Rust half

    pages = pdf.open_pdfium(BytesIO(_document()), Tools(recognise=_unseen))
    packed = parts.pack({1: parts.encode(pages.read(1))}, metadata=pages.metadata, degraded=False)
    pages.close()
    markdown.to_markdown(layout.assemble(parts.Parts(BytesIO(packed)), {}))


def _document() -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(_OBJECTS, 1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(_OBJECTS) + 1
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _unseen(_raster: Raster) -> Sequence[Line]:
    return ()
