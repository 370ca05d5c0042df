"""Office's own XML: a workbook and a document of 2003, and packages in one file."""

import base64
import zipfile
from io import BytesIO

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
