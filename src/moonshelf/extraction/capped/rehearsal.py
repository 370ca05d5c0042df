"""A first reading, of documents of our own, before any child is forked.

Libraries load the larger half of themselves only when first used, and patterns, paths and caches are made when first
asked for. Done once, in the process that all children are forked from, it need not be done by each of them.
liteparse is imported and no more: its runtime does not survive a fork.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from moonshelf.extraction import encoding, layout, markdown, parts
from moonshelf.extraction.coverage import zero_width
from moonshelf.extraction.office.sheets import workbooks
from moonshelf.extraction.office.word import documents
from moonshelf.extraction.pages import pdf
from moonshelf.extraction.tools import Line, Raster, Tools

_TEXT = b"BT /F 12 Tf 72 720 Td (A heading) Tj 0 -24 Td (and a few words of text below it.) Tj ET"
_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(_TEXT), _TEXT),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
)

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_ROOT = (
    f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="main.xml"/>'
    f'<Relationship Id="b" Type="{_RELATIONS}/metadata/core-properties" Target="core.xml"/></Relationships>'
)
_METADATA = f'<c:coreProperties xmlns:c="{_CORE}"><c:keywords>a few</c:keywords></c:coreProperties>'
_LETTER = {
    "_rels/.rels": _ROOT,
    "core.xml": _METADATA,
    "_rels/main.xml.rels": f"""<Relationships xmlns="{_RELATIONS}">
        <Relationship Id="a" Type="{_OFFICE}/styles" Target="styles.xml"/>
        <Relationship Id="b" Type="{_OFFICE}/numbering" Target="numbering.xml"/></Relationships>""",
    "styles.xml": f"""<styles xmlns="{_WORD}" xmlns:w="{_WORD}"><style w:type="paragraph" w:styleId="Heading1">
        <name w:val="heading 1"/><pPr><outlineLvl w:val="0"/></pPr></style></styles>""",
    "numbering.xml": f"""<numbering xmlns="{_WORD}" xmlns:w="{_WORD}"><abstractNum w:abstractNumId="0">
        <lvl w:ilvl="0"><start w:val="1"/><numFmt w:val="decimal"/><lvlText w:val="%1."/></lvl></abstractNum>
        <num w:numId="1"><abstractNumId w:val="0"/></num></numbering>""",
    "main.xml": f"""<document xmlns="{_WORD}" xmlns:w="{_WORD}"><body>
        <p><pPr><pStyle w:val="Heading1"/></pPr><r><t>A heading</t></r></p>
        <p><pPr><numPr><ilvl w:val="0"/><numId w:val="1"/></numPr></pPr><r><rPr><b/></rPr><t>an item</t></r></p>
        <tbl><tr><tc><p><r><t>a cell</t></r></p></tc><tc><p><r><t>1</t></r></p></tc></tr>
        <tr><tc><p><r><t>below</t></r></p></tc><tc><p><r><t>2</t></r></p></tc></tr></tbl></body></document>""",
}
_BOOK = {
    "_rels/.rels": _ROOT,
    "core.xml": _METADATA,
    "_rels/main.xml.rels": f"""<Relationships xmlns="{_RELATIONS}">
        <Relationship Id="a" Type="{_OFFICE}/styles" Target="styles.xml"/>
        <Relationship Id="b" Type="{_OFFICE}/worksheet" Target="sheet.xml"/>
        <Relationship Id="c" Type="{_OFFICE}/sharedStrings" Target="strings.xml"/></Relationships>""",
    "main.xml": f"""<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>
        <sheet name="One" sheetId="1" r:id="b"/></sheets></workbook>""",
    "styles.xml": f"""<styleSheet xmlns="{_SHEET}"><cellXfs><xf numFmtId="0"/><xf numFmtId="4"/><xf numFmtId="14"/>
        </cellXfs></styleSheet>""",
    "strings.xml": f'<sst xmlns="{_SHEET}"><si><t>A heading</t></si><si><t>another</t></si></sst>',
    "sheet.xml": f"""<worksheet xmlns="{_SHEET}"><dimension ref="A1:B2"/><sheetData>
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
        <row r="2"><c r="A2" s="1"><v>1234.5</v></c><c r="B2" s="2"><v>45000</v></c></row></sheetData></worksheet>""",
}


def rehearse() -> None:
    """Read a page, a letter and a workbook, write them out, and forget them."""
    import liteparse.parser  # noqa: F401, PLC0415 heavy: its Rust half

    for read, members in ((documents.extract, _LETTER), (workbooks.extract, _BOOK)):
        document = zero_width.without(read(_packed(members), Tools(recognise=_unseen)))
        encoding.encode(document)
        markdown.to_markdown(document)
    pages = pdf.open_pdfium(BytesIO(_document()), Tools(recognise=_unseen))
    packed = parts.pack({1: parts.encode(pages.read(1))}, metadata=pages.metadata, degraded=False)
    pages.close()
    markdown.to_markdown(layout.assemble(parts.Parts(BytesIO(packed)), {}))


def _packed(members: Mapping[str, str]) -> BytesIO:
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return whole


def _document() -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(_OBJECTS, 1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(_OBJECTS) + 1
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _unseen(_raster: Raster) -> Sequence[Line]:
    return ()
