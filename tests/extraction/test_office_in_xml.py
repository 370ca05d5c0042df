"""Office's own XML: workbooks of Excel 2003, and documents whose parts stand in one file."""

import base64
import contextlib
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings

from extraction.office import TOOLS, damaged, limited
from extraction.test_mail import inner
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.document import Document
from moonshelf.extraction.facts import Tools
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office import flat_packages
from moonshelf.extraction.office.sheets.spelt import extract

WORKBOOK = b"""<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<o:DocumentProperties><o:Title>Harvest</o:Title><o:Author>Ann</o:Author></o:DocumentProperties>
<Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style>
<Style ss:ID="d"><NumberFormat ss:Format="d\\-mmm\\-yy"/></Style></Styles>
<Worksheet ss:Name="Yield"><Table><Column ss:Index="5" ss:Hidden="1"/>
<Row><Cell><Data ss:Type="String">Fruit</Data></Cell><Cell><Data ss:Type="String">Share</Data></Cell>
<Cell><Data ss:Type="String">Picked</Data></Cell><Cell><Data ss:Type="String">Ripe</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">Apple</Data><Comment ss:Author="Bo"><ss:Data>Small ones.</ss:Data></Comment></Cell>
<Cell ss:StyleID="p" ss:Formula="=1/8"><Data ss:Type="Number">0.125</Data></Cell>
<Cell ss:StyleID="d"><Data ss:Type="DateTime">2026-10-05T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="String">unseen</Data></Cell></Row>
<Row><Cell ss:MergeAcross="1"><Data ss:Type="String">All</Data></Cell>
<Cell><Data ss:Type="DateTime">2026-10-06T12:30:00</Data></Cell></Row>
<Row ss:Index="6"><Cell ss:Index="2"><Data ss:Type="Number">12</Data></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="Notes"><Table><Row><Cell><Data ss:Type="String">secret</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>
"""
TABLE = """<table>
<tr><td>Fruit</td><td>Share</td><td>Picked</td><td>Ripe</td></tr>
<tr><td>Apple</td><td>12.50%</td><td>5-Oct-26</td><td>TRUE</td></tr>
<tr><td colspan="2">All</td><td>2026-10-06 12:30</td><td></td></tr>
</table>"""


def read(content: bytes = WORKBOOK, tools: Tools = TOOLS) -> Document:
    return extract(BytesIO(content), tools)


def test_cells_stand_where_and_as_their_sheet_shows_them() -> None:
    assert read().metadata == {"title": "Harvest", "author": "Ann"}
    assert to_markdown(read()) == (
        f"## Yield\n\n{TABLE}\n\n12\n\nComment on A2: Bo: Small ones.\n\n> 2 words of hidden text withheld."
    )


def test_formulas_and_what_is_hidden_are_read_on_request() -> None:
    text = to_markdown(read(tools=Tools(TOOLS.recognise, include=Include(formulas=True, hidden=True))))
    assert "12.50% (=1/8)" in text
    assert "unseen" in text
    assert text.endswith("## Notes (hidden)\n\nsecret")


@pytest.mark.parametrize("name", ["report.xls", "report.xml", ""])
def test_such_a_workbook_is_told_whatever_it_is_called(name: str) -> None:
    assert sniffing.media_type(BytesIO(WORKBOOK), name) == "application/vnd.ms-excel.2003+xml"


def test_a_row_far_away_and_a_wide_merge_cost_nothing() -> None:
    far = WORKBOOK.replace(b'ss:Index="6"', b'ss:Index="999999999"').replace(
        b'MergeAcross="1"', b'MergeAcross="99999999"'
    )
    assert "All" in to_markdown(read(far))
    assert read(far, limited(cells=2)).warnings[0] == "The sheet 'Yield' is too large: it was read up to row 0 only."


def flattened(package: bytes) -> bytes:
    """Write the parts of *package* in one document."""
    parts = []
    with zipfile.ZipFile(BytesIO(package)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            held = f"<pkg:binaryData>{base64.encodebytes(content).decode()}</pkg:binaryData>"
            if name.endswith((".xml", ".rels")):
                held = f"<pkg:xmlData>{content.decode().rpartition('?>')[2]}</pkg:xmlData>"
            kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
            if name != "[Content_Types].xml":
                stated = kind if name == "word/document.xml" else "application/xml"
                parts.append(f'<pkg:part pkg:name="/{name}" pkg:contentType="{stated}">{held}</pkg:part>')
    space = "http://schemas.microsoft.com/office/2006/xmlPackage"
    return f'<?xml version="1.0"?><pkg:package xmlns:pkg="{space}">{"".join(parts)}</pkg:package>'.encode()


def test_a_document_in_one_file_reads_as_its_package_does() -> None:
    from extraction import word_parts  # noqa: PLC0415  samples import this module

    body = "<w:p><w:r><w:t>Apples did well</w:t></w:r><w:r><w:footnoteReference w:id='1'/></w:r></w:p>"
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in word_parts.parts(body).items():
            archive.writestr(name, content)
    flat = flattened(packed.getvalue())
    assert sniffing.media_type(BytesIO(flat), "a.xml") == "application/vnd.openxmlformats-package+xml"
    assert to_markdown(flat_packages.extract(BytesIO(flat), inner())) == "Apples did well[^1]\n\n[^1]: Below."


@settings(max_examples=60, deadline=None)
@given(damaged(WORKBOOK))
def test_any_bytes_give_a_document_or_an_extraction_error(content: bytes) -> None:
    for one in (extract, flat_packages.extract):
        with contextlib.suppress(ExtractionError):
            to_markdown(one(BytesIO(content), TOOLS))
