"""Excel workbooks read as they are shown."""

import re
import tracemalloc

import pytest

from extraction.blocks import blocks, rows, table, texts
from extraction.damage import properties
from extraction.tools import TOOLS, limited
from moonshelf.errors import CorruptDocument
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.office.sheets.workbooks import extract
from moonshelf.extraction.tools import Tools
from samples.office.sheets import COMMENTS, DRAWING, STRINGS, parts, text
from samples.packages import SHEET_SPACE, SPACES, archive, relations


def read(data: str, *, tools: Tools = TOOLS, **more: str) -> Document:
    return extract(archive(parts(data, **more)), tools)


def first(document: Document) -> list[Block]:
    return list(document.pages[0].blocks)


def test_raised_figures_in_a_cell_stay_so() -> None:
    raised = '<si><r><t>10</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>6</t></r></si></sst>'
    entries = parts('<row r="1"><c r="A1" t="s"><v>2</v></c></row>')
    entries["xl/sharedStrings.xml"] = STRINGS.replace("</sst>", raised)
    found = first(extract(archive(entries), TOOLS))
    assert [block.text for block in found][1:] == ["10\u2076"]


def test_what_is_said_of_pictures_over_cells_is_read() -> None:
    picture = '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="Picture 1" descr="A duck"/></xdr:nvPicPr></xdr:pic>'
    packed = {**parts(""), "xl/drawings/drawing1.xml": f"<xdr:wsDr {SPACES}>{picture}</xdr:wsDr>"}
    assert first(extract(archive(packed), TOOLS))[1:] == [Block(Kind.FIGURE, "A duck")]


def test_names_that_only_a_chart_has_are_read() -> None:
    series = (
        "<c:ser><c:tx><c:v>Only here</c:v></c:tx></c:ser><c:ser><c:tx><c:strRef><c:strCache><c:pt><c:v>In a cell</c:v>"
    )
    series += "</c:pt></c:strCache></c:strRef></c:tx></c:ser>"
    packed = {
        **parts(""),
        "xl/drawings/drawing1.xml": f'<xdr:wsDr {SPACES}><c:chart r:id="ch"/></xdr:wsDr>',
        "xl/drawings/_rels/drawing1.xml.rels": relations(("ch", "chart", "../charts/chart1.xml")),
        "xl/charts/chart1.xml": f"<c:chartSpace {SPACES}>{series}</c:chartSpace>",
    }
    assert [block.text for block in first(extract(archive(packed), TOOLS))][1:] == ["Only here"]


def test_what_a_chart_draws_of_another_workbook_is_read() -> None:
    value = '<c:val><c:f>{}Sheet1!$B$1</c:f><c:pt idx="0"><c:v>7</c:v></c:pt></c:val>'
    packed = {
        **parts(""),
        "xl/drawings/drawing1.xml": f'<xdr:wsDr {SPACES}><c:chart r:id="ch"/></xdr:wsDr>',
        "xl/drawings/_rels/drawing1.xml.rels": relations(("ch", "chart", "../charts/chart1.xml")),
    }

    def read(book: str) -> list[Block]:
        series = f"<c:ser><c:tx><c:v>EU</c:v></c:tx>{value.format(book)}</c:ser>"
        chart = f"<c:chartSpace {SPACES}>{series}</c:chartSpace>"
        return first(extract(archive({**packed, "xl/charts/chart1.xml": chart}), TOOLS))[1:]

    assert [block.text for block in read("")] == ["EU"]
    assert [[cell.text for cell in block.cells] for block in read("[1]")] == [["", "EU", "", "7"]]


def test_what_people_wrote_into_a_chart_is_read() -> None:
    written = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"
    field = '<a:p><a:fld type="VALUE"><a:t>[VALUE]</a:t></a:fld></a:p>'
    mixed = field.replace("</a:p>", "<a:r><a:t> {}</a:t></a:r></a:p>")
    said = (field, written.format("Peak"), mixed.format("for Ann"), mixed.format("= "))
    labels = "".join(f"<c:dLbl><c:tx><c:rich>{one}</c:rich></c:tx></c:dLbl>" for one in said)
    packed = {
        **parts(""),
        "xl/drawings/drawing1.xml": f'<xdr:wsDr {SPACES}><c:chart r:id="ch"/></xdr:wsDr>',
        "xl/drawings/_rels/drawing1.xml.rels": relations(("ch", "chart", "../charts/chart1.xml")),
        "xl/charts/chart1.xml": f"<c:chartSpace {SPACES}>{labels}</c:chartSpace>",
        "xl/charts/_rels/chart1.xml.rels": relations(("u", "chartUserShapes", "../drawings/drawing2.xml")),
        "xl/drawings/drawing2.xml": f"<c:userShapes {SPACES}>{written.format('Source: us')}</c:userShapes>",
    }
    assert [block.text for block in first(extract(archive(packed), TOOLS))][1:] == ["Peak", "for Ann", "Source: us"]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<c r="A1" t="s"><v>1</v></c>', "Apple"),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="str"><f>A2</f><v>a_x000A_b</v></c>', "a\nb"),
        ('<c r="A1" s="1"><v>43363</v></c>', "2018-09-20"),
        ('<c r="A1" s="2"><v>0.256</v></c>', "25.6%"),
        ('<c r="A1"><v>0.30000000000000004</v></c>', "0.3"),
        ('<c r="A1"><f>SUM(B1:B2)</f></c>', "=SUM(B1:B2)"),
        ('<c r="A1" t="s"><f>IF(B1,"a","")</f><v>99</v></c>', ""),
        ('<c r="A1" s="99"><v>5</v></c>', "5"),
        ('<c r="A1"><v>007</v></c>', "7"),
        ('<c r="A1"><v>1234567890123456</v></c>', "1.23456789012346E+15"),
        ('<c r="A1"><v>\u0665</v></c>', "5"),
        ('<c r="A1" t="s"><v>99</v></c>', ""),
        ('<c r="A1"><v>many</v></c>', "many"),
        ('<c r="A1"><f>HYPERLINK("https://a.example/x","a")</f></c>', "[a](https://a.example/x)"),
        ('<c r="A1" t="str"><f>HYPERLINK("https://a.example/x",B1)</f><v>b</v></c>', "b"),
        ('<c r="A1" t="str"><f>HYPERLINK("https://a.example/x")</f><v>b</v></c>', "[b](https://a.example/x)"),
        ('<c r="A1" t="str"><f>HYPERLINK("https://a.example/")</f><v>https://a.example</v></c>', "https://a.example"),
    ],
)
def test_a_cell_says_what_it_shows(cell: str, shown: str) -> None:
    found = [one.text for one in first(read(f"<row>{cell}</row>")) if one.kind is Kind.PARAGRAPH]
    assert found == ([shown] if shown else [])


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    assert "2022-09-21" in texts(read('<row><c r="A1" s="1"><v>43363</v></c></row>', dates="1"))


def test_each_sheet_is_a_page_that_opens_with_its_name() -> None:
    document = read(f"<row>{text('A1', 'x')}</row>")
    assert [page.blocks[0] for page in document.pages] == [Block(Kind.SHEET, "First"), Block(Kind.SHEET, "Second")]
    assert document.warnings == ("The sheet 'Lost' is missing from the file.",)


def test_a_title_stands_before_its_table_and_empty_rows_part_tables() -> None:
    data = (
        f'<row r="1">{text("A1", "Prices")}</row><row r="2">{text("A2", "a")}{text("B2", "b")}</row>'
        f'<row r="3">{text("A3", "c")}{text("B3", "d")}</row><row r="9">{text("C9", "e")}{text("D9", "f")}</row>'
    )
    _, title, one, two = first(read(data))
    assert title == Block(Kind.PARAGRAPH, "Prices")
    assert rows(one) == [["a", "b"], ["c", "d"]]
    assert rows(two) == [["e", "f"]]
    assert [(cell.row, cell.column) for cell in two.cells] == [(8, 2), (8, 3)]


def test_merged_cells_keep_their_spans() -> None:
    data = f'<row r="1">{text("A1", "wide")}{text("C1", "x")}</row><row r="2">{text("A2", "a")}{text("B2", "b")}</row>'
    (found,) = [
        one for one in first(read(data, after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>')) if one.cells
    ]
    assert found.cells[0].column_span == 2


def test_hidden_rows_do_not_part_a_table() -> None:
    filtered = f'<row r="2" hidden="1">{text("A2", "x")}</row><row r="3" hidden="1"/>'
    document = read(f'<row r="1">{text("A1", "a")}</row>{filtered}<row r="4">{text("A4", "b")}</row>')
    assert table(document) == [["a"], ["b"]]


def test_hidden_rows_columns_and_sheets_are_left_out_and_counted() -> None:
    data = (
        f'<row r="1">{text("A1", "a")}{text("B1", "b")}{text("C1", "not seen")}</row>'
        f'<row r="2" hidden="1">{text("A2", "three more words")}</row>'
    )
    document = read(data, state="veryHidden", before='<cols><col min="3" max="3" hidden="1"/></cols>')
    assert len(document.pages) == 1
    assert table(document) == [["a", "b"]]
    assert document.pages[0].coverage.words_hidden == 2 + 3 + 2
    narrow = read(data, state="veryHidden", before='<cols><col min="3" max="3" width="0" customWidth="1"/></cols>')
    assert narrow == document


def test_comments_boxes_headers_and_links_are_read() -> None:
    data = f"<row>{text('A1', 'see')}{text('B1', 'b')}</row>"
    after = '<hyperlinks><hyperlink ref="A1:A2" r:id="l" location="y"/></hyperlinks>'
    after += '<headerFooter><oddHeader>&amp;L&amp;"Arial"Top &amp;P</oddHeader></headerFooter>'
    more = {"xl/comments1.xml": COMMENTS, "xl/drawings/drawing1.xml": DRAWING}
    document = extract(archive({**parts(data, after=after), **more}), TOOLS)
    assert table(document) == [["[see](https://a.example/x#y)", "b"]]
    assert texts(document)[2:5] == ["Page header: Top", "boxed", "Comment on B2: Ann: Too high"]


def test_headers_of_even_pages_and_of_the_first_are_read() -> None:
    margins = "<oddHeader>&amp;LOdd</oddHeader><evenHeader>&amp;REven</evenHeader><evenFooter>Same</evenFooter>"
    margins += "<firstHeader>&amp;CR&amp;&amp;D only</firstHeader><firstFooter>Same</firstFooter>"
    document = read(f"<row>{text('A1', 'a')}</row>", after=f'<headerFooter differentFirst="1">{margins}</headerFooter>')
    assert texts(document, Kind.NOTE) == [
        "Page header: Odd", "Page header: Even", "Page footer: Same", "Page header: R&D only",
    ]  # fmt: skip


def test_what_a_sheet_asks_for_is_read_each_message_once() -> None:
    asked = '<dataValidation showInputMessage="1" sqref="A1" promptTitle="Day" prompt="Monday&amp;_x000a_on"/>'
    unseen = '<dataValidation sqref="B1" prompt="Not shown" errorTitle="Wrong"/>'
    document = read(f"<row>{text('A1', 'a')}</row>", after=f"<dataValidations>{asked * 2}{unseen}</dataValidations>")
    assert texts(document, Kind.NOTE) == ["Input message: Day: Monday&\non"]


def test_captions_of_buttons_are_read_once() -> None:
    box = '<v:shape><v:textbox><div><font>{}\r\n  it</font></div></v:textbox><x:ClientData ObjectType="{}"/></v:shape>'
    drawn = "".join(box.format(*one) for one in (("Run &amp;", "Button"), ("Said of", "Note"), ("Peak", "Radio")))
    body = "<xdr:txBody><a:p><a:r><a:t>Peak it</a:t></a:r></a:p></xdr:txBody>"
    packed = {
        **parts(""),
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            ("d", "drawing", "../drawings/drawing1.xml"), ("v", "vmlDrawing", "../drawings/vmlDrawing1.vml")
        ),
        "xl/drawings/drawing1.xml": f"<xdr:wsDr {SPACES}>{body}</xdr:wsDr>",
        "xl/drawings/vmlDrawing1.vml": f"<xml><br>{drawn}</xml>",
    }
    assert [block.text for block in first(extract(archive(packed), TOOLS))][1:] == ["Peak it", "Run & it"]


def test_cells_without_references_follow_each_other() -> None:
    assert table(
        read('<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row><c t="str"><v>c</v></c></row>')
    ) == [
        ["a", "b"],
        ["c"],
    ]


def test_ends_of_lines_in_names_of_sheets_are_those_of_xml() -> None:
    packed = parts("")
    book = packed["xl/workbook.xml"].replace('"First"', '"The\r\nfirst"')
    packed["xl/workbook.xml"] = f'<?xml version="1.0"?>\r\n{book}'
    assert first(extract(archive(packed), TOOLS))[0].text == "The\nfirst"


def test_a_row_may_be_that_of_its_cells_and_none_is_before_the_first() -> None:
    data = '<row r="1"><c r="A1"><v>1</v></c><c r="A3"><v>3</v></c></row><row r="2"><c r="B0"><v>0</v></c></row>'
    found = first(read(data))
    assert found == first(read(data.replace("<v>", " <v>")))
    assert [[cell.text for cell in one.cells] or one.text for one in found] == ["First", ["1", "0"], "3"]


PLAIN = (
    '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="inlineStr"><is><t>R &amp; D</t></is></c></row>'
    '<row r="3"><c r="A3" s="2"><v>0.256</v></c><c r="B3" t="str"><f>"a"</f><v>a</v></c></row>'
)


@pytest.mark.parametrize(
    ("written", "anew"),
    [
        ('r="A2" t="s"', "t='s'  r='A2' "),
        ("><", ">\r\n  <"),
        ("R &amp; D", "<![CDATA[R & D]]>"),
        ("R &amp; D", "&#82; &#38; D"),
        ("<t>R &amp; D</t>", "<r><t>R </t></r><r><t>&amp; D</t></r>"),
        ('<row r="3">', '<!-- <row r="7"><c t="str"><v>not a cell</v></c></row> --><row r="3">'),
        ("<v>a</v>", "<v>a</v><extLst><ext/></extLst>"),
        ("<v>a</v>", '<v xml:space="preserve">a</v>'),
    ],
)
def test_cells_are_read_however_they_are_spelt(written: str, anew: str) -> None:
    assert written in PLAIN
    document = read(PLAIN.replace(written, anew))
    assert table(document) == [["Apple", "R & D"], ["25.6%", "a"]]
    assert document.warnings == ("The sheet 'Lost' is missing from the file.",)


@pytest.mark.parametrize(
    ("written", "anew"),
    [
        ('Id="s1"', "Id = 's1'"),
        ('"worksheets/sheet1.xml"', '"worksheets/./sheet1.xml" x:it="it\'s odd"'),
        ("<Relationship ", '<Relationship Ty"pe="" x '),
        ("<Relationship Id=", "<x:Relationship\n Id="),
    ],
)
def test_relations_are_read_however_they_are_spelt(written: str, anew: str) -> None:
    some = parts(PLAIN)
    assert written in some["xl/_rels/workbook.xml.rels"]
    some["xl/_rels/workbook.xml.rels"] = some["xl/_rels/workbook.xml.rels"].replace(written, anew)
    assert table(extract(archive(some), TOOLS)) == [["Apple", "R & D"], ["25.6%", "a"]]


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_a_sheet_may_have_names_with_prefixes_and_any_encoding(encoding: str) -> None:
    some: dict[str, str | bytes] = dict(parts(PLAIN))
    sheet = re.sub(r"<(/?)(?=\w)", r"<\1x:", str(some["xl/worksheets/sheet1.xml"])).replace("xmlns=", "xmlns:x=")
    some["xl/worksheets/sheet1.xml"] = f'<?xml version="1.0" encoding="{encoding}"?>{sheet}'.encode(encoding)
    assert table(extract(archive(some), TOOLS)) == [["Apple", "R & D"], ["25.6%", "a"]]


def test_a_large_sheet_is_read_in_pieces_and_loses_nothing_between_them() -> None:
    data = "".join(f'<row r="{row}">{text(f"A{row}", "a" * 200)}<c r="B{row}"/></row>' for row in range(1, 3_000))
    oddly = data.replace('<row r="2000">', '<!-- a note --><row r="2000">')
    assert len(table(read(data))) == len(table(read(oddly))) == 2_999


def test_a_cell_in_the_far_corner_costs_no_memory() -> None:
    file = archive(parts(f'<row r="1">{text("A1", "near")}</row><row r="1048576">{text("XFD1048576", "far")}</row>'))
    extract(file, TOOLS)
    tracemalloc.start()
    document = extract(file, TOOLS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert texts(document)[:3] == ["First", "near", "far"]
    assert peak < 5_000_000


def test_a_row_of_a_million_cells_costs_the_memory_of_its_size() -> None:
    file = archive(parts(f'<row r="1">{"<c><v>1</v></c>" * 1_000_000}</row>'))
    tracemalloc.start()
    document = extract(file, limited(cells=50_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(next(block for block in blocks(document) if block.cells).cells) == 50_000
    assert "The sheet 'First' is too large: it was read up to row 0 only." in document.warnings
    assert peak < 80_000_000


def test_a_sheet_too_large_is_read_as_far_as_the_limit_goes_and_says_so() -> None:
    data = "".join(f'<row r="{row}">{text(f"A{row}", "a")}{text(f"B{row}", "b")}</row>' for row in range(1, 100))
    document = read(data, tools=limited(cells=50))
    assert len(next(block for block in blocks(document) if block.cells).cells) == 50
    assert "The sheet 'First' is too large: it was read up to row 25 only." in document.warnings


@pytest.mark.parametrize("rows", [2, 2_000])
def test_a_sheet_whose_xml_is_damaged_says_so(rows: int) -> None:
    some = "".join(f'<row r="{row}">{text(f"A{row}", "a" * 200)}</row>' for row in range(1, rows))
    document = read(f'{some}<row r="{rows}">{text(f"A{rows}", "R & D")}</row>')
    assert "The part 'xl/worksheets/sheet1.xml' is damaged; text may be missing from it." in document.warnings


def test_a_sheet_too_large_says_how_many_rows_it_claims() -> None:
    data = "".join(f'<row r="{row}">{text(f"A{row}", "a")}</row>' for row in range(1, 9))
    document = read(data, before='<dimension ref="A1:B8"/>', tools=limited(cells=3))
    assert "The sheet 'First' is too large: it was read up to row 3 of 8." in document.warnings


def test_one_long_string_in_many_cells_does_not_multiply() -> None:
    long = "x" * 30_000
    data = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c><c r="B{row}" t="s"><v>0</v></c></row>'
        for row in range(1, 2000)
    )
    some = parts(data) | {"xl/sharedStrings.xml": f"<sst {SHEET_SPACE}><si><t>{long}</t></si></sst>"}
    document = extract(archive(some), TOOLS)
    assert sum(len(cell.text) for block in blocks(document) for cell in block.cells) <= 20_000_000
    assert any("too large" in warning for warning in document.warnings)


def test_a_document_type_in_a_sheet_is_refused() -> None:
    some = parts("")
    some["xl/worksheets/sheet1.xml"] = '<!DOCTYPE a [<!ENTITY b "c">]>' + some["xl/worksheets/sheet1.xml"].replace(
        "<sheetData>", "<sheetData><row><c><v>1</v></c></row>"
    )
    document = extract(archive(some), TOOLS)
    assert any("sheet1.xml" in warning for warning in document.warnings)
    with pytest.raises(CorruptDocument):
        extract(archive(some | {"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), TOOLS)


SOUND = parts(
    f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>43363.5</v></c></row>'
    f'<row r="3" hidden="1">{text("A3", "q")}</row>',
    before='<cols><col min="3" max="4" hidden="1"/></cols>',
    after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    "<headerFooter><oddFooter>&amp;CEnd</oddFooter></headerFooter>",
)


(
    test_a_damaged_part_gives_a_document_or_an_error,
    test_any_bytes_give_a_document_or_an_error,
) = properties(extract, SOUND)
