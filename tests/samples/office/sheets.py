"""Parts of Excel workbooks, written by hand."""

from samples.packages import SHEET_SPACE, SPACES, relations

STYLES = f"""<styleSheet {SHEET_SPACE}><numFmts><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>
<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>
</styleSheet>"""
STRINGS = f"""<sst {SHEET_SPACE}><si><t>Fruit</t></si>
<si><r><t>Ap</t></r><r><t>ple</t></r><rPh><t>reading</t></rPh></si></sst>"""
COMMENTS = f"""<comments {SHEET_SPACE}><authors><author>Ann</author></authors><commentList>
<comment ref="B2" authorId="0"><text><r><t>Too high</t></r></text></comment></commentList></comments>"""
DRAWING = (
    f"<xdr:wsDr {SPACES}><xdr:sp><xdr:txBody><a:p><a:r><a:t>boxed</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>"
)


def parts(data: str, *, state: str = "visible", before: str = "", after: str = "", dates: str = "0") -> dict[str, str]:
    return {
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook {SHEET_SPACE} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<workbookPr date1904="{dates}"/><sheets><sheet name="First" r:id="s1"/>'
        f'<sheet name="Second" r:id="s2" state="{state}"/><sheet name="Lost" r:id="s9"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("s1", "worksheet", "worksheets/sheet1.xml"), ("s2", "worksheet", "/xl/worksheets/sheet2.xml"),
            ("st", "styles", "styles.xml"), ("ss", "sharedStrings", "sharedStrings.xml"),
        ),
        "xl/worksheets/sheet1.xml": f"<worksheet {SHEET_SPACE}"
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f"{before}<sheetData>{data}</sheetData>{after}</worksheet>",
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            ("c", "comments", "../comments1.xml"), ("d", "drawing", "../drawings/drawing1.xml"),
            ("l", "hyperlink", "https://a.example/x"),
        ),
        "xl/worksheets/sheet2.xml": f'<worksheet {SHEET_SPACE}><sheetData><row><c t="str"><v>two words</v></c></row>'
        "</sheetData></worksheet>",
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": STRINGS,
    }  # fmt: skip


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
