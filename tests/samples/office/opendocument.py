"""OpenDocument files, packed or in one file of XML."""

SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for prefix, space in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style", "meta": "meta",
        "presentation": "presentation", "fo": "xsl-fo-compatible", "svg": "svg-compatible",
    }.items()
)  # fmt: skip
SPACES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
AUTOMATIC = """<office:automatic-styles>
<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="V" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="U" style:family="text"><style:text-properties style:text-position="33% 58%"/></style:style>
<style:style style:name="D" style:family="text"><style:text-properties style:text-position="sub 58%"/></style:style>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
<style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style>
<style:style style:name="unseen" style:family="drawing-page">
<style:drawing-page-properties presentation:visibility="hidden"/></style:style>
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" text:display-levels="2"/>
</text:list-style></office:automatic-styles>"""
STYLES = f"""<office:document-styles {SPACES}><office:styles><style:style style:name="Title" style:family="paragraph"/>
</office:styles><office:master-styles><style:master-page style:name="Standard"><style:header><text:p>Top</text:p>
</style:header></style:master-page></office:master-styles></office:document-styles>"""
META = f"""<office:document-meta {SPACES}><office:meta><dc:title>A title</dc:title>
<meta:initial-creator>Ann</meta:initial-creator><meta:user-defined meta:name="Client">Bob</meta:user-defined>
</office:meta></office:document-meta>"""


def parts(body: str, kind: str = "text", *, styles: str = "") -> dict[str, str]:
    content = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    return {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content {SPACES}>{AUTOMATIC}{content}</office:document-content>",
        "styles.xml": styles or f"<office:document-styles {SPACES}/>",
    }


def cell(words: str) -> str:
    return f"<table:table-cell><text:p>{words}</text:p></table:table-cell>"


def flat(body: str, kind: str = "text") -> bytes:
    mimetype = f'office:mimetype="application/vnd.oasis.opendocument.{kind}"'
    content = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    meta = META.partition("<office:meta>")[2].partition("</office:meta>")[0]
    return (
        f'<?xml version="1.0"?><office:document {SPACES} {mimetype}><office:meta>{meta}</office:meta>'
        f"{AUTOMATIC}{content}</office:document>"
    ).encode()
