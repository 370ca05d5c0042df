"""OpenDocument texts, spreadsheets and presentations."""

import contextlib
from collections.abc import Mapping
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.blocks import blocks, table, texts
from extraction.damage import damaged, damaged_parts
from extraction.packages import archive
from extraction.tools import TOOLS, limited
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError, LimitReached
from moonshelf.extraction import sniffing
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.opendocument.packages import extract, extract_flat
from moonshelf.extraction.registry import find
from moonshelf.extraction.tools import Tools

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


def read(body: str, kind: str = "text", *, tools: Tools = TOOLS, styles: str = "") -> Document:
    return extract(archive(parts(body, kind, styles=styles)), tools)


def test_preformatted_paragraphs_are_lines_of_one_listing() -> None:
    named = '<style:style style:name="Preformatted_20_Text" style:family="paragraph"/>'
    styles = f"<office:document-styles {SPACES}><office:styles>{named}</office:styles></office:document-styles>"
    line = '<text:p text:style-name="Preformatted_20_Text">{}</text:p>'
    body = line.format("if x:") + line.format('<text:s text:c="4"/><text:span text:style-name="B">go</text:span>()')
    assert to_markdown(read(f"{body}<text:p>after</text:p>", styles=styles)) == "```\nif x:\n    go()\n```\n\nafter"


def test_fields_of_forms_show_what_was_ticked_and_chosen() -> None:
    space = "urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"

    def field(kind: str, **stated: str) -> str:
        entries = [("Dropdown_ListEntry", "Amber"), ("Dropdown_ListEntry", "Blue"), *stated.items()]
        given = "".join(f'<f:param f:name="{name}" f:value="{value}"/>' for name, value in entries)
        return f'<f:fieldmark xmlns:f="{space}" f:type="x.{kind}">{given}</f:fieldmark>'

    fields = (
        field("FORMCHECKBOX", Checkbox_Checked="true"),
        field("FORMCHECKBOX"),
        field("FORMDROPDOWN", Dropdown_Selected="1"),
        field("FORMDROPDOWN", Dropdown_Selected="7"),
    )
    assert texts(read(f"<text:p>{'/'.join(fields)}.</text:p>")) == ["☒/☐/Blue/."]


def cell(words: str) -> str:
    return f"<table:table-cell><text:p>{words}</text:p></table:table-cell>"


def with_parts(more: Mapping[str, str]) -> Document:
    return extract(archive({**parts("<text:p>x</text:p>"), **more}), TOOLS)


def test_headings_paragraphs_and_inline_marks() -> None:
    body = (
        '<text:p text:style-name="P1">Name</text:p><text:h text:outline-level="2">Two</text:h><text:p>a'
        '<text:s text:c="2"/><text:span text:style-name="B">bold</text:span><text:line-break/>'
        '<text:a xlink:href="https://a.example/">there</text:a></text:p>'
    )
    assert blocks(read(body, styles=STYLES))[:-1] == [
        Block(Kind.HEADING, "Name", level=1),
        Block(Kind.HEADING, "Two", level=2),
        Block(Kind.PARAGRAPH, "a  **bold**\n[there](https://a.example/)"),
    ]


def test_list_items_carry_the_numbers_that_are_printed() -> None:
    inner = "<text:list><text:list-item><text:p>deep</text:p></text:list-item></text:list>"
    body = (
        '<text:list text:style-name="L"><text:list-item><text:p>one</text:p></text:list-item>'
        f"<text:list-item><text:p>two</text:p><text:p>more</text:p>{inner}</text:list-item></text:list>"
        '<text:list text:style-name="L"><text:list-item><text:p>new</text:p></text:list-item></text:list>'
    )
    assert [(one.marker, one.level, one.text) for one in blocks(read(body))] == [
        ("1.", 0, "one"), ("2.", 0, "two"), ("", 0, "more"), ("2.a)", 1, "deep"), ("1.", 0, "new"),
    ]  # fmt: skip


def test_notes_comments_boxes_and_headers_are_found() -> None:
    body = (
        '<text:p>Said<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        "<text:p>Below.</text:p></text:note-body></text:note><office:annotation><dc:creator>Ann</dc:creator>"
        "<text:p>Really?</text:p></office:annotation><draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box>"
        "</draw:frame><draw:frame><svg:desc>A duck</svg:desc></draw:frame></text:p>"
    )
    assert to_markdown(read(body, styles=STYLES)) == (
        "Said[^1][^c1]\n\nboxed\n\nA duck\n\n[^1]: Below.\n\n[^c1]: Ann: Really?\n\nPage header: Top"
    )


def test_hidden_and_deleted_text_is_left_out() -> None:
    body = (
        "<text:tracked-changes><text:p>deleted long ago</text:p></text:tracked-changes>"
        '<text:p>seen <text:span text:style-name="V">not seen</text:span>'
        '<text:hidden-text text:string-value="nor this"/></text:p>'
        '<text:p>Nor <text:hidden-paragraph text:is-hidden="true"/>here</text:p>'
    )
    document = read(body)
    assert texts(document) == ["seen"]
    assert document.pages[0].coverage.words_hidden == 6


def test_two_billion_spaces_are_not_written() -> None:
    assert len(texts(read('<text:p>a<text:s text:c="2000000000"/>b</text:p>'))[0]) < 200


def test_a_table_keeps_its_spans() -> None:
    body = (
        '<table:table><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>wide</text:p>'
        "</table:table-cell><table:covered-table-cell/></table:table-row><table:table-row>"
        '<table:table-cell table:number-columns-repeated="2"><text:p>a</text:p></table:table-cell></table:table-row>'
        "</table:table>"
    )
    document = read(body)
    assert table(document) == [["wide"], ["a", "a"]]
    assert blocks(document)[0].cells[0].column_span == 2


def test_sheets_show_what_is_shown() -> None:
    body = (
        '<table:table table:name="One"><table:table-column/><table:table-column table:visibility="collapse"/>'
        f"<table:table-row>{cell('a')}{cell('not seen')}"
        "<table:table-cell><office:annotation><text:p>Really?</text:p></office:annotation><text:p>c</text:p>"
        '</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048576"/></table:table>'
        f'<table:table table:name="Two" table:style-name="gone"><table:table-row>{cell("two words")}'
        "</table:table-row></table:table>"
    )
    document = read(body, "spreadsheet", styles=STYLES)
    assert table(document) == [["a", "c"]]
    assert texts(document)[0] == "One"
    assert texts(document, Kind.NOTE) == ["Comment on C1: Really?", "Page header: Top"]
    assert document.pages[0].coverage.words_hidden == 4


def test_a_row_repeated_a_million_times_stops_at_the_limit() -> None:
    body = (
        '<table:table table:name="One"><table:table-row table:number-rows-repeated="1048576">'
        "<table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>"
    )
    document = read(body, "spreadsheet", tools=limited(cells=50))
    assert document.warnings == ("The sheet 'One' is too large: it was read up to row 50 only.",)


def test_slides_are_read_with_titles_and_notes() -> None:
    def frame(words: str, more: str) -> str:
        return f"<draw:frame {more}><draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame>"

    notes = f"<presentation:notes>{frame('Say hello.', '')}</presentation:notes>"
    shapes = frame("low", 'svg:y="9cm"') + frame("high", 'svg:y="1cm"') + frame("Hello", 'presentation:class="title"')
    hidden = f'<draw:page draw:style-name="unseen">{frame("never", "")}</draw:page>'
    document = read(f"<draw:page>{shapes}{notes}</draw:page>{hidden}", "presentation")
    assert texts(document) == ["Slide 1: Hello", "high", "low", "Notes: Say hello."]
    assert document.pages[0].coverage.words_hidden > 0


def test_what_groups_comments_footers_and_masters_say_is_read_in_its_place() -> None:
    def frame(words: str, more: str) -> str:
        return f"<draw:frame {more}><draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame>"

    far = frame("far", 'svg:x="50cm" svg:width="1cm" svg:height="1cm"')
    low, high = (frame(words, f'svg:y="{top}cm"') for words, top in (("low", 9), ("high", 1)))
    turned = frame("middle", 'draw:transform="rotate (1.57) translate (1cm 5cm)"')
    note = (
        '<o:annotation xmlns:o="http://openoffice.org/2009/office"><dc:creator>Bob</dc:creator><text:p>No.</text:p>'
        "</o:annotation>"
    )
    declared = '<presentation:footer-decl presentation:name="f">Small print</presentation:footer-decl>'
    uses = 'presentation:use-footer-name="f" draw:master-page-name="M"'
    slide = f"<draw:page {uses}><draw:g>{low}{far}</draw:g>{turned}{high}{note}</draw:page>"
    prompt = frame("Click to add", 'presentation:class="title"')
    layout = (
        '<office:automatic-styles><style:page-layout style:name="L"><style:page-layout-properties fo:page-width="28cm" '
        'fo:page-height="21cm"/></style:page-layout></office:automatic-styles>'
        f'<style:master-page style:name="M">{prompt}{frame("Logo", "")}</style:master-page>'
    )
    styles = f"<office:document-styles {SPACES}>{layout}</office:document-styles>"
    document = read(f"{declared}{slide}<draw:page {uses}/>", "presentation", styles=styles)
    assert texts(document) == [
        "Slide 1", "high", "middle", "low", "Footer: Small print", "On every slide: Logo", "Comment by Bob: No.",
        "Slide 2",
    ]  # fmt: skip
    assert [one.text for one in document.pages[0].coverage.hidden] == ["far"]


def test_more_slides_than_the_limit_are_refused() -> None:
    with pytest.raises(LimitReached):
        read("<draw:page/><draw:page/>", "presentation", tools=limited(pages=1))


def test_the_title_and_author_are_metadata() -> None:
    assert with_parts({"meta.xml": META}).metadata == {"title": "A title", "author": "Ann", "custom: Client": "Bob"}


def test_an_encrypted_document_is_told() -> None:
    with pytest.raises(EncryptedDocument):
        with_parts({"META-INF/manifest.xml": "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"})


def test_a_document_of_nothing_known_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        read("", "chart")


SOUND = parts(
    '<text:h text:outline-level="1">H</text:h><text:list text:style-name="L"><text:list-item><text:p>i</text:p>'
    f'</text:list-item></text:list><table:table><table:table-row table:number-rows-repeated="2">{cell("c")}'
    "</table:table-row></table:table>",
    styles=STYLES,
)
SHEETS = parts(
    '<table:table table:name="One"><table:table-column table:number-columns-repeated="3"/><table:table-row '
    'table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"><text:p>c</text:p>'
    "</table:table-cell></table:table-row></table:table>",
    "spreadsheet",
)


@given(st.one_of(damaged_parts(SOUND), damaged_parts(SHEETS)))
@settings(max_examples=200, deadline=None)
def test_a_damaged_part_gives_a_document_or_an_error(file: BytesIO) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(file, limited(cells=1000)), Document)


@given(st.one_of(st.binary(max_size=300), damaged(archive(SOUND).getvalue())))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_a_document_or_an_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(BytesIO(content), TOOLS), Document)


def flat(body: str, kind: str = "text") -> bytes:
    mimetype = f'office:mimetype="application/vnd.oasis.opendocument.{kind}"'
    content = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    meta = META.partition("<office:meta>")[2].partition("</office:meta>")[0]
    return (
        f'<?xml version="1.0"?><office:document {SPACES} {mimetype}><office:meta>{meta}</office:meta>'
        f"{AUTOMATIC}{content}</office:document>"
    ).encode()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text", '<text:p>Some <text:span text:style-name="B">bold</text:span> words.</text:p>'),
        ("spreadsheet", f'<table:table table:name="S"><table:table-row>{cell("one")}</table:table-row></table:table>'),
        (
            "presentation",
            "<draw:page><draw:frame><draw:text-box><text:p>one</text:p></draw:text-box></draw:frame></draw:page>",
        ),
    ],
)
def test_one_xml_file_reads_as_the_packed_document_does(kind: str, body: str) -> None:
    content = flat(body, kind)
    found = find(sniffing.media_type(BytesIO(content), "a.xml"))

    assert isinstance(found, Flowing)
    document = found.extract(BytesIO(content), TOOLS)
    assert document.pages == read(body, kind).pages
    assert document.metadata == {"title": "A title", "author": "Ann", "custom: Client": "Bob"}


def test_damage_in_the_midst_of_a_text_is_told() -> None:
    torn = "<text:p>before</text:h><text:p>behind</text:p>"
    for document in (read(torn), extract_flat(BytesIO(flat(torn)), TOOLS)):
        assert "damaged" in " ".join(document.warnings)


@settings(max_examples=60, deadline=None)
@given(damaged(flat("<text:p>Some words.</text:p>")))
def test_damage_to_one_xml_file_gives_a_document_or_an_error_of_ours(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        extract_flat(BytesIO(content), TOOLS)


CHART_SPACE = 'xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"'
CHART = (
    f"<office:document-content {SPACES} {CHART_SPACE}><office:body><office:chart><chart:chart><chart:title>"
    "<text:p>Yield</text:p></chart:title><chart:plot-area><chart:axis><chart:title><text:p>Tons</text:p></chart:title></chart:axis>"
    "<chart:series><chart:data-point><chart:data-label><text:p>Peak</text:p></chart:data-label></chart:data-point></chart:series>"
    f"</chart:plot-area><table:table><table:table-row>{cell('Apple')}{cell('12')}</table:table-row></table:table>"
    "</chart:chart></office:chart></office:body></office:document-content>"
)
OBJECT = '<draw:frame><draw:object xlink:href="./Object 1"><o:p xmlns:o="of LibreOffice"/></draw:object></draw:frame>'


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("text", f"<text:p>x{OBJECT}</text:p>", ["x", "Yield", "Tons", "Peak"]),
        ("presentation", f"<draw:page>{OBJECT}</draw:page>", ["Slide 1", "Yield", "Tons", "Peak"]),
        ("spreadsheet", f'<table:table table:name="S"><table:shapes>{OBJECT}</table:shapes></table:table>',
         ["S", "Yield", "Tons", "Peak"]),
    ],
)  # fmt: skip
def test_charts_say_their_titles_and_their_data_but_on_a_sheet_that_has_it(
    kind: str, body: str, said: list[str]
) -> None:
    twice = body.replace(OBJECT, OBJECT * 2)  # a hostile file names one chart a million times
    document = extract(archive({**parts(twice, kind), "Object 1/content.xml": CHART}), TOOLS)
    assert [one.text for one in blocks(document) if one.kind is not Kind.TABLE] == said
    tables = [one for one in blocks(document) if one.kind is Kind.TABLE]
    assert [[each.text for each in one.cells] for one in tables] == [["Apple", "12"]] * (kind != "spreadsheet")


def test_a_document_in_the_document_is_read_where_it_stands() -> None:
    table_ = f"<table:table><table:table-row>{cell('Apple')}{cell('12')}</table:table-row></table:table>"
    body = f"<office:body><office:spreadsheet>{table_}</office:spreadsheet></office:body>"
    inner = f"<office:document-content {SPACES}>{body}</office:document-content>"
    document = extract(archive({**parts(f"<text:p>x{OBJECT}</text:p>"), "Object 1/content.xml": inner}), TOOLS)
    assert table(document) == [["Apple", "12"]]


def test_an_object_of_another_program_is_named_as_not_read() -> None:
    frame = '<draw:frame><draw:object-ole xlink:href="./Object 2"/></draw:frame>'
    file = archive({**parts(f"<text:p>x{frame * 2}</text:p>"), "Object 2": b""})
    assert extract(file, TOOLS).warnings == ("Embedded files were not read: object 1.",)


def test_raised_and_lowered_figures_stay_so() -> None:
    up, down = (f'<text:span text:style-name="{name}">2</text:span>' for name in "UD")
    assert texts(read(f"<text:p>m{up}, H{down}O</text:p>")) == ["m\u00b2, H\u2082O"]


def test_a_formula_is_read_where_it_stands() -> None:
    signs = '<mfrac><mi>a</mi><mi>b</mi></mfrac><annotation encoding="StarMath 5.0">a over b</annotation>'
    math = f'<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics>{signs}</semantics></math>'
    packed = extract(archive({**parts(f"<text:p>x{OBJECT}</text:p>"), "Object 1/content.xml": math}), TOOLS)
    inline = read(f"<text:p>x<draw:frame><draw:object>{math}</draw:object></draw:frame></text:p>")
    assert blocks(packed) == blocks(inline) == [Block(Kind.PARAGRAPH, "x$\\frac{a}{b}$")]
    alone = read(f"<text:p><draw:frame><draw:object>{math}</draw:object></draw:frame></text:p>")
    assert blocks(alone) == [Block(Kind.FORMULA, "\\frac{a}{b}")]
    named = f'<!DOCTYPE math PUBLIC "-//OpenOffice.org//DTD Modified W3C MathML 1.01//EN" "math.dtd">{math}'
    old = extract(archive({**parts(f"<text:p>x{OBJECT}</text:p>"), "Object 1/content.xml": named}), TOOLS)
    assert blocks(old) == blocks(packed)
