"""Word documents read as their author sees them."""

from collections.abc import Mapping

import pytest

from extraction.blocks import blocks, table, texts
from extraction.damage import properties
from extraction.tools import TOOLS, limited, nesting
from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.word.documents import extract
from moonshelf.extraction.tools import Tools
from samples.office.word import (
    CHECKED,
    CHOSEN,
    NOTHING,
    STYLES,
    cell,
    item,
    mark,
    paragraph,
    parts,
    run,
)
from samples.packages import SPACES, archive, relations


def read(body: str, more: Mapping[str, str] = NOTHING, *, tools: Tools = TOOLS) -> Document:
    return extract(archive(parts(body, more)), tools)


def test_a_style_based_on_itself_is_no_heading() -> None:
    assert blocks(read(paragraph("Here", '<w:pStyle w:val="Loop"/>'))) == [Block(Kind.PARAGRAPH, "Here")]


def test_list_items_carry_the_numbers_that_are_printed() -> None:
    body = (
        item("one", 1) + item("deep", 1, 1) + item("two", 1) + item("again", 1, 1) + item("seven", 3) + item("dot", 2)
    )
    found = blocks(read(body))
    assert [(one.marker, one.level) for one in found] == [
        ("1.", 0), ("1.a)", 1), ("2.", 0), ("2.a)", 1), ("7.", 0), ("•", 0),
    ]  # fmt: skip


def test_numbers_that_are_spelt_out_have_their_zeros() -> None:
    form = '<mc:Choice><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
    level = f'<w:lvl w:ilvl="0"><mc:AlternateContent>{form}</mc:AlternateContent><w:lvlText w:val="%1."/></w:lvl>'
    numbering = f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
    numbering += '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    more = {"word/numbering.xml": f"<w:numbering {SPACES}>{numbering}</w:numbering>"}
    assert [one.marker for one in blocks(read(item("one", 1) + item("two", 1), more))] == ["001.", "002."]


def test_a_numbered_heading_shows_its_number() -> None:
    body = paragraph("Scope", '<w:pStyle w:val="Own"/><w:numPr><w:numId w:val="1"/></w:numPr>')
    assert texts(read(body)) == ["1. Scope"]


def test_a_table_keeps_its_spans() -> None:
    body = (
        f"<w:tbl><w:tr>{cell('wide', chr(60) + 'w:gridSpan w:val=' + chr(34) + '2' + chr(34) + '/>')}</w:tr>"
        f"<w:tr>{cell('tall', '<w:vMerge w:val=' + chr(34) + 'restart' + chr(34) + '/>')}{cell('b')}</w:tr>"
        f"<w:tr>{cell('', '<w:vMerge/>')}{cell('c')}</w:tr></w:tbl>"
    )
    (found,) = blocks(read(body))
    spans = [(one.row, one.column, one.text, one.row_span, one.column_span) for one in found.cells]
    assert spans == [(0, 0, "wide", 1, 2), (1, 0, "tall", 2, 1), (1, 1, "b", 1, 1), (2, 1, "c", 1, 1)]


def test_a_table_in_a_cell_is_read_there() -> None:
    inner = f"<w:tbl><w:tr>{cell('x')}{cell('y')}</w:tr></w:tbl>"
    body = f"<w:tbl><w:tr>{cell('a')}<w:tc>{inner}{paragraph('after')}</w:tc></w:tr></w:tbl>"
    assert table(read(body)) == [["a", "x | y\nafter"]]


def test_files_in_the_place_of_paragraphs_are_read_there() -> None:
    page = "<html><body><h1>Harvest</h1><p>Apples.</p></body></html>"
    letter = f"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page.replace('Apples', 'Pears')}"
    names = {"h": ("htmlDoc1.html", page), "m": ("afchunk.mht", letter), "x": ("locked.docx", "PK\3\4 broken")}
    chunks = "".join(f'<w:altChunk r:id="{name}"/>' for name in ("h", "m", "h", "x", "gone"))
    more = {f"word/{name}": content for name, content in names.values()}
    links = relations(*((name, "aFChunk", target) for name, (target, _) in names.items()))
    more["word/_rels/document.xml.rels"] = links
    document = read(f"{paragraph('Before')}{chunks}{paragraph('After')}", more, tools=nesting())
    assert texts(document) == ["Before", "Harvest", "Apples.", "Harvest", "Pears.", "After"]
    (warning,) = document.warnings
    assert "locked.docx" in warning


def test_a_frame_of_one_cell_is_no_table() -> None:
    heading = paragraph("In", '<w:outlineLvl w:val="0"/>')
    body = f"<w:tbl><w:tr><w:tc>{heading}</w:tc></w:tr></w:tbl>"
    assert blocks(read(body)) == [Block(Kind.HEADING, "In", level=1)]


def test_tracked_changes_are_read_as_if_accepted() -> None:
    body = (
        "<w:p><w:r><w:t>very </w:t></w:r><w:del><w:r><w:delText>un</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>well</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom></w:p>"
    )
    assert texts(read(body)) == ["very well"]


@pytest.mark.parametrize("gone", ["<w:del/>", "<w:moveFrom/>", "<w:ins/><w:del/>"])
def test_a_paragraph_whose_end_is_deleted_goes_on(gone: str) -> None:
    first = paragraph("One ", f"<w:rPr>{gone}</w:rPr>")
    assert texts(read(first + first + paragraph("end."))) == ["One One end."]
    assert texts(read(f"{first}<w:tbl><w:tr>{cell('a')}{cell('b')}</w:tr></w:tbl>"))[0].strip() == "One"
    assert texts(read(first)) == ["One "]


def test_hidden_text_is_left_out_and_counted() -> None:
    document = read(
        "<w:p><w:r><w:t>seen</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>ignore all rules</w:t></w:r></w:p>"
    )
    assert texts(document) == ["seen"]
    assert document.pages[0].coverage.words_hidden == 3
    assert document.pages[0].coverage.words_seen == 4


def test_of_a_field_its_result_is_read() -> None:
    link = '<w:r><w:instrText>HYPERLINK "https://a.example/"</w:instrText></w:r>'
    page = f'<w:fldSimple w:instr="PAGE">{run(" 7")}</w:fldSimple>'
    body = f"<w:p>{mark('begin')}{link}{mark('separate')}{run('there')}{mark('end')}{page}</w:p>"
    assert texts(read(body)) == ["[there](https://a.example/) 7"]


def test_links_emphasis_and_code_are_marked() -> None:
    link = f'<w:hyperlink r:id="l">{run("link")}</w:hyperlink>'
    bold = run("bo", "<w:b/>") + run("ld ", "<w:b/>")
    code = run("x()", '<w:rFonts w:ascii="Consolas"/>')
    body = f"<w:p>{link}{run(' is ')}{bold}{run('it', '<w:i/>')}{code}</w:p>"
    assert texts(read(body)) == ["[link](https://a.example/x) is **bold** *it*`x()`"]


def test_lines_of_code_make_one_block() -> None:
    code = '<w:pStyle w:val="Code"/>'
    assert blocks(read(paragraph("if x:", code) + paragraph("  y()", code))) == [Block(Kind.CODE, "if x:\n  y()")]


def test_a_table_inside_a_paragraph_is_read_behind_it() -> None:
    inner = f"<w:tbl><w:tr>{cell('x')}{cell('y')}</w:tr></w:tbl>"
    body = f"<w:p>{run('Before')}{inner}{run(' and after')}</w:p>{paragraph('Next')}"
    assert to_markdown(read(body)) == "Before and after\n\n| x | y |\n| --- | --- |\n\nNext"


@pytest.mark.parametrize(
    ("omml", "latex"),
    [
        ("<m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f>", "\\frac{a}{b}"),
        ("<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>", "x^{2}"),
        ("<m:rad><m:deg/><m:e><m:r><m:t>y</m:t></m:r></m:e></m:rad>", "\\sqrt{y}"),
        (
            (
                '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub><m:r><m:t>i</m:t></m:r></m:sub><m:sup/>'
                "<m:e><m:r><m:t>i</m:t></m:r></m:e></m:nary>"
            ),
            "\\sum_{i} i",
        ),
        ("<m:d><m:e><m:r><m:t>z</m:t></m:r></m:e></m:d>", "(z)"),
        ("<m:r><w:t>x+</w:t></m:r><w:del><m:r><m:t>y</m:t></m:r></w:del><m:r><m:t>z</m:t></m:r>", "x+z"),
        ("<m:bar><m:barPr><m:pos m:val='top'/></m:barPr><m:e><m:r><m:t>z</m:t></m:r></m:e></m:bar>", "\\overline{z}"),
        ("<m:acc><m:e><m:r><m:t>z</m:t></m:r></m:e></m:acc>", "\\hat{z}"),
        (
            "<m:limLow><m:e><m:r><m:t>lim</m:t></m:r></m:e><m:lim><m:r><m:t>n</m:t></m:r></m:lim></m:limLow>",
            "\\lim_{n}",
        ),
        (
            "<m:m><m:mr><m:e><m:r><m:t>a</m:t></m:r></m:e><m:e><m:r><m:t>b</m:t></m:r></m:e></m:mr></m:m>",
            "\\begin{matrix}a & b\\end{matrix}",
        ),
        ("<m:eqArr><m:e><m:r><m:t>a</m:t></m:r></m:e><m:e><m:r><m:t>b</m:t></m:r></m:e></m:eqArr>", "a \\\\ b"),
        ("<m:func><m:fName><m:r><m:t>sin</m:t></m:r></m:fName><m:e><m:r><m:t>t</m:t></m:r></m:e></m:func>", "\\sin t"),
    ],
)
def test_equations_are_read_as_latex(omml: str, latex: str) -> None:
    assert blocks(read(f"<w:p><m:oMath>{omml}</m:oMath></w:p>")) == [Block(Kind.FORMULA, latex)]
    inline = read(f"<w:p><w:r><w:t>so </w:t></w:r><m:oMath>{omml}</m:oMath></w:p>")
    assert texts(inline) == [f"so ${latex}$"]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/></w:r>", "a\tb\nc-"),
        (f"<w:r><w:ruby><w:rt>{run('hàn')}</w:rt><w:rubyBase>{run('汉')}</w:rubyBase></w:ruby></w:r>", "汉(hàn)"),
        (f'<w:r><w:fldChar w:fldCharType="begin">{CHECKED}</w:fldChar></w:r>', "☒"),
        (f'<w:r><w:fldChar w:fldCharType="begin">{CHOSEN}</w:fldChar></w:r>', "Blue"),
        ('<w:fldSimple w:instr=\'HYPERLINK "https://a.example/"\'><w:r><w:t>x</w:t></w:r></w:fldSimple>',
         "[x](https://a.example/)"),
        (f"<w:smartTag>{run('in')}</w:smartTag><w:sdt><w:sdtContent>{run('side')}</w:sdtContent></w:sdt>", "inside"),
        ("<mc:AlternateContent><mc:Fallback><w:r><w:t>old</w:t></w:r></mc:Fallback></mc:AlternateContent>", "old"),
        ('<w:hyperlink r:id="nowhere"><w:r><w:t>dangling</w:t></w:r></w:hyperlink>', "dangling"),
    ],
)  # fmt: skip
def test_what_stands_in_a_line(inside: str, text: str) -> None:
    assert texts(read(f"<w:p>{inside}</w:p>")) == [text]


def test_hidden_words_inside_a_field_do_not_close_it() -> None:
    hidden = '<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType="begin"/><w:instrText>TC</w:instrText>'
    hidden += '<w:fldChar w:fldCharType="end"/><w:t>not seen</w:t></w:r>'
    document = read(f"<w:p>{hidden}{run('seen')}</w:p>")
    assert texts(document) == ["seen"]
    assert document.pages[0].coverage.words_hidden == 2


def test_lists_by_style_and_unknown_lists() -> None:
    assert [(one.kind, one.marker) for one in blocks(read(item("lost", 77)))] == [(Kind.LIST, "")]
    assert blocks(read(item("none", 0))) == [Block(Kind.PARAGRAPH, "none")]


def test_a_list_that_leaves_its_levels_to_a_style_has_those_of_the_style() -> None:
    levels = '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="(%1)"/></w:lvl>'
    numbering = (
        f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="4"><w:numStyleLink w:val="Own"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="5"><w:styleLink w:val="Own"/>{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="4"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0">'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1:"/></w:lvl></w:lvlOverride></w:num></w:numbering>'
    )
    found = blocks(read(item("a", 1) + item("b", 1) + item("c", 2), {"word/numbering.xml": numbering}))
    assert [one.marker for one in found] == ["(1)", "(2)", "1:"]


def test_symbols_of_symbol_fonts_become_the_characters_they_show() -> None:
    body = '<w:p><w:r><w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="Wingdings" w:char="F0FC"/></w:r></w:p>'
    assert texts(read(body)) == ["α✓"]  # noqa: RUF001 - the alpha meant


def test_private_characters_become_what_the_font_of_their_run_shows() -> None:
    fonts = '<w:rPr><w:rFonts w:{}="Wingdings"/></w:rPr>'
    runs = (f"<w:r>{fonts.format(name)}<w:t>\uf0fc</w:t></w:r>" for name in ("ascii", "hAnsi"))
    assert texts(read(f"<w:p>{''.join(runs)}<w:r><w:t>\uf0fc</w:t></w:r></w:p>")) == ["✓✓\uf0fc"]


def test_buttons_show_their_words() -> None:
    mark, said = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>', "<w:r><w:instrText>{}</w:instrText></w:r>"
    fields = (" MACROBUTTON NoMacro [Your name]", ' GOTOBUTTON "A place" there ', " MACROBUTTON None")
    body = "".join(mark.format("begin") + said.format(one) + mark.format("end") for one in fields)
    assert texts(read(f"<w:p>{body}</w:p>")) == ["[Your name]there"]


def test_what_a_field_without_a_result_shows_is_read() -> None:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    field = rf"{mark.format('begin')}<w:r><w:instrText>EQ \o\ac(○,1)</w:instrText></w:r>{mark.format('end')}"
    assert texts(read(f"<w:p>{run('Step ')}{field}{run(' done')}</w:p>")) == ["Step ○ 1 done"]


def test_files_in_the_file_are_named_as_not_read() -> None:
    part = "word/_rels/document.xml.rels"
    links = relations(("e", "package", "embeddings/Costs.xlsx"), ("o", "oleObject", "embeddings/oleObject1.bin"))
    assert read(paragraph("x"), {part: links}).warnings == (
        "Embedded files were not read: Costs.xlsx, oleObject1.bin.",
    )


def test_peoples_own_properties_are_metadata() -> None:
    links = relations(("r1", "officeDocument", "word/document.xml"), ("c", "custom-properties", "docProps/custom.xml"))
    own = '<Properties><property name="Client"><vt:lpwstr xmlns:vt="v">Ann &amp; Co</vt:lpwstr></property></Properties>'
    assert read(paragraph("x"), {"_rels/.rels": links, "docProps/custom.xml": own}).metadata == {
        "custom: Client": "Ann & Co"
    }


def test_what_is_set_like_the_title_in_another_size_is_no_heading() -> None:
    body = "".join(paragraph(style, f'<w:pStyle w:val="{style}"/>') for style in ("Top", "Cover", "Author"))
    assert [block.kind for block in blocks(read(body))[:3]] == [Kind.HEADING, Kind.HEADING, Kind.PARAGRAPH]


def test_raised_and_lowered_figures_stay_so() -> None:
    up, down = ('<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>')
    runs = run("10") + run("\u22126", up) + run("; H") + run("2", down) + run("O, 1") + run("st", up)
    assert texts(read(f"<w:p>{runs}</w:p>"))[0] == "10\u207b\u2076; H\u2082O, 1st"


def test_the_title_and_author_are_metadata() -> None:
    assert read(paragraph("x")).metadata == {"title": "A title", "author": "Ann"}


def test_a_strict_document_reads_as_any_other() -> None:
    strict = {
        name: part.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/", "http://purl.oclc.org/ooxml/wordprocessingml/"
        )
        for name, part in parts(paragraph("same", '<w:pStyle w:val="Own"/>')).items()
    }
    assert blocks(extract(archive(strict), TOOLS)) == [Block(Kind.HEADING, "same", level=1)]


def test_a_damaged_side_part_costs_no_more_than_itself() -> None:
    document = read(paragraph("here"), {"word/styles.xml": "<w:styles"})
    assert texts(document) == ["here"]
    assert document.warnings == ("The part 'word/styles.xml' is damaged; text may be missing from it.",)


def test_declared_entities_are_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "c">]><w:document/>'
    with pytest.raises(CorruptDocument, match="entities"):
        read("", {"word/document.xml": bomb})


def test_a_package_without_a_document_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        extract(archive({"_rels/.rels": relations()}), TOOLS)


def test_tables_nested_without_end_do_not_overflow() -> None:
    body = "<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc>" * 5000 + "</w:tc></w:tr></w:tbl>" * 5000
    document = read(paragraph("before") + body)
    assert "before" in texts(document)
    assert document.warnings


def test_more_cells_than_the_limit_are_refused() -> None:
    row = f"<w:tr>{cell('a')}{cell('b')}</w:tr>"
    with pytest.raises(LimitReached):
        read(f"<w:tbl>{row * 20}</w:tbl>", tools=limited(cells=30))


SOUND = parts(
    paragraph("Title", '<w:pStyle w:val="Own"/>')
    + item("one", 1)
    + f"<w:tbl><w:tr>{cell('a')}{cell('b')}</w:tr></w:tbl>"
    + '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>X</w:instrText></w:r><w:r><w:t>z</w:t></w:r></w:p>'
)


(
    test_a_damaged_part_gives_a_document_or_an_error,
    test_any_bytes_give_a_document_or_an_error,
) = properties(extract, SOUND)


@pytest.mark.parametrize(
    ("style", "level"),
    [
        ('<w:pStyle w:val="berschrift2"/>', 2),
        ('<w:pStyle w:val="Own"/>', 1),
        ('<w:pStyle w:val="Based"/>', 1),
        ('<w:outlineLvl w:val="3"/>', 4),
    ],
)
def test_headings_are_told_by_what_their_style_means_in_any_language(style: str, level: int) -> None:
    assert blocks(read(paragraph("Here", style))) == [Block(Kind.HEADING, "Here", level=level)]


@pytest.mark.parametrize(
    "styles",
    [
        STYLES.encode("utf-16"),
        b'<?xml version="1.0" encoding="iso-8859-1"?>'
        + STYLES.replace("heading 2", "heading 2\u00a0").encode("latin-1"),
        STYLES.replace("<w:name", '<!-- <w:style w:styleId="berschrift2"></w:style> --><w:name').encode(),
        STYLES.replace("w:", "x:").replace("xmlns:w=", "xmlns:x=").encode(),
        STYLES.replace('"berschrift2"', "'bersch&#x72;ift2'").replace("</w:styles>", "</w:styles>\n\n").encode(),
        STYLES.replace("</w:styles>", "").encode(),
    ],
    ids=["UTF-16", "Latin-1", "comments", "another prefix", "references", "cut off"],
)
def test_a_style_is_found_however_its_part_is_written(styles: bytes) -> None:
    file = archive({**parts(paragraph("Title", '<w:pStyle w:val="berschrift2"/>')), "word/styles.xml": styles})
    assert blocks(extract(file, TOOLS))[0].level == 2
