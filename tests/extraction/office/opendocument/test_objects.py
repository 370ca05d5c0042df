"""What an OpenDocument file holds beside its own text: charts, formulas, documents."""

from io import BytesIO

import pytest

from extraction.blocks import blocks, table, texts
from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office.opendocument.packages import extract, extract_flat
from samples.office.opendocument import SPACES, cell, flat, parts
from samples.packages import archive

CHART_SPACE = 'xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"'


CHART = (
    f"<office:document-content {SPACES} {CHART_SPACE}><office:body><office:chart>"
    "<chart:chart chart:class='chart:circle'><chart:title>"
    "<text:p>Yield</text:p></chart:title><chart:plot-area><chart:axis><chart:title><text:p>Tons</text:p></chart:title></chart:axis>"
    "<chart:series><chart:data-point><chart:data-label><text:p>Peak</text:p></chart:data-label></chart:data-point></chart:series>"
    "</chart:plot-area><draw:custom-shape><text:p>Ours</text:p></draw:custom-shape>"
    f"<table:table><table:table-row>{cell('Apple')}{cell('12')}</table:table-row></table:table>"
    "</chart:chart></office:chart></office:body></office:document-content>"
)


OBJECT = '<draw:frame><draw:object xlink:href="./Object 1"><o:p xmlns:o="of LibreOffice"/></draw:object></draw:frame>'


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("text", f"<text:p>x{OBJECT}</text:p>", ["x", "Pie chart", "Yield", "Tons", "Peak", "Ours"]),
        ("presentation", f"<draw:page>{OBJECT}</draw:page>", ["Slide 1", "Pie chart", "Yield", "Tons", "Peak", "Ours"]),
        ("spreadsheet", f'<table:table table:name="S"><table:shapes>{OBJECT}</table:shapes></table:table>',
         ["S", "Pie chart", "Yield", "Tons", "Peak", "Ours"]),
    ],
)  # fmt: skip
def test_charts_say_their_titles_and_their_data_but_on_a_sheet_that_has_it(
    kind: str, body: str, said: list[str]
) -> None:
    twice = body.replace(OBJECT, OBJECT * 2)  # a hostile file names one chart a million times
    document = extract(archive({**parts(twice, kind), "Object 1/content.xml": CHART}), TOOLS)
    assert [one.text for one in blocks(document) if one.kind is not Kind.TABLE] == said
    tables = [one for one in blocks(document) if one.kind is Kind.TABLE]
    assert [[each.text for each in one.cells] for one in tables] == [["Apple", "12"]] * (kind != "spreadsheet")


def test_a_chart_in_a_file_of_xml_stands_behind_an_empty_paragraph() -> None:
    document = CHART.replace("document-content", "document")
    body = f'<draw:frame><draw:object><o:p xmlns:o="of LibreOffice"/>{document}</draw:object></draw:frame>'
    found = extract_flat(BytesIO(flat(f"<text:p>x{body}</text:p>")), TOOLS)
    assert texts(found)[:6] == ["x", "Pie chart", "Yield", "Tons", "Peak", "Ours"]


def test_a_document_in_the_document_is_read_where_it_stands() -> None:
    table_ = f"<table:table><table:table-row>{cell('Apple')}{cell('12')}</table:table-row></table:table>"
    body = f"<office:body><office:spreadsheet>{table_}</office:spreadsheet></office:body>"
    inner = f"<office:document-content {SPACES}>{body}</office:document-content>"
    document = extract(archive({**parts(f"<text:p>x{OBJECT}</text:p>"), "Object 1/content.xml": inner}), TOOLS)
    assert table(document) == [["Apple", "12"]]


def test_a_presentation_in_a_text_keeps_what_its_speaker_notes() -> None:
    box = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    notes = f"<presentation:notes>{box.format('Say hello.')}</presentation:notes>"
    slide = f"<draw:page>{box.format('Shown')}{notes}</draw:page>"
    body = f"<office:body><office:presentation>{slide}</office:presentation></office:body>"
    inner = f"<office:document-content {SPACES}>{body}</office:document-content>"
    document = extract(archive({**parts(f"<text:p>x{OBJECT}</text:p>"), "Object 1/content.xml": inner}), TOOLS)
    assert blocks(document)[1:] == [Block(Kind.PARAGRAPH, "Shown"), Block(Kind.NOTE, "Notes: Say hello.")]


def test_an_object_of_another_program_is_named_as_not_read() -> None:
    frame = '<draw:frame><draw:object-ole xlink:href="./Object 2"/></draw:frame>'
    file = archive({**parts(f"<text:p>x{frame * 2}</text:p>"), "Object 2": b""})
    assert extract(file, TOOLS).warnings == ("Embedded files were not read: object 1.",)


def test_a_formula_is_read_where_it_stands() -> None:
    signs = '<mfrac><mi>a</mi><mi>b</mi></mfrac><annotation encoding="StarMath 5.0">a over b</annotation>'
    math = f'<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics>{signs}</semantics></math>'
    frame = f"<draw:frame><draw:object>{math}</draw:object></draw:frame>"
    packed = extract(archive({**parts(f"<text:p>x{OBJECT}</text:p>"), "Object 1/content.xml": math}), TOOLS)
    inline = extract(archive(parts(f"<text:p>x{frame}</text:p>")), TOOLS)
    assert blocks(packed) == blocks(inline) == [Block(Kind.PARAGRAPH, "x$\\frac{a}{b}$")]
    alone = extract(archive(parts(f"<text:p>{frame}</text:p>")), TOOLS)
    assert blocks(alone) == [Block(Kind.FORMULA, "\\frac{a}{b}")]
    named = f'<!DOCTYPE math PUBLIC "-//OpenOffice.org//DTD Modified W3C MathML 1.01//EN" "math.dtd">{math}'
    old = extract(archive({**parts(f"<text:p>x{OBJECT}</text:p>"), "Object 1/content.xml": named}), TOOLS)
    assert blocks(old) == blocks(packed)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CHART, ["Pie chart", "Yield", "Tons", "Peak", "Ours", "Apple", "12"]),
        ('<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi><mo>=</mo><mn>2</mn></math>', ["x=2"]),
    ],
    ids=["chart", "formula"],
)
def test_a_chart_and_a_formula_are_read_as_files_of_their_own(content: str, said: list[str]) -> None:
    document = extract(archive({"content.xml": content}), TOOLS)
    found = [cell.text for block in blocks(document) for cell in block.cells or (block,)]
    assert found == said


def test_a_document_of_nothing_is_damaged() -> None:
    with pytest.raises(CorruptDocument, match="no text"):
        extract(archive({"content.xml": f"<office:document-content {SPACES}/>"}), TOOLS)
