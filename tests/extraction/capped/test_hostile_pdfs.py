"""PDFs made to hurt end within their limits, through the real reader, and what was read is said."""

import tempfile
import time
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from moonshelf.errors import ExtractionError
from moonshelf.extraction import encoding
from moonshelf.extraction.capped.caps import Caps
from moonshelf.extraction.document import Document, Origin
from moonshelf.extraction.reading import Options, Reader
from samples.papers import pdf, text

_PROSE = [
    text(f"This is line {number} of a page with a sound text layer.", 72, 700 - 14 * number) for number in range(9)
]
_LONGEST_S = 60.0


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    options = Options(
        page_s=6.0,
        slice_s=20.0,
        caps=Caps(memory_bytes=2**30),
        picture_s=10.0,
    )
    with tempfile.TemporaryDirectory() as scratch, Reader(scratch=Path(scratch), options=options) as one:
        yield one


def _read(reader: Reader, data: bytes) -> Document:
    began = time.monotonic()
    try:
        read = reader.read(BytesIO(data), "application/pdf")
        joined = read.joined or reader.join([read.facts])
        return encoding.decode(b"".join(joined.document_pieces()))
    finally:
        assert time.monotonic() - began < _LONGEST_S


def _ends(reader: Reader, data: bytes) -> None:
    """Read *data* to its end: a document, or a sentence on why there is none."""
    try:
        assert _read(reader, data).pages
    except ExtractionError as error:
        assert str(error).count(" ") > 3  # noqa: PT017 either way is right; the message must be a sentence


def _compressed(content: bytes, entries: str = "") -> str:
    hexed = zlib.compress(content, 9).hex()
    return f"<< /Length {len(hexed)} /Filter [/ASCIIHexDecode /FlateDecode] {entries} >>\nstream\n{hexed}\nendstream"


def test_a_million_tiny_objects_cost_one_page(reader: Reader) -> None:
    _ends(reader, pdf([_PROSE, ["0 0 1 1 re f\n" * 1_000_000], _PROSE]))


def test_a_million_letters_each_on_its_own_cost_one_page(reader: Reader) -> None:
    letters = "BT /F1 9 Tf\n" + "".join(f"1 0 0 1 {n % 600} {n % 790} Tm (a) Tj\n" for n in range(150_000)) + "ET"
    _ends(reader, pdf([_PROSE, [letters]]))


def test_content_that_unpacks_to_hundreds_of_megabytes_is_bounded(reader: Reader) -> None:
    bomb = _compressed(b" " * 300_000_000)
    _ends(reader, pdf([_PROSE, _PROSE], page_entries="/Contents [6 0 R 9 0 R]", more=[bomb]))


def test_an_image_of_a_billion_pixels_is_bounded(reader: Reader) -> None:
    about = "/Type /XObject /Subtype /Image /Width 40000 /Height 40000 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    image = _compressed(bytes(2**20), about)
    fonts = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    resources = f"/Resources << /XObject << /I 7 0 R >> {fonts} >>"
    _ends(reader, pdf([[*_PROSE, "q 600 0 0 500 0 0 cm /I Do Q"]], page_entries=resources, more=[image]))


def test_forms_that_show_themselves_end(reader: Reader) -> None:
    form = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 7 0 R >> >> /Length 11 >>"
    loop = f"{form}\nstream\n/X Do /X Do\nendstream"
    data = pdf([[*_PROSE, "/X Do"]], page_entries="/Resources << /XObject << /X 7 0 R >> >>", more=[loop])
    _ends(reader, data)


def test_a_tree_of_pages_that_holds_itself_ends(reader: Reader) -> None:
    _ends(reader, pdf([_PROSE]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"))


@pytest.mark.parametrize("around", ["/Next 8 0 R /First 8 0 R", "/Next 9 0 R"])
def test_bookmarks_that_go_round_in_a_ring_end_and_cost_nothing(reader: Reader, around: str) -> None:
    ring = [f"<< /Title (Again) /Parent 7 0 R {around} >>", "<< /Title (And again) /Parent 7 0 R /Next 8 0 R >>"]
    data = pdf([_PROSE], catalog="/Outlines 7 0 R", more=["<< /First 8 0 R /Count 1 >>", *ring])
    with capture_logs() as logged:
        assert len(_read(reader, data).pages) == 1
    assert "child.died" not in {one["event"] for one in logged}


@pytest.mark.parametrize("way", ["First", "Next"])
def test_a_ring_of_bookmarks_that_is_behind_many_others_costs_nothing(reader: Reader, way: str) -> None:
    last = 8 + 2999
    marks = [f"<< /Title (One) /{way} {number + 1 if number < last else 8} 0 R >>" for number in range(8, last + 1)]
    data = pdf([_PROSE], catalog="/Outlines 7 0 R", more=["<< /First 8 0 R /Count 1 >>", *marks])
    with capture_logs() as logged:
        assert len(_read(reader, data).pages) == 1
    assert "child.died" not in {one["event"] for one in logged}


def test_pages_that_a_file_claims_and_does_not_have_are_told_of_and_not_looked_for(reader: Reader) -> None:
    data = pdf([_PROSE, _PROSE]).replace(b"/Count 2", b"/Count 4000")
    began = time.monotonic()
    document = _read(reader, data)
    assert time.monotonic() - began < _LONGEST_S / 4
    assert len(document.pages) == 2
    (told,) = document.warnings
    assert told == "The file says that it has 4000 pages: those after page 2 are missing from it."


def test_pages_that_are_missing_between_others_cost_nothing_and_are_named(reader: Reader) -> None:
    data = pdf([_PROSE] * 8)
    for number in (3, 4, 6):
        data = data.replace(b" %d 0 R " % (3 + 2 * number), b" %d 0 R " % (900 + number), 1)
    read = reader.read(BytesIO(data), "application/pdf")
    assert read.joined  # by the child that read all pages, as no other was asked for any
    document = encoding.decode(b"".join(read.joined.document_pieces()))
    failures = {page.number: page.coverage.failure for page in document.pages if page.coverage.failure}
    assert failures == dict.fromkeys((3, 4, 6), "it is missing from the file")


def test_a_page_as_large_as_a_country_is_read(reader: Reader) -> None:
    data = pdf([_PROSE]).replace(b"[0 0 612 792]", b"[0 0 9e6 9e6]")
    _ends(reader, data)


def test_a_page_without_area_costs_no_other(reader: Reader) -> None:
    empty = pdf([_PROSE, _PROSE]).replace(b"[0 0 612 792]", b"[0 0 612 792] /CropBox [900 900 999 999]", 1)
    first, second = _read(reader, empty).pages
    assert first.coverage.origin is Origin.FAILED
    assert "page 1 has no area" in first.coverage.failure
    assert second.blocks


def test_forms_that_multiply_at_each_of_twelve_depths_end(reader: Reader) -> None:
    resources = "/Resources << /XObject << /X {} 0 R >> >>"
    forms = [
        f"<< /Type /XObject /Subtype /Form /BBox [0 0 999 999] {resources.format(8 + n)} /Length 44 >>\n"
        f"stream\n/X Do /X Do /X Do /X Do /X Do /X Do /X Do   \nendstream"
        for n in range(12)
    ]
    last = "<< /Type /XObject /Subtype /Form /BBox [0 0 999 999] /Length 12 >>\nstream\n0 0 9 9 re f\nendstream"
    data = pdf([[*_PROSE, "/X Do"]], page_entries=resources.format(7), more=[*forms, last])
    _ends(reader, data)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_a_truncated_file_ends(reader: Reader, share: float) -> None:
    data = pdf([_PROSE] * 4)
    _ends(reader, data[: int(len(data) * share)])
