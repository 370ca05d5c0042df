"""OpenDocument texts."""

from extraction.blocks import blocks, table, texts
from extraction.tools import TOOLS
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.opendocument.packages import extract
from samples.office.opendocument import SPACES, STYLES, parts
from samples.packages import archive

FORM = "urn:oasis:names:tc:opendocument:xmlns:form:1.0"


def read(body: str, *, styles: str = "") -> Document:
    return extract(archive(parts(body, styles=styles)), TOOLS)


def test_of_forms_is_read_what_a_person_sees() -> None:
    controls = (
        '<form:button form:id="a" form:label="Order"/>'
        '<form:checkbox xml:id="b" form:label="Onions" form:state="checked"/>'
        '<form:radio form:id="c" form:label="Fish" form:current-selected="false" form:selected="true"/>'
        '<form:text form:id="d" form:current-value="Ann" form:value="Name"/><form:password form:id="e" form:value="x"/>'
        '<form:listbox form:id="f"><form:option form:label="Tea" form:selected="true"/><form:option form:label="Ale"/>'
        "</form:listbox>"
    )
    forms = f'<office:forms xmlns:form="{FORM}"><form:form>{controls}</form:form></office:forms>'
    shown = "".join(f'<draw:control draw:control="{one}"/>' for one in "abcdefga")
    shown = shown.replace('"a"/>', '"a"><svg:desc>What ends it</svg:desc></draw:control>', 1)
    assert texts(read(f"{forms}<text:p>Menu{shown}</text:p>")) == [
        "Menu", "Order", "What ends it", "☒ Onions", "☐ Fish", "Ann", "Tea",
    ]  # fmt: skip


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


def test_levels_of_a_list_are_told_by_what_they_state_and_not_by_their_order() -> None:
    levels = "".join(
        f'<text:list-level-style-number text:level="{level}" style:num-format="{form}" style:num-suffix="."/>'
        for level, form in ((2, "甲, 乙, 丙, ..."), (1, "1"))
    )
    listed = f'<text:list-style style:name="Turned">{levels}</text:list-style>'
    styles = f"<office:document-styles {SPACES}><office:styles>{listed}</office:styles></office:document-styles>"
    inner = "<text:list><text:list-item><text:p>deep</text:p></text:list-item></text:list>"
    item = f"<text:list-item><text:p>one</text:p>{inner}</text:list-item>"
    found = blocks(read(f'<text:list text:style-name="Turned">{item}</text:list>', styles=styles))
    assert [(one.marker, one.text) for one in found] == [("1.", "one"), ("甲.", "deep")]


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


def test_comments_in_headers_and_headers_of_first_pages_are_read() -> None:
    space = "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"
    note = "<office:annotation><text:p>Really?</text:p></office:annotation>"
    first = f'<l:header-first xmlns:l="{space}"><text:p>First</text:p></l:header-first>'
    styles = STYLES.replace("Top", f"Top{note}").replace("</style:master-page>", f"{first}</style:master-page>")
    body = f"<text:p>Said{note}</text:p>"
    assert texts(read(body, styles=styles)) == [
        "Said[^c1]", "Really?", "Page header: Top[^c2]", "Page header: First", "Really?",
    ]  # fmt: skip


def test_measures_of_a_drawing_are_read() -> None:
    measures = "".join(f"<draw:measure><text:p>{one}</text:p></draw:measure>" for one in ("64 mm", "H"))
    assert texts(read(f"<text:p>Plan<draw:g>{measures}</draw:g></text:p>")) == ["Plan", "64 mm", "H"]


def test_a_word_in_several_spans_of_one_look_is_whole() -> None:
    def bold(words: str) -> str:
        return f'<text:span text:style-name="B">{words}</text:span>'

    link = f'<text:a xlink:href="https://a.example/">{bold("d")}</text:a>'
    said = f"{bold('Appa')}{bold('rent')}{bold('ly ')}{bold('so')} a{bold('b')}<text:s/>{bold('c')}{link}"
    assert texts(read(f"<text:p>{said}</text:p>")) == ["**Apparently** **so** a**b** **c**[**d**](https://a.example/)"]


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


def test_raised_and_lowered_figures_stay_so() -> None:
    up, down = (f'<text:span text:style-name="{name}">2</text:span>' for name in "UD")
    assert texts(read(f"<text:p>m{up}, H{down}O</text:p>")) == ["m\u00b2, H\u2082O"]
