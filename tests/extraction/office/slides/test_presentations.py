"""PowerPoint presentations read slide by slide."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from extraction.blocks import blocks, table, texts
from extraction.damage import properties
from extraction.tools import TOOLS, limited
from moonshelf.errors import LimitReached
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.office.slides.presentations import extract
from moonshelf.extraction.tools import Tools
from samples.office.slides import COMMENTS, NOTES, NOTHING, paragraph, parts, shape, slide
from samples.packages import SPACES, archive

WIDE, MERGED = 'gridSpan="2"', 'hMerge="1"'


def read(*slides: str, tools: Tools = TOOLS, more: Mapping[str, str] = NOTHING) -> Document:
    return extract(archive(parts(*slides, more=more)), tools)


def test_slides_come_in_the_order_of_the_show_with_their_titles() -> None:
    document = read(slide(shape(paragraph("Last"), role="title")), slide(shape(paragraph("First"), role="ctrTitle")))
    assert texts(document, Kind.SLIDE) == ["Slide 1: First", "Slide 2: Last"]
    assert (document.pages[0].width, document.pages[0].height) == (720.0, 540.0)


def test_shapes_are_read_from_the_top_and_then_from_the_left() -> None:
    tree = shape(paragraph("c"), y=300) + shape(paragraph("b"), x=200, y=100) + shape(paragraph("a"), y=105)
    assert texts(read(slide(tree)), Kind.PARAGRAPH) == ["a", "b", "c"]


def test_a_group_is_read_together_and_in_its_own_coordinates() -> None:
    group = (
        '<p:grpSp><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1270000" cy="1270000"/><a:chOff x="0" y="0"/>'
        f'<a:chExt cx="127000" cy="127000"/></a:xfrm></p:grpSpPr>'
        f"{shape(paragraph('low'), y=9)}{shape(paragraph('high'))}</p:grpSp>"
    )
    document = read(slide(shape(paragraph("middle"), y=40) + group))
    assert texts(document, Kind.PARAGRAPH) == ["high", "low", "middle"]
    assert next(one.box for one in blocks(document) if one.text == "low") == (0.0, 90.0, 10.0, 100.0)


def test_a_body_lists_its_paragraphs_as_its_layout_says() -> None:
    body = paragraph("one") + paragraph("deep", '<a:pPr lvl="1"><a:buAutoNum type="alphaLcParenR"/></a:pPr>')
    body += paragraph("plain", "<a:pPr><a:buNone/></a:pPr>")
    found = [one for one in blocks(read(slide(shape(body, role="body")))) if one.box]
    assert [(one.kind, one.text, one.level, one.marker) for one in found] == [
        (Kind.LIST, "one", 0, "•"),
        (Kind.LIST, "deep", 1, "a)"),
        (Kind.PARAGRAPH, "plain", 0, ""),
    ]
    assert found[0].box == (0.0, 200.0, 10 / 12700, 200 + 10 / 12700)


def test_a_list_of_another_kind_counts_anew() -> None:
    kinds = ("arabicPeriod", "arabicPeriod", "arabicParenBoth")
    body = "".join(paragraph("x", f'<a:pPr><a:buAutoNum type="{kind}"/></a:pPr>') for kind in kinds)
    found = blocks(read(slide(shape(body))))
    assert [one.marker for one in found if one.kind is Kind.LIST] == ["1.", "2.", "(1)"]


@pytest.mark.parametrize(
    ("font", "sign", "shown"), [("Wingdings", "ü", "•"), ("Arial", "»", "»"), ("Arial", "-", "•"), ("Arial", "", "•")]
)
def test_a_letter_of_a_font_of_signs_is_a_plain_bullet(font: str, sign: str, shown: str) -> None:
    listed = f'<a:pPr><a:buFont typeface="{font}"/><a:buChar char="{sign}"/></a:pPr>'
    (found,) = (one for one in blocks(read(slide(shape(paragraph("x", listed))))) if one.kind is Kind.LIST)
    assert found.marker == shown


def test_numbers_of_lists_are_in_the_script_that_they_name() -> None:
    kinds = ("circleNumDbPlain", "ea1ChsPeriod", "arabicPlain", "romanUcPeriod")
    body = "".join(paragraph("x", f'<a:pPr><a:buAutoNum type="{kind}" startAt="3"/></a:pPr>') for kind in kinds)
    found = blocks(read(slide(shape(body))))
    assert [one.marker for one in found if one.kind is Kind.LIST] == ["③", "三.", "3", "III."]


def test_formulas_and_raised_figures_stand_in_their_sentence() -> None:
    space = 'xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main"'
    maths = f"<a14:m {space}><m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></a14:m>"
    words = f'<a:r><a:t>m</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>2</a:t></a:r>{maths}'
    assert texts(read(slide(shape(f"<a:p>{words}</a:p>"))), Kind.PARAGRAPH) == ["m\u00b2$a+b$"]


def test_signs_of_symbol_fonts_are_those_that_are_shown() -> None:
    def run(text: str, font: str) -> str:
        return f'<a:r><a:rPr><a:latin typeface="Arial"/>{font}</a:rPr><a:t>{text}</a:t></a:r>'

    words = run("\uf06d", '<a:sym typeface="Symbol"/>') + run("\uf06e", '<a:sym typeface="Wingdings 2"/>')
    words += run("\uf06e", "") + "<a:r><a:t>\u00e9\uf06e</a:t></a:r>"
    document = read(slide(shape(f"<a:p>{words}</a:p>")))
    assert texts(document, Kind.PARAGRAPH) == ["\u03bc\u2464\uf06e\u00e9\uf06e"]


def test_a_table_keeps_its_spans() -> None:
    def cell(text: str, spans: str = "") -> str:
        return f"<a:tc {spans}><a:txBody>{paragraph(text)}</a:txBody></a:tc>"

    tree = (
        '<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/>'
        f"<a:tr>{cell('wide', WIDE)}{cell('', MERGED)}</a:tr>"
        f"<a:tr>{cell('a')}{cell('b')}</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    document = read(slide(tree))
    assert table(document) == [["wide"], ["a", "b"]]
    (head, *_) = next(one.cells for one in blocks(document) if one.cells)
    assert (head.column_span, head.header) == (2, True)


def test_notes_comments_links_and_the_backdrop_are_read() -> None:
    linked = '<a:p><a:r><a:rPr><a:hlinkClick r:id="k"/></a:rPr><a:t>there</a:t></a:r></a:p>'
    more = {"ppt/notesSlides/notesSlide1.xml": NOTES, "ppt/comments/comment1.xml": COMMENTS}
    document = read(slide(shape(linked)), slide(shape(paragraph("x"))), more=more)
    assert texts(document, Kind.PARAGRAPH) == ["x", "[there](https://a.example/)"]
    assert texts(document, Kind.NOTE)[:3] == [
        "On every slide: Confidential",
        "Notes: Say hello.",
        "Comment by Ann: Shorter!",
    ]
    assert texts(document).count("On every slide: Confidential") == 1
    assert "Click to edit" not in " ".join(texts(document))


def test_what_is_said_of_a_chart_is_read() -> None:
    said = '<p:nvGraphicFramePr><p:cNvPr id="2" descr="Sales rise"/></p:nvGraphicFramePr>'
    document = read(slide(f"<p:graphicFrame>{said}<a:graphic/></p:graphicFrame>"))
    assert texts(document, Kind.FIGURE) == ["Sales rise"]


def test_a_chart_is_a_table() -> None:
    chart = (
        f'<c:chartSpace {SPACES}><c:chart><c:ser><c:tx><c:v>EU</c:v></c:tx><c:cat><c:pt idx="0"><c:v>2025</c:v></c:pt>'
        '</c:cat><c:val><c:pt idx="0"><c:v>7</c:v></c:pt></c:val></c:ser></c:chart></c:chartSpace>'
    )
    tree = '<p:graphicFrame><a:graphic><a:graphicData><c:chart r:id="ch"/></a:graphicData></a:graphic></p:graphicFrame>'
    assert table(read(slide(tree), more={"ppt/charts/chart1.xml": chart})) == [["", "EU"], ["2025", "7"]]


def test_what_another_cell_lies_over_is_withheld() -> None:
    def words(text: str, merged: str = "") -> str:
        return f"<a:tc {merged}><a:txBody>{paragraph(text)}</a:txBody></a:tc>"

    rows = f"<a:tbl><a:tr>{words('seen', WIDE)}{words('not seen', MERGED)}</a:tr></a:tbl>"
    tree = f"<p:graphicFrame><a:graphic><a:graphicData>{rows}</a:graphicData></a:graphic></p:graphicFrame>"
    document = read(slide(tree))
    assert table(document) == [["seen"]]
    assert [span.text for span in document.pages[0].coverage.hidden] == ["not seen"]
    assert table(read(slide(tree), tools=replace(TOOLS, include=Include(hidden=True)))) == [["seen", "not seen"]]


def test_a_hidden_slide_is_left_out_and_counted() -> None:
    document = read(slide(shape(paragraph("never shown to anybody")), hidden=True), slide(shape(paragraph("shown"))))
    assert texts(document, Kind.PARAGRAPH) == ["shown"]
    assert document.pages[0].coverage.words_hidden >= 4


def test_footers_are_rendered_once() -> None:
    footer = shape(paragraph("Acme"), role="ftr")
    assert texts(read(slide(footer), slide(footer)), Kind.NOTE, Kind.FOOTER)[::2] == ["Footer: Acme", "Acme"]


def test_more_slides_than_the_limit_are_refused() -> None:
    with pytest.raises(LimitReached):
        read(slide(""), slide(""), tools=limited(pages=1))


def test_a_missing_slide_leaves_the_others() -> None:
    some = parts(slide(shape(paragraph("one"))), slide(shape(paragraph("two"))))
    del some["ppt/slides/slide2.xml"]
    document = extract(archive(some), TOOLS)
    assert texts(document, Kind.PARAGRAPH) == ["one"]
    assert document.warnings == ("Slide 1 is missing from the file.",)


def test_blocks_are_equal_when_read_twice() -> None:
    some = parts(slide(shape(paragraph("one"))))
    assert extract(archive(some), TOOLS) == extract(archive(some), TOOLS)
    assert Block(Kind.SLIDE, "Slide 1") in blocks(extract(archive(some), TOOLS))


SOUND = parts(
    slide(shape(paragraph("Title"), role="title") + shape(paragraph("x", '<a:pPr lvl="1"/>'), role="body")),
    slide(f"<p:grpSp>{shape(paragraph('in'), x=1)}</p:grpSp>"),
    more={"ppt/notesSlides/notesSlide1.xml": NOTES, "ppt/comments/comment1.xml": COMMENTS},
)


(
    test_a_damaged_part_gives_a_document_or_an_error,
    test_any_bytes_give_a_document_or_an_error,
) = properties(extract, SOUND)
