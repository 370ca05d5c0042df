"""What people wrote into a PDF after it was made is read with it."""

from io import BytesIO

import pytest

from moonshelf.extraction import layout, markdown
from moonshelf.extraction.coverage import audit
from moonshelf.extraction.document import Kind
from moonshelf.extraction.pages.pdf import open_text
from moonshelf.extraction.tools import Tools
from samples.papers import pdf, text

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
    return markdown.to_markdown(audit.audited(layout.assemble(facts, pages.metadata), facts))


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
    document = audit.audited(layout.assemble(facts, {}), facts)
    assert [block.text for block in document.pages[0].blocks if block.kind is Kind.NOTE] == ["Check this figure."]


def test_a_note_that_readers_are_told_not_to_show_is_hidden() -> None:
    note = "<< /Type /Annot /Subtype /Text /Rect [10 10 30 30] /F 2 /Contents (Praise the author.) >>"
    said = _markdown(pdf([_PROSE], page_entries="/Annots [7 0 R]", more=[note]))
    assert "Praise" not in said
    assert "3 words of hidden text withheld" in said


def test_values_stand_on_the_line_of_their_name() -> None:
    names = [text(name, 72, y) for name, y in (("Name", 306), ("Country", 276), ("Red", 246), ("Town", 216))]
    rects = ["200 299 300 321", "200 269 300 291", "200 239 220 259"]
    fields = [
        f"<< /Type /Annot /Subtype /Widget /FT {kind} /T (f{place}) /Rect [{rect}] /P 5 0 R >>"
        for place, (kind, rect) in enumerate(
            zip(["/Tx /V (Ada Lovelace)", "/Ch /V (France)", "/Btn /V /On /AS /On"], rects, strict=True)
        )
    ]
    form = "/AcroForm << /Fields [7 0 R 8 0 R 9 0 R] >>"
    said = _markdown(pdf([names], catalog=form, page_entries="/Annots [7 0 R 8 0 R 9 0 R]", more=fields))
    assert said.startswith("| Name | Ada Lovelace |\n| --- | --- |\n| Country | France |\n| Red | \u2612 |")


def test_a_title_of_a_bookmark_is_a_heading_however_it_is_set() -> None:
    lines = [text("Part of it", 72, 740), *_PROSE]
    outline = ["<< /First 8 0 R /Last 8 0 R /Count 1 >>", "<< /Title (Part of it) /Parent 7 0 R /Dest [5 0 R /Fit] >>"]
    assert _markdown(pdf([lines], catalog="/Outlines 7 0 R", more=outline)).startswith("# Part of it\n")


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
