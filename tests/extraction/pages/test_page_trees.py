"""A PDF that is cut off lacks the list of its pages, which is written last; those that it holds are read."""

import re
import time
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO

import pytest

from moonshelf.errors import CorruptDocument
from moonshelf.extraction import layout
from moonshelf.extraction.coverage import audit
from moonshelf.extraction.document import Document
from moonshelf.extraction.pages.pdf import open_text
from moonshelf.extraction.pages.text_layer.file import page_trees
from moonshelf.extraction.tools import Line, Raster, Tools
from samples.papers import pdf, text

_PAGES = 3


def _nothing(_raster: Raster) -> Sequence[Line]:
    return []


def _objects() -> Mapping[int, bytes]:
    """Return the objects of a file of three pages, whose fonts are object 4 and whose pages are 5, 7 and 9."""
    words = [[text(f"page {n} line {k}", 72, 700 - 30 * k) for k in (1, 2)] for n in range(1, _PAGES + 1)]
    found = re.findall(rb"(\d+) 0 obj\n(.*?)\nendobj\n", pdf(words), re.DOTALL)
    return {int(number): one for number, one in found}


def _file(*numbers: int, end: bytes = b"") -> bytes:
    """Return a file of the objects with these *numbers*, in this order, cut off behind *end*."""
    objects = _objects()
    return b"%PDF-1.5\n" + b"".join(b"%d 0 obj\n%b\nendobj\n" % (one, objects[one]) for one in numbers) + end


def test_fonts_that_many_pages_share_are_looked_for_once() -> None:
    pages = b"".join(b"%d 0 obj\n<</Type/Page/Resources 50 0 R>>\nendobj\n" % number for number in range(1, 41))
    began = time.process_time()
    page_trees.rebuilt(b"%PDF-1.5\n" + pages + b"50 0 obj\n" + b"/Font<<" * 5_000 + b"\nendobj\n")
    assert time.process_time() - began < 2


def _read(data: bytes) -> Document:
    pages = open_text(BytesIO(data), Tools(_nothing))
    try:
        facts = [pages.read(number) for number in range(1, len(pages) + 1)]
        return audit.audited(layout.assemble(facts, pages.metadata), facts)
    finally:
        pages.close()


def _said(data: bytes) -> list[list[str]]:
    pages = open_text(BytesIO(data), Tools(_nothing))
    try:
        return [[run.text for run in pages.read(number).runs] for number in range(1, len(pages) + 1)]
    finally:
        pages.close()


def _whole(*pages: int) -> list[list[str]]:
    return [[f"page {n} line 1", f"page {n} line 2"] for n in pages]


@pytest.mark.parametrize(
    "end",
    [
        b"",
        b"11 0 obj\n<< /Length 4000 >>\nstream\nBT (of a page that nobody",
        b"11 0 obj\n<< /Title (of a book",
        b"xref\n0 12\n0000000000 65535 f \n0000000015 000",
        b"trailer\n<< /Size 12 /Root 1",
    ],
)
def test_pages_are_found_wherever_the_file_is_cut_off(end: bytes) -> None:
    data = _file(4, 5, 6, 7, 8, 9, 10, end=end)
    assert _said(data) == _whole(1, 2, 3)


def test_the_file_is_said_to_be_damaged() -> None:
    (warning,) = _read(_file(4, 5, 6)).warnings
    assert warning.startswith("The file is damaged, as if it were cut off")
    assert _read(pdf([[text("whole", 72, 700)]])).warnings == ()


def test_a_page_that_is_cut_off_itself_is_read_as_far_as_it_goes() -> None:
    data = _file(4, 5, 6, 7, 8)
    assert _said(data[: data.index(b"(page 2 line 2")]) == [*_whole(1), ["page 2 line 1"]]


def test_pages_that_stand_in_a_stream_of_objects_are_found() -> None:
    objects = _objects()
    packed = [4, 5, 7, 9]
    places = [sum(len(objects[one]) + 1 for one in packed[:index]) for index in range(len(packed))]
    header = b" ".join(b"%d %d" % one for one in zip(packed, places, strict=True)) + b"\n"
    held = zlib.compress(header + b"\n".join(objects[one] for one in packed))
    about = b"<< /Type /ObjStm /N 4 /First %d /Length %d /Filter /FlateDecode >>" % (len(header), len(held))
    stream = b"11 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (about, held)
    assert _said(_file(6, 8, 10, end=stream)) == _whole(1, 2, 3)


@pytest.mark.parametrize("font", [b"/Font << /F1 11 0 R >>", b"/Font 11 0 R"])
def test_pages_whose_fonts_are_lost_are_left_out_as_they_would_be_read_in_the_letters_of_others(font: bytes) -> None:
    lost = b"12 0 obj\n<< %b >>\nendobj\n" % font
    second = b"13 0 obj\n<< /Type /Page /MediaBox [0 0 612 792] /Resources 12 0 R /Contents 8 0 R >>\nendobj\n"
    assert _said(_file(4, 5, 6, 8, end=lost + second)) == _whole(1)


def test_a_font_in_which_the_file_is_cut_off_is_lost() -> None:
    page = b"12 0 obj\n<< /Type /Page /Resources << /Font << /F1 13 0 R >> >> /Contents 6 0 R >>\nendobj\n"
    with pytest.raises(CorruptDocument):
        _said(_file(6, end=page + b"13 0 obj\n<< /Type /Font /BaseFont /Helv"))
    assert _said(_file(6, end=page + b"13 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n"))


def test_a_file_without_pages_stays_damaged() -> None:
    with pytest.raises(CorruptDocument):
        _said(_file(4, 6, 8))


def test_a_list_that_names_none_of_the_pages_is_none() -> None:
    objects = _objects()
    tree = b"2 0 obj\n%b\nendobj\n" % objects[2].replace(b"5 0 R 7 0 R 9 0 R", b"95 0 R 97 0 R 99 0 R")
    assert _said(_file(1, 4, 5, 6, 7, 8, 9, 10, end=tree)) == _whole(1, 2, 3)


def test_fonts_without_end_and_objects_in_each_other_take_no_longer_than_others() -> None:
    page = b"%d 0 obj\n<< /Type /Page /Resources << /Font << /F1 1 0 R >> >> >>\nendobj\n"
    parts = b"".join(b"%d 0 obj\n<< /Next %d 0 R >>\nendobj\n" % (one, one + 1) for one in range(1, 5_000))
    pages = b"".join(page % number for number in range(6_000, 9_000))
    nested = b"".join(b"%d 0 obj\n" % number for number in range(10_000, 200_000))
    began = time.process_time()
    assert page_trees.rebuilt(pages + parts + nested) is None
    assert time.process_time() - began < 3
