"""Office's own XML: workbooks and documents of 2003, and documents whose parts stand in one file."""

import base64
import contextlib
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.damage import damaged
from extraction.mail.test_mail import inner
from extraction.tools import TOOLS, limited
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.document import Document
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office import flat_packages
from moonshelf.extraction.office.sheets.spelt import extract
from moonshelf.extraction.office.word import spelt
from moonshelf.extraction.tools import Tools

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


def _in_one_file(body: str) -> bytes:
    from extraction.office import word_parts  # noqa: PLC0415  samples import this module

    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in word_parts.parts(body).items():
            archive.writestr(name, content)
    return flattened(packed.getvalue())


def test_a_document_in_one_file_reads_as_its_package_does() -> None:
    flat = _in_one_file("<w:p><w:r><w:t>Apples did well</w:t></w:r><w:r><w:footnoteReference w:id='1'/></w:r></w:p>")
    assert sniffing.media_type(BytesIO(flat), "a.xml") == "application/vnd.openxmlformats-package+xml"
    assert to_markdown(flat_packages.extract(BytesIO(flat), inner())) == "Apples did well[^1]\n\n[^1]: Below."


@pytest.mark.parametrize("name", ["", "/", "a" * 70_000])
def test_a_part_without_a_name_to_refer_to_costs_nothing(name: str) -> None:
    part = f'<pkg:part pkg:name="{name}"/></pkg:package>'.encode()
    flat = _in_one_file("<w:p><w:r><w:t>Apples</w:t></w:r></w:p>").replace(b"</pkg:package>", part)
    assert to_markdown(flat_packages.extract(BytesIO(flat), inner())) == "Apples"


LETTER = b"""<?xml version="1.0"?>
<?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"
 xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" xmlns:aml="http://schemas.microsoft.com/aml/2001/core"
 xmlns:o="urn:schemas-microsoft-com:office:office"><o:DocumentProperties><o:Title>Harvest</o:Title>
</o:DocumentProperties><w:lists><w:listDef w:listDefId="4"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:nfc w:val="4"/>
<w:lvlText w:val="%1)"/></w:lvl></w:listDef><w:list w:ilfo="2"><w:ilst w:val="4"/></w:list></w:lists>
<w:styles><w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style></w:styles>
<w:body><wx:sect><wx:sub-section><w:p><w:pPr><w:pStyle w:val="H"/></w:pPr><w:r><w:t>Report</w:t></w:r></w:p>
<w:p><w:r><w:t>Apples did </w:t></w:r><aml:annotation w:type="Word.Insertion"><aml:content><w:r><w:rPr><w:b/></w:rPr>
<w:t>very</w:t></w:r></aml:content></aml:annotation>
<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>not</w:delText></w:r></aml:content>
</aml:annotation><w:r><w:t> well</w:t></w:r>
<w:r><w:footnote><w:p><w:r><w:t>By weight.
</w:t></w:r></w:p></w:footnote></w:r><w:r><aml:annotation w:type="Word.Comment" aml:author="Bo"><aml:content><w:p><w:r>
<w:t>Sure?</w:t></w:r></w:p></aml:content></aml:annotation></w:r><w:hlink w:dest="https://a.example/b"><w:r>
<w:t>more</w:t></w:r></w:hlink></w:p>
<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="2"/></w:listPr></w:pPr><w:r>
<w:t>first</w:t></w:r></w:p></wx:sub-section>
<w:tbl><w:tr><w:tc><w:tcPr><w:vmerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>Fruit</w:t>
</w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vmerge/></w:tcPr><w:p/>
</w:tc><w:tc><w:p><w:r><w:t>13</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:sectPr><w:hdr w:type="odd"><w:p><w:r>
<w:t>Page top</w:t></w:r></w:p></w:hdr></w:sectPr></wx:sect></w:body></w:wordDocument>
"""


def test_a_document_of_word_2003_reads_as_one_of_today() -> None:
    assert sniffing.media_type(BytesIO(LETTER), "letter.doc") == "application/msword.2003+xml"
    found = spelt.extract(BytesIO(LETTER), inner())
    assert found.metadata == {"title": "Harvest"}
    assert to_markdown(found) == (
        "# Report\n\nApples did **very** well[^1][^c1][more](https://a.example/b)\n\n- a) first\n\n<table>\n"
        '<tr><td rowspan="2">Fruit</td><td>12</td></tr>\n<tr><td>13</td></tr>\n</table>\n\n'
        "[^1]: By weight.\n\n[^c1]: Bo: Sure?\n\nPage header: Page top"
    )


@settings(max_examples=60, deadline=None)
@given(st.one_of(damaged(WORKBOOK), damaged(LETTER)))
def test_any_bytes_give_a_document_or_an_extraction_error(content: bytes) -> None:
    for one in (extract, flat_packages.extract, spelt.extract):
        with contextlib.suppress(ExtractionError):
            to_markdown(one(BytesIO(content), TOOLS))
