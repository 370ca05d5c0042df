"""OpenDocument spreadsheets."""

from msgspec.structs import replace

from extraction.blocks import table, texts
from extraction.tools import TOOLS, limited
from moonshelf.extraction.document import Document, Kind
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.opendocument.packages import extract
from moonshelf.extraction.tools import Tools
from samples.office.opendocument import STYLES, cell, parts
from samples.packages import archive


def read(body: str, *, tools: Tools = TOOLS, styles: str = "") -> Document:
    return extract(archive(parts(body, "spreadsheet", styles=styles)), tools)


def test_sheets_show_what_is_shown() -> None:
    body = (
        '<table:table table:name="One"><table:table-column/><table:table-column table:visibility="collapse"/>'
        f"<table:table-row>{cell('a')}{cell('not seen')}"
        "<table:table-cell><office:annotation><text:p>Really?</text:p></office:annotation><text:p>c</text:p>"
        '</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048576"/></table:table>'
        f'<table:table table:name="Two" table:style-name="gone"><table:table-row>{cell("two words")}'
        "</table:table-row></table:table>"
    )
    document = read(body, styles=STYLES)
    assert table(document) == [["a", "c"]]
    assert texts(document)[0] == "One"
    assert texts(document, Kind.NOTE) == ["Comment on C1: Really?", "Page header: Top"]
    assert document.pages[0].coverage.words_hidden == 4


def test_values_of_cells_that_are_not_said_how_to_be_shown_are_read() -> None:
    stated = {
        "float": 'value="1.5"', "percentage": 'value="0.5"', "date": 'date-value="2024-05-06T00:00:00"',
        "time": 'time-value="PT12H03M04.5S"', "boolean": 'boolean-value="true"', "string": 'string-value="words"',
        "void": "",
    }  # fmt: skip
    cells = "".join(
        f'<table:table-cell office:value-type="{kind}" {f"office:{value}" * bool(value)}/>'
        for kind, value in stated.items()
    )
    moment = '<table:table-cell office:value-type="date" office:date-value="2024-05-06T07:08:09"/>'
    odd = '<table:table-cell office:value-type="time" office:time-value="noon"/>'
    found = table(read(f"<table:table><table:table-row>{cells}{moment}{odd}</table:table-row></table:table>"))
    assert found == [["1.5", "0.5", "2024-05-06", "12:03:04", "TRUE", "words", "2024-05-06 07:08:09", "noon"]]


def test_what_another_cell_lies_over_is_withheld() -> None:
    over = cell("seen").replace("<table:table-cell", '<table:table-cell table:number-columns-spanned="2"', 1)
    under = cell("not seen").replace("table:table-cell", "table:covered-table-cell")
    body = f'<table:table table:name="One"><table:table-row>{over}{under}</table:table-row></table:table>'
    document = read(body)
    assert texts(document)[:2] == ["One", "seen"]
    assert [span.text for span in document.pages[0].coverage.hidden] == ["not seen"]
    asked = replace(TOOLS, include=Include(hidden=True))
    assert "not seen" in to_markdown(read(body, tools=asked))


def test_headers_of_pages_that_no_sheet_has_are_none() -> None:
    named = '<style:style style:name="ta" style:family="table" style:master-page-name="Standard"/></office:styles>'
    pages = (
        '<style:footer style:display="false"><text:p>Turned off</text:p></style:footer></style:master-page>'
        '<style:master-page style:name="Report"><style:header><text:p>??? at 00:00</text:p></style:header>'
    )
    styles = STYLES.replace("</office:styles>", named).replace("</style:master-page>", f"{pages}</style:master-page>")
    styles = styles.replace(">Top<", "><text:sheet-name>???</text:sheet-name> Top<")
    document = read('<table:table table:name="One" table:style-name="ta"/>', styles=styles)
    assert texts(document, Kind.NOTE) == ["Page header: Top"]
    assert [span.text for span in document.pages[0].coverage.hidden] == ["Turned off"]
    everywhere = texts(read('<table:table table:name="One"/>', styles=styles), Kind.NOTE)
    assert everywhere == ["Page header: Top", "Page header: at 00:00"]


def test_what_is_asked_for_and_margins_of_other_pages_are_read() -> None:
    message = '<table:help-message table:title="Day" table:display="{}"><text:p>Monday on</text:p></table:help-message>'
    asked = f"<table:content-validations>{message.format('true')}{message.format('false')}</table:content-validations>"
    more = "<style:header-first><text:p>First</text:p></style:header-first><style:footer-left><text:p>Even</text:p>"
    styles = STYLES.replace("</style:master-page>", f"{more}</style:footer-left></style:master-page>")
    document = read(f'{asked}<table:table table:name="One"/>', styles=styles)
    assert texts(document, Kind.NOTE) == [
        "Page header: Top", "Page header: First", "Page footer: Even", "Input message: Day: Monday on",
    ]  # fmt: skip


def test_a_formula_without_a_value_is_an_empty_text_where_others_were_calculated() -> None:
    empty = '<table:table-cell table:formula="of:=IF([.B1];[.C1];&quot;&quot;)"/>'
    two = '<table:table-cell table:formula="of:=1+1" office:value-type="float"><text:p>2</text:p></table:table-cell>'
    sheet = '<table:table table:name="One"><table:table-row>{}</table:table-row></table:table>'
    assert texts(read(sheet.format(empty)))[:2] == ["One", '=IF(B1;C1;"")']
    assert texts(read(sheet.format(empty + two)))[:2] == ["One", "2"]


def test_a_row_repeated_a_million_times_stops_at_the_limit() -> None:
    body = (
        '<table:table table:name="One"><table:table-row table:number-rows-repeated="1048576">'
        "<table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>"
    )
    document = read(body, tools=limited(cells=50))
    assert document.warnings == ("The sheet 'One' is too large: it was read up to row 50 only.",)


def test_a_reference_among_shapes_that_nothing_declares_is_none_of_them() -> None:
    row = f"<table:table-row><table:table-cell><text:p>a</text:p>&odd;</table:table-cell>{cell('b')}</table:table-row>"
    assert table(read(f'<table:table table:name="One">{row}</table:table>')) == [["a", "b"]]
