"""Notes, comments, headers and footers of Word documents."""

from collections.abc import Mapping

from msgspec.structs import replace

from extraction.blocks import texts
from extraction.tools import TOOLS
from moonshelf.extraction.document import Document
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.word.documents import extract
from moonshelf.extraction.tools import Tools
from samples.office.word import COMMENTS, HEADER, NOTES, NOTHING, paragraph, parts, run
from samples.packages import SPACES, archive, relations


def read(body: str, more: Mapping[str, str] = NOTHING, *, tools: Tools = TOOLS) -> Document:
    return extract(archive(parts(body, more)), tools)


def test_notes_comments_and_headers_are_found() -> None:
    marks = '<w:r><w:footnoteReference w:id="1"/></w:r><w:r><w:commentReference w:id="0"/></w:r>'
    body = f'<w:p>{run("Said")}{marks}</w:p><w:sectPr><w:headerReference r:id="h"/></w:sectPr>'
    assert to_markdown(read(body)) == (
        "Said[^1][^c1]\n\n[^1]: Below.\n\n[^c1]: Ann: Really?\n\nPage header: Top of the page"
    )


def test_comments_on_a_stretch_that_nothing_refers_to_are_read() -> None:
    stretch = '<w:commentRangeStart w:id="0"/>{}<w:commentRangeEnd w:id="0"/>'
    said = f"<w:p>{stretch.format(run('Said'))}</w:p>"
    assert to_markdown(read(said)) == "Said\n\n[^c1]: Ann: Really?"
    referred = '<w:r><w:commentReference w:id="0"/></w:r>'
    assert to_markdown(read(said.replace("</w:p>", f"{referred}</w:p>"))) == "Said[^c1]\n\n[^c1]: Ann: Really?"


def test_notes_comments_and_headers_that_nothing_refers_to_are_withheld() -> None:
    said = f'<w:p>{run("Said")}<w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    notes = NOTES.replace("</w:footnotes>", f'<w:footnote w:id="2">{paragraph("Cut off.")}</w:footnote></w:footnotes>')
    margins = {"word/footnotes.xml": notes, "word/comments.xml": COMMENTS, "word/header1.xml": HEADER}
    document = read(said, margins)
    assert to_markdown(document).startswith("Said[^1]\n\n[^1]: Below.\n\n> ")
    assert [(span.text, span.reason) for span in document.pages[0].coverage.hidden] == [
        ("Cut off.", "footnote that nothing refers to"),
        ("Ann: Really?", "comment that nothing refers to"),
        ("Top of the page", "header that nothing refers to"),
    ]
    assert document.pages[0].coverage.words_hidden == 8
    assert texts(read(said, margins, tools=replace(TOOLS, include=Include(hidden=True))))[2:] == [
        "Cut off.",
        "Ann: Really?",
        "Top of the page",
    ]


def test_lines_between_notes_are_no_notes() -> None:
    line = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>- - -</w:t></w:r></w:p></w:footnote>'
    notes = f"<w:footnotes {SPACES}>{line}</w:footnotes>"
    assert not read(paragraph("Said"), {"word/footnotes.xml": notes}).pages[0].coverage.hidden


def test_a_watermark_is_read_where_it_is_anchored() -> None:
    art = '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="Draft&#10;copy"/></v:shape>'
    header = f"<w:hdr {SPACES}><w:p><w:r><w:pict>{art}</w:pict></w:r>{run('Top')}</w:p></w:hdr>"
    body = f'{paragraph("Said")}<w:sectPr><w:headerReference r:id="h"/></w:sectPr>'
    assert texts(read(body, {"word/header1.xml": header})) == ["Said", "Page header: Top\nDraft\ncopy"]


def test_what_heads_pages_is_told_before_what_foots_them() -> None:
    more = {
        "word/_rels/document.xml.rels": relations(("h", "header", "header1.xml"), ("f", "footer", "footer1.xml")),
        "word/footer1.xml": f"<w:ftr {SPACES}>{paragraph('Bottom')}</w:ftr>",
    }
    references = '<w:footerReference r:id="f"/><w:headerReference r:id="h"/>'
    body = f"{paragraph('Said')}<w:sectPr>{references}</w:sectPr>"
    assert texts(read(body, more)) == ["Said", "Page header: Top of the page", "Page footer: Bottom"]
