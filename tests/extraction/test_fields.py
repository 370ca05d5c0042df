"""What people wrote into a PDF after it was made is read with it."""

from io import BytesIO

import pytest

from moonshelf.extraction import coverage, layout, markdown
from moonshelf.extraction.document import Kind
from moonshelf.extraction.facts import Tools
from moonshelf.extraction.pages.pdf import open_text
from papers import pdf, text

_PROSE = [
    text(f"This is line {number} of a page with a sound text layer.", 72, 700 - 14 * number) for number in range(9)
]


def _field(kind: str, value: str, flags: int = 0) -> str:
    state = f"/AS {value}" if kind == "Btn" else ""
    rect = "/Rect [72 300 272 320]"
    return f"<< /Type /Annot /Subtype /Widget /FT /{kind} /T (name) /V {value} {state} /Ff {flags} {rect} /P 5 0 R >>"


def _form(field: str) -> bytes:
    form = "/AcroForm << /Fields [7 0 R] >>"
    return pdf([_PROSE], catalog=form, page_entries="/Annots [7 0 R]", more=[field])


def _markdown(data: bytes) -> str:
    pages = open_text(BytesIO(data), Tools(lambda _: []))
    facts = [pages.read(1)]
    pages.close()
    return markdown.to_markdown(coverage.audited(layout.assemble(facts, pages.metadata), facts))


@pytest.mark.parametrize(
    ("field", "shown"),
    [(_field("Tx", "(Ada Lovelace)"), "Ada Lovelace"), (_field("Ch", "(Third class)"), "Third class")],
)
def test_values_of_fields_are_read(field: str, shown: str) -> None:
    assert shown in _markdown(_form(field))


def test_what_is_typed_into_a_password_field_is_not_read() -> None:
    assert "hush" not in _markdown(_form(_field("Tx", "(hush)", flags=1 << 13)))


def test_comments_become_notes() -> None:
    note = "<< /Type /Annot /Subtype /Text /Rect [10 10 30 30] /Contents (Check this figure.) >>"
    data = pdf([_PROSE], page_entries="/Annots [7 0 R]", more=[note])
    pages = open_text(BytesIO(data), Tools(lambda _: []))
    facts = [pages.read(1)]
    document = coverage.audited(layout.assemble(facts, {}), facts)
    assert [block.text for block in document.pages[0].blocks if block.kind is Kind.NOTE] == ["Check this figure."]


def test_bookmarks_are_named_and_embedded_files_are_said_to_be_unread() -> None:
    names = "/Names << /EmbeddedFiles << /Names [(a) 9 0 R] >> >>"
    data = pdf(
        [_PROSE],
        catalog=f"/Outlines 7 0 R {names}",
        more=[
            "<< /First 8 0 R /Last 8 0 R /Count 1 >>",
            "<< /Title (Chapter One) /Parent 7 0 R /Dest [5 0 R /Fit] >>",
            "<< /Type /Filespec /F (sums.csv) /UF (sums.csv) /EF << /F 10 0 R >> >>",
            "<< /Type /EmbeddedFile /Length 3 >>\nstream\n1,2\nendstream",
        ],
    )
    pages = open_text(BytesIO(data), Tools(lambda _: []))
    assert (pages.metadata["bookmarks"], pages.metadata["attachments"]) == ("Chapter One", "sums.csv")
    assert _markdown(data).endswith("Embedded files were not read: sums.csv.")
