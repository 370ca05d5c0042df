"""Charts: what they draw, as a table."""

import pytest

from extraction.blocks import table, texts
from extraction.tools import TOOLS
from moonshelf.extraction.document import Document
from moonshelf.extraction.office.word.documents import extract
from samples.office.word import parts
from samples.packages import SPACES, archive, relations

EXTENDED = "http://schemas.microsoft.com/office/drawing/2014/chartex"


def read(chart: str, kind: str = "c") -> Document:
    space = f'xmlns:cx="{EXTENDED}"'
    drawing = f'<w:p><w:r><w:drawing {space}><{kind}:chart r:id="ch"/></w:drawing></w:r></w:p>'
    more = {
        "word/_rels/document.xml.rels": relations(("ch", "chart", "charts/chart1.xml")),
        "word/charts/chart1.xml": f"<{kind}:chartSpace {SPACES} {space}>{chart}</{kind}:chartSpace>",
    }
    return extract(archive(parts(drawing, more)), TOOLS)


def points(*values: object) -> str:
    return "".join(f'<c:pt idx="{place}"><c:v>{value}</c:v></c:pt>' for place, value in enumerate(values))


def numbers(code: str, *values: object) -> str:
    return f"<c:numRef><c:numCache><c:formatCode>{code}</c:formatCode>{points(*values)}</c:numCache></c:numRef>"


def test_dates_below_a_chart_are_dates_and_numbers_have_fifteen_digits() -> None:
    drawn = f"<c:cat>{numbers('d/m/yyyy', 43466)}</c:cat><c:val>{numbers('General', '0.70000000000000007')}</c:val>"
    assert table(read(f"<c:ser>{drawn}</c:ser>")) == [["", ""], ["1/1/2019", "0.7"]]


def test_long_numbers_that_are_names_stay_whole() -> None:
    drawn = f"<c:cat><c:strRef><c:strCache>{points('1234567890123456')}</c:strCache></c:strRef></c:cat>"
    assert table(read(f"<c:ser>{drawn}<c:val>{numbers('', 'n/a')}</c:val></c:ser>"))[1] == ["1234567890123456", "n/a"]


def test_the_sizes_of_bubbles_are_told() -> None:
    tags = {"xVal": 1.8, "yVal": 3.2, "bubbleSize": 4}
    drawn = "".join(f"<c:{tag}>{numbers('General', value)}</c:{tag}>" for tag, value in tags.items())
    assert table(read(f"<c:ser><c:tx><c:v>EU</c:v></c:tx>{drawn}</c:ser>")) == [["", "EU", "Size"], ["1.8", "3.2", "4"]]


def test_charts_of_later_kinds_are_read() -> None:
    levels = (
        '<cx:strDim type="cat"><cx:lvl><cx:pt idx="0">Bonn</cx:pt><cx:pt idx="1">Lyon</cx:pt></cx:lvl>'
        '<cx:lvl><cx:pt idx="0">North</cx:pt></cx:lvl></cx:strDim>'
    )
    values = '<cx:numDim type="val"><cx:lvl formatCode="General"><cx:pt idx="0">7</cx:pt></cx:lvl></cx:numDim>'
    name = "<cx:tx><cx:txData><cx:v>{}</cx:v></cx:txData></cx:tx>"
    series = f'<cx:series layoutId="treemap">{name.format("Sales")}<cx:dataId val="3"/></cx:series>'
    document = read(
        f'<cx:title>{name.format("Cities")}</cx:title><cx:data id="3">{levels}{values}</cx:data>{series}', "cx"
    )
    assert texts(document)[:2] == ["Treemap chart", "Cities"]
    assert table(document) == [["", "Sales"], ["North Bonn", "7"], ["Lyon", ""]]


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (("barChart",), "Bar chart"),
        (("bar3DChart", "lineChart", "lineChart"), "Bar and line chart"),
        (("ofPieChart",), "Pie chart"),
        (("catAx",), ""),
    ],
)
def test_what_a_chart_looks_like_is_said(drawn: tuple[str, ...], said: str) -> None:
    kinds = "".join(f"<c:{one}/>" for one in drawn)
    found = texts(read(f"<c:chart><c:plotArea>{kinds}</c:plotArea></c:chart>", "c"))
    assert [one for one in found if one] == ([said] if said else [])
