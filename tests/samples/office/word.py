"""Parts of Word documents, written by hand."""

from collections.abc import Mapping
from types import MappingProxyType

from samples.packages import SPACES, relations

NOTHING: Mapping[str, str] = MappingProxyType({})
STYLES = f"""<w:styles {SPACES}>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Chapter"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Based"><w:name w:val="Derived"/><w:basedOn w:val="Own"/></w:style>
<w:style w:type="paragraph" w:styleId="Top"><w:name w:val="Title"/><w:rPr><w:sz w:val="56"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Cover"><w:name w:val="Cover"/><w:basedOn w:val="Top"/></w:style>
<w:style w:type="paragraph" w:styleId="Author"><w:name w:val="Author"/><w:basedOn w:val="Top"/>
<w:rPr><w:sz w:val="24"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>
<w:style w:type="paragraph" w:styleId="Code"><w:name w:val="Source Code"/></w:style>
</w:styles>"""
NUMBERING = f"""<w:numbering {SPACES}><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
</w:numbering>"""
NOTES = f"""<w:footnotes {SPACES}>
<w:footnote w:id="1"><w:p><w:r><w:t>Below.</w:t></w:r></w:p></w:footnote></w:footnotes>"""
COMMENTS = f"""<w:comments {SPACES}><w:comment w:id="0" w:author="Ann"><w:p><w:r><w:t>Really?</w:t></w:r></w:p>
</w:comment></w:comments>"""
HEADER = f"<w:hdr {SPACES}><w:p><w:r><w:t>Top of the page</w:t></w:r></w:p></w:hdr>"
_REFERRED = {
    "word/footnotes.xml": (NOTES, "<w:footnoteReference "),
    "word/comments.xml": (COMMENTS, "<w:comment"),
    "word/header1.xml": (HEADER, "<w:headerReference "),
}
"""Parts that are there where the body refers to what they hold, and the mark of that."""
CORE = """<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A title</dc:title>
<dc:creator>Ann</dc:creator></cp:coreProperties>"""


CHECKED = "<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>"
CHOSEN = """<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="Amber"/><w:listEntry w:val="Blue"/></w:ddList>
</w:ffData>"""
WIDE, TALL = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>'


def parts(body: str, more: Mapping[str, str] = NOTHING) -> dict[str, str]:
    return {
        "_rels/.rels": relations(
            ("r1", "officeDocument", "word/document.xml"), ("r2", "metadata/core-properties", "docProps/core.xml")
        ),
        "docProps/core.xml": CORE,
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(
            ("s", "styles", "styles.xml"), ("n", "numbering", "numbering.xml"), ("f", "footnotes", "footnotes.xml"),
            ("c", "comments", "comments.xml"), ("h", "header", "header1.xml"), ("l", "hyperlink", "https://a.example/x"),
            ("ch", "chart", "charts/chart1.xml"), ("dm", "diagramData", "diagrams/data1.xml"),
            ("dr", "diagramDrawing", "diagrams/drawing1.xml"),
        ),
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        **{name: content for name, (content, mark) in _REFERRED.items() if mark in body},
        **more,
    }  # fmt: skip


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def item(text: str, number: int, level: int = 0) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"
