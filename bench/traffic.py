"""What the benches of load send: every file another one, as nothing is to be read from memory."""

import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock

import pypdfium2
from PIL.Image import Image

MANUAL = Path(__file__).parent.parent / "examples" / "bzip2-manual.pdf"
LONG_PAGES, SCAN_DPI = 200, 150
_one_at_a_time = Lock()  # PDFium knows no threads
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def small(number: int) -> bytes:
    """Two pages of the manual."""
    return _pages(number % 37, 2) + b"\n%" + str(number).encode()


def long(number: int) -> bytes:
    """Two hundred pages of the manual, over and over."""
    return _pages(0, LONG_PAGES) + b"\n%" + str(number).encode()


def scan(number: int) -> bytes:
    """One page of the manual as a picture alone."""
    return _scanned(number % 5) + b"\n%" + str(number).encode()


def docx(number: int) -> bytes:
    """Sixty paragraphs of Word."""
    words = "".join(f"<w:p><w:r><w:t>Paragraph {n} of {number} has words.</w:t></w:r></w:p>" for n in range(60))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
        f'ContentType="{_DOCUMENT}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" Type="{_OFFICE}" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{words}</w:body></w:document>',
    }
    into = BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return into.getvalue()


FILES: Mapping[str, tuple[str, Callable[[int], bytes]]] = {
    "small": ("pdf", small),
    "long": ("pdf", long),
    "scan": ("pdf", scan),
    "docx": ("docx", docx),
}
"""What makes a file of each kind by number, and the end of its name."""


@cache
def _pages(first: int, many: int) -> bytes:
    with _one_at_a_time:
        return _picked(first, many)


def _picked(first: int, many: int) -> bytes:
    whole, part = pypdfium2.PdfDocument(MANUAL), pypdfium2.PdfDocument.new()
    for n in range(many):  # one by one, so that each has resources of its own, as in a book of so many pages
        part.import_pages(whole, [(first + n) % len(whole)])
    into = BytesIO()
    part.save(into)
    return into.getvalue()


@cache
def _scanned(page: int) -> bytes:
    into = BytesIO()
    with _one_at_a_time:
        picture = _rendered(page)
    picture.convert("RGB").save(into, "PDF", resolution=SCAN_DPI)
    return into.getvalue()


def _rendered(page: int) -> Image:
    picture: Image = pypdfium2.PdfDocument(MANUAL)[4 + page].render(scale=SCAN_DPI / 72).to_pil()
    return picture
