"""Rich Text read in its code pages."""

import contextlib
import re
import time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.blocks import blocks, table, texts
from extraction.damage import damaged
from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument, ExtractionError, LimitReached
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.rich_text import tokens
from moonshelf.extraction.office.rich_text.documents import extract

HEAD = (
    r"{\rtf1\ansi\ansicpg1250\deff0{\fonttbl{\f0\fnil\fcharset238 Arial;}{\f1\fcharset134 SimSun;}"
    r"{\f2\fcharset2 Symbol;}{\f3\fcharset204 Arial Cyr;}}{\colortbl;\red0\green0\blue0;}"
    r"{\stylesheet{\s0 Normal;}{\s2\b heading 2;}}"
    r"{\info{\title A title}{\author Ann}}{\*\unknown secret}"
)


def read(body: str) -> Document:
    return extract(BytesIO(f"{HEAD}{body}}}".encode("latin-1")), TOOLS)


def formula(inside: str) -> str:
    return (
        rf"{{\mmath{{\*\moMathPara{{\moMathParaPr{{\mjc center}}}}{{\*\moMath{inside}}}}}{{\mmathPict{{\pict 00}}}}}}"
    )


@pytest.mark.parametrize(
    ("font", "shown"),
    [
        (r"\cpg1251 Arial", "Имя"),
        ("Arial Cyr", "Имя"),
        ("Arial CE", "Čě˙"),
        (r"\fcharset204\cpg1250 Arial CE", "Имя"),  # the charset goes first
        (r"\fcharset1 Arial Cyr", "Имя"),
        ("Arial", "Èìÿ"),
    ],
)
def test_fonts_tell_their_alphabet_by_charset_code_page_or_name(font: str, shown: str) -> None:
    head = rf"{{\rtf1\ansi{{\fonttbl{{\f0{font};}}}}\f0 "
    assert texts(extract(BytesIO(head.encode() + b"\xc8\xec\xff}"), TOOLS)) == [shown]


@pytest.mark.parametrize("font", [r"\fcharset204 Arial", r"\cpg1251 Arial", "Arial Cyr"])
def test_a_font_that_is_told_once_more_brings_its_alphabet_from_there_on(font: str) -> None:
    head = rf"{{\rtf1\ansi{{\fonttbl{{\f0 Arial;}}}}\f0 \'c8\par {{\fonttbl{{\f0{font};}}}}\'c8}}"
    assert texts(extract(BytesIO(head.encode()), TOOLS)) == ["È", "И"]


def test_accents_in_a_font_for_east_asia_are_western() -> None:
    head = rb"{\rtf1\ansi{\fonttbl{\f0\fcharset128 Times New Roman;}}\f0 "
    assert texts(extract(BytesIO(head + rb"Nazionalit\'e0\par \'82\'a0\par \'82\'a0\'85}"), TOOLS)) == [
        "Nazionalità", "あ", "あ\ufffd",
    ]  # fmt: skip


def test_formulas_are_latex() -> None:
    def run(words: str) -> str:
        return rf"{{\rtlch\fcs1 {{\i\f3 {{\mr\mscr0\msty2 {words}}}}}}}"

    fraction = rf"{{\mf{{\mfPr{{\mctrlPr\f34 }}}}{{\mnum {run('1')}}}{{\mden {run('x')}}}}}"
    braced = rf"{{\md{{\mdPr{{\mbegChr \u10214 ?}}{{\mendChr }}}}{{\me {run('y')}}}}}"
    assert texts(read(f"so {formula(run('a=') + fraction + braced)} holds")) == [r"so $a=\frac{1}{x}⟦y$ holds"]


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (r"{\mr \u-10187?\u-9115?=1}", "$\U0001d465=1$"),  # in halves, as letters of mathematics are spelt
        (r"{\mr a\u-10187?b}", "$a\ufffdb$"),
        (r"{\mr a\'01\u0?\u-1?b}", "$ab$"),
        (r"{\m a}", "$a$"),
        (r"{\md{\mdPr{\mbegChr \u1?[}{\mendChr ]}}{\me{\mr a}}}", "$[a]$"),
    ],
)
def test_characters_and_names_that_xml_has_none_of_break_no_formula(inside: str, shown: str) -> None:
    assert texts(read(formula(inside))) == [shown]


def test_a_formula_without_words_or_in_deleted_text_is_none() -> None:
    deleted = formula(r"{\mr x}")
    assert texts(read(rf"a{formula('')}b{{\deleted {deleted}}}")) == ["ab"]


def test_a_long_formula_is_read_in_the_time_of_its_length() -> None:
    began = time.process_time()
    assert len(texts(read(formula(r"{\mr\mnor x" + r"\u1234?" * 400_000 + "}")))[0]) > 400_000
    assert time.process_time() - began < 4


def test_formulas_nest_as_deep_as_they_like() -> None:
    nested = r"{\me" * 5_000 + r"{\mr x}" + "}" * 5_000
    assert texts(read(formula(nested))) == ["$x$"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"plain\par", "plain"),
        (r"two\line lines\par", "two\nlines"),
        (r"\'e8e\'9atina\par", "čeština"),
        (r"{\f1 \'d6\'d0\'ce\'c4}\par", "中文"),
        (r"{\f1 \'81\'40}\par", "丂"),
        (r"{\f1 \'41" + r"\'81\'40" * 1000 + r"}\par", "A" + "丂" * 1000),
        (r"{\f3 \'cf\'e8\'e2\'ee}\par", "\u041f\u0438\u0432\u043e"),
        (r"{\f2 a}\par", "\u03b1"),
        (r"\u8364?\par", "€"),
        (r"{\uc2 \u8364 ab}c\par", "€c"),
        (r"m{\super 2}, H{\sub 2}O, 1{\up6 st}{\super a\plain 1}\par", "m\u00b2, H\u2082O, 1sta1"),
        (r"{\uc1\u8364\'80}5\par", "€5"),
        (r"\u-10179?\u-8704?\par", "\U0001f600"),
        (r"\u-10179? lone\par", "\ufffd lone"),
        (r"{\upr{old}{\*\ud{new}}}\par", "new"),
        (r"a\~b\emdash c\{\}\\\par", "a\u00a0b\u2014c{}\\"),
        (r"{\pict\pngblip 89504e47}seen\par", "seen"),
        (r"{\pict\bin4 }}}}}seen\par", "seen"),
        (r"{\field{\*\fldinst PAGE}{\fldrslt 7}}\par", "7"),
        (r'{\field{\*\fldinst HYPERLINK "https://a.example/"}{\fldrslt there}}\par', "[there](https://a.example/)"),
        ("line\r\nbroken\\par", "linebroken"),
        (r"{\field{\*\fldinst EQ \\f(1,2)}{\fldrslt }} cup\par", "1/2 cup"),
        (r"{\f2\u-3999 ?\u-3999\'61\f0\u-3999 ?\u228 ?}\par", "\u03b1\u03b1\uf061\u00e4"),
        (r'{\field{\*\fldinst SYMBOL 97 \\f "Symbol" \\s 12}{\fldrslt\f3}} and\par', "\u03b1 and"),
        (r"{\field{\*\fldinst symbol 0x97}{\fldrslt}}{\field{\*\fldinst SYMBOL 55296}{\fldrslt}}\par", "\u2014"),
        (r"{\object\objemb{\*\objclass Word.Document}{\*\objdata 0102}{\result shown}}\par", "shown"),
        (r"one\parabc5 word\paradise -\bindings3 and\fs-24-5\b more\par", "oneword-and-5more"),
        (r"\deff0\li720\fi-360 - \sa12345678901 x\par", "- 1 x"),
        (r"{\f1 \'81\fs24\'40}\par", "\ufffd@"),
        (r"{\u8364 ?}{\*\u8364 x}5\par", "€5"),
        (r"{\f1 \'81{\*\own a}\'40}\par", "\ufffd@"),
        (r"{\f1 \'81{\*\own" + "{a}" * 1000 + r"}\'40}\par", "\ufffd@"),
        (r"\u8364{\xe a{b}}5\par", "€5"),
        (r"{\*\do\dobxpage{\dptxbx{\dptxbxtext\pard boxed\par}}\dpx0\dpy0}\pard\par", "boxed"),
    ],
)
def test_text(body: str, text: str) -> None:
    assert texts(read(body)) == [text]


def test_headings_lists_and_paragraphs() -> None:
    items = r"\pard{\listtext 1.\tab}\ls1\ilvl0 one\par{\listtext a)\tab}\ilvl1 deep\par"
    body = rf"\pard\s2 Two\par{items}\pard\outlinelevel0 One\par"
    assert blocks(read(body)) == [
        Block(Kind.HEADING, "Two", level=2),
        Block(Kind.LIST, "one", marker="1."),
        Block(Kind.LIST, "deep", marker="a)", level=1),
        Block(Kind.HEADING, "One", level=1),
    ]


def test_cells_make_a_table() -> None:
    row = r"\trowd\cellx1\cellx2\pard\intbl a\cell b\par c\cell\row"
    document = read(rf"before\par{row}{row}\pard after\par")
    assert table(document) == [["a", "b\nc"], ["a", "b\nc"]]
    assert [one.kind for one in blocks(document)] == [Kind.PARAGRAPH, Kind.TABLE, Kind.PARAGRAPH]


def test_edges_and_marks_of_cells_tell_their_spans() -> None:
    first = r"\trowd\trleft-50\clvmgf\cellx1000\cellx2000\cellx3000\pard\intbl tall\cell b\cell c\cell\row"
    second = r"\trowd\trleft-50\clvmrg\cellx1000\cellx3000\pard\intbl\cell wide\cell\cell\row"
    third = r"\trowd\trleft-50\cellx1000\clmgf\cellx2000\clmrg\cellx3000\pard\intbl d\cell e\cell\cell\row"
    (block,) = blocks(read(rf"{first}{second}{third}\pard"))
    assert [(one.row, one.column, one.text, one.row_span, one.column_span) for one in block.cells] == [
        (0, 0, "tall", 2, 1), (0, 1, "b", 1, 1), (0, 2, "c", 1, 1), (1, 1, "wide", 1, 2),
        (2, 0, "d", 1, 1), (2, 1, "e", 1, 2),
    ]  # fmt: skip


def test_a_table_in_a_cell_stands_in_its_text() -> None:
    inner = (
        r"\pard\intbl\itap2 x\nestcell y\nestcell{\*\nesttableprops\trowd\cellx500\cellx900\nestrow}{\nonesttables\par}"
    )
    document = read(rf"\trowd\cellx1000\cellx2000\pard\intbl a\par {inner}\pard\intbl z\cell b\cell\row\pard")
    assert table(document) == [["a\nx | y\nz", "b"]]


def test_notes_comments_and_headers_are_found() -> None:
    body = (
        r"{\header\pard Top\par}Said{\super\chftn}{\footnote\pard\chftn Below.\par}"
        r"{\*\atnauthor Ann}{\*\annotation Really?\par}\par"
    )
    assert to_markdown(read(body)) == "Said[^1][^c1]\n\n[^1]: Below.\n\n[^c1]: Ann: Really?\n\nPage header: Top"


def test_many_notes_are_read_in_the_time_of_that_many_words() -> None:
    many = 30_000
    began = time.process_time()
    found = blocks(read(r"{\footnote n}" * many + r"\par"))
    assert time.process_time() - began < 5  # seconds: when each counted all before it, it took twenty
    assert found[-1].marker == str(many)


def test_fields_of_forms_show_what_was_ticked_and_chosen() -> None:
    def field(data: str) -> str:
        return rf"{{\field{{\*\fldinst FORM {{\*\formfield{{{data}}}}}}}{{\fldrslt }}}}"

    offered = r"{\*\ffname N}{\*\ffl Am\'e8er}{\*\ffl Blu\u8364?}"
    fields = (
        field(r"\fftype1\ffres1"),
        field(r"\fftype1\ffres25\ffdefres0"),
        field(rf"\fftype2\ffres1{offered}"),
        field(rf"\fftype2\ffres25\ffdefres0{offered}"),
        field(rf"\fftype2\ffres9{offered}"),
    )
    assert texts(read("/".join(fields) + r".\par")) == ["☒/☐/Blu€/Amčer/."]


def test_hidden_text_is_counted_and_deleted_text_is_gone() -> None:
    document = read(r"seen {\v not seen}{\deleted gone }too\par")
    assert texts(document) == ["seen too"]
    assert document.pages[0].coverage.words_hidden == 2


def test_the_title_and_author_are_metadata() -> None:
    assert read(r"x\par").metadata == {"title": "A title", "author": "Ann"}


def test_letters_that_are_drawn_follow_their_paragraph() -> None:
    shape = r"{\shp{\*\shpinst{\sp{\sn fLine}{\sv 0}}{\sp{\sn gtextUNICODE}{\sv Dr\u228?wn}}}{\shprslt\par gone}}"
    assert texts(read(rf"Before{shape}.\par after\par")) == ["Before.", "Dr\xe4wn", "after"]


def test_properties_of_ones_own_are_metadata() -> None:
    own = r"{\*\userprops{\propname Client}\proptype30{\staticval Ann & Co}{\propname Empty}\proptype30{\linkval b}}"
    assert read(rf"{own}x\par").metadata == {"title": "A title", "author": "Ann", "custom: Client": "Ann & Co"}


def test_what_is_cut_short_is_read_so_far() -> None:
    assert texts(extract(BytesIO(HEAD.encode() + rb"here {\b and on"), TOOLS)) == ["here and on"]


def test_groups_nested_without_end_are_refused() -> None:
    with pytest.raises(LimitReached):
        read("{" * 100_000)


def test_other_text_is_refused() -> None:
    with pytest.raises(CorruptDocument):
        extract(BytesIO(b"{not rich text}"), TOOLS)


@given(st.text(st.sampled_from(r"{}\*'u8v10 abc;fnt~" + "\n"), max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_marks_give_a_document_or_an_error(body: str) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(read(body), Document)


WHOLE = HEAD + r"\pard\s2 T\par{\footnote n\par}\trowd\intbl a\cell\row{\field{\*\fldinst X}{\fldrslt y}}\u8364?\par}"


@given(damaged(WHOLE.encode()))
@settings(max_examples=200, deadline=None)
def test_a_damaged_document_gives_a_document_or_an_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(BytesIO(content), TOOLS), Document)


def test_no_group_of_a_pattern_is_repeated_possessively() -> None:
    """Before CPython 3.11.5 that goes on behind what was tried last and did not match, so words were lost."""
    for pattern in (tokens._TOKEN.pattern, tokens._EDGE.pattern):
        assert not re.search(r"\)(?:[*+?]|\{[0-9,]+\})\+", pattern)


def test_groups_are_passed_over_whole_however_they_nest() -> None:
    inner = r"{\a b\{c\}{d}{{{e}f}g}\bin3 }}}h{\bin1 {}}"
    assert texts(read(r"before{\*\unknown " + inner * 300 + r"} after\par")) == ["before after"]
