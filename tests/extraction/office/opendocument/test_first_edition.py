"""Documents of OpenOffice.org 1."""

from io import BytesIO

import pytest

from extraction.blocks import blocks, table, texts
from extraction.tools import TOOLS
from moonshelf.extraction import registry, sniffing
from moonshelf.extraction.document import Document, Kind
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.opendocument.first_edition import modern
from moonshelf.extraction.office.opendocument.packages import extract
from samples.office.opendocument import parts
from samples.packages import archive

_SPACES = " ".join(
    f'xmlns:{prefix}="http://{space}"'
    for prefix, space in {
        **{
            name: f"openoffice.org/2000/{name}" for name in ("office", "style", "text", "table", "presentation", "meta")
        },
        "draw": "openoffice.org/2000/drawing",
        "fo": "www.w3.org/1999/XSL/Format",
        "svg": "www.w3.org/2000/svg",
        "xlink": "www.w3.org/1999/xlink",
    }.items()
)
_STYLES = """<office:automatic-styles>
<style:style style:name="T1" style:family="text"><style:properties fo:font-weight="bold"/></style:style>
<style:style style:name="gone" style:family="table"><style:properties table:display="false"/></style:style>
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-suffix="." style:num-format="1"/>
</text:list-style></office:automatic-styles>"""


def held(body: str, kind: str, mimetype: str) -> BytesIO:
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE office:document-content PUBLIC '
        '"-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "office.dtd">'
        f'<office:document-content {_SPACES} office:class="{kind}">{_STYLES}<office:body>{body}</office:body>'
        "</office:document-content>"
    )
    margin = (
        "<style:master-page style:name='Standard'><style:header><text:p>Top</text:p></style:header></style:master-page>"
    )
    masters = f"<office:master-styles>{margin}</office:master-styles>"
    styles = f"<office:document-styles {_SPACES}>{masters}</office:document-styles>"
    return archive({"mimetype": f"application/vnd.sun.xml.{mimetype}", "content.xml": content, "styles.xml": styles})


def read(body: str, kind: str) -> Document:
    return extract(held(body, kind, "writer"), TOOLS)


def test_a_text_is_read() -> None:
    body = (
        '<text:h text:style-name="H" text:level="2">Scope</text:h>'
        '<text:p>Said<text:tab-stop/><text:span text:style-name="T1">loudly</text:span>'
        '<text:footnote text:id="f"><text:footnote-citation>1</text:footnote-citation><text:footnote-body>'
        "<text:p>Below.</text:p></text:footnote-body></text:footnote><text:endnote text:id='e'><text:endnote-citation>i"
        "</text:endnote-citation><text:endnote-body><text:p>Behind.</text:p></text:endnote-body></text:endnote></text:p>"
        '<text:ordered-list text:style-name="L"><text:list-item><text:p>one</text:p></text:list-item>'
        "</text:ordered-list>"
        '<text:p><draw:text-box svg:width="9cm"><text:p>boxed</text:p></draw:text-box>'
        '<draw:image xlink:href="#Pictures/1.png"/></text:p>'
    )
    assert to_markdown(read(body, "text")) == (
        "## Scope\n\nSaid\t**loudly**[^1][^i]\n\n1. one\n\nboxed\n\n[^1]: Below.\n\n[^i]: Behind.\n\nPage header: Top"
    )


def test_a_table_in_a_cell_is_read_there() -> None:
    cell = "<table:table-cell><text:p>x</text:p></table:table-cell>"
    inner = f"<table:sub-table><table:table-row>{cell}{cell}</table:table-row></table:sub-table>"
    row = f"<table:table-row>{cell}<table:table-cell>{inner}</table:table-cell></table:table-row>"
    assert table(read(f"<table:table>{row}</table:table>", "text")) == [["x", "x | x"]]


def test_a_workbook_is_read() -> None:
    body = (
        '<table:table table:name="First"><table:table-row><table:table-cell table:value-type="float" table:value="7"/>'
        '<table:table-cell><office:annotation office:author="Ann" office:display="true"><text:p>Why?</text:p>'
        "</office:annotation><text:p>two</text:p></table:table-cell></table:table-row></table:table>"
        '<table:table table:name="Second" table:style-name="gone"><table:table-row><table:table-cell>'
        "<text:p>unseen</text:p></table:table-cell></table:table-row></table:table>"
    )
    document = read(body, "spreadsheet")
    assert table(document)[0] == ["7", "two"]
    assert "Comment on B1: Ann: Why?" in texts(document, Kind.NOTE)
    assert [one.text for one in document.pages[0].coverage.hidden] == ["unseen"]


def test_a_presentation_is_read() -> None:
    body = (
        '<draw:page draw:name="p"><draw:text-box presentation:class="title" svg:x="1cm" svg:y="1cm" svg:width="9cm" '
        'svg:height="1cm"><text:p>Hello</text:p></draw:text-box><presentation:notes><draw:text-box><text:p>Wave.</text:p>'
        "</draw:text-box></presentation:notes></draw:page>"
    )
    found = [one.text for one in blocks(read(body, "presentation"))]
    assert found[0] == "Slide 1: Hello"
    assert "Notes: Wave." in found


@pytest.mark.parametrize("kind", ["writer", "calc", "impress", "draw", "writer.template"])
def test_such_files_are_told_by_what_they_state(kind: str) -> None:
    found = sniffing.media_type(held("", "text", kind), "x")
    assert registry.find(found).name == "OpenDocument"


def test_what_has_the_words_of_today_stays_as_it_is() -> None:
    content = parts("<text:p>http://openoffice.org/2000/text</text:p>")["content.xml"].encode()
    assert modern(content) == content
