"""Letters set in clusters, as browsers write them, and lines of scripts that part no words by spaces."""

from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.tools import TOOLS
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import assemble
from moonshelf.extraction.pages.pdf import open_text
from samples.papers import pdf

_THAI = ("น", "ย์", "ทั้", "ง")
_ARABIC = ("ق", "ل", "ع")  # from left to right, as they stand


def _read(*operators: str) -> tuple[Run, ...]:
    return _runs_of(pdf([operators]))


def _runs_of(content: bytes) -> tuple[Run, ...]:
    pages = open_text(BytesIO(content), TOOLS)
    try:
        return pages.read(1).runs
    finally:
        pages.close()


def _cluster(text: str, x: float, y: float, marks: int = 0) -> str:
    """Return the operators that show *text*: a glyph and *marks* at its end, which the next cluster begins before."""
    shown = "".join(f" {9 + one} {3 + one} Td (i) Tj" for one in range(marks))
    told = text.encode("utf-16-be").hex()
    return f"/Span <</ActualText <FEFF{told}>>> BDC BT /F1 12 Tf {x} {y} Td (n) Tj{shown} ET EMC"


def _word(clusters: tuple[str, ...], x: float, y: float) -> list[str]:
    return [_cluster(one, x + 8.5 * place, y, marks=len(one) - 1) for place, one in enumerate(clusters)]


def _plain(text: str, x: float, y: float) -> str:
    return f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET"


def test_a_cluster_says_its_text_once_however_many_glyphs_it_has() -> None:
    runs = _read(*_word(_THAI, 72, 700), _plain(" ", 106, 700), *_word(_THAI, 112, 700))
    assert [run.text for run in runs] == ["นย์ทั้ง นย์ทั้ง"]


def test_clusters_that_are_read_from_right_to_left_are_words_in_their_own_order() -> None:
    runs = _read(*_word(_ARABIC, 72, 700), _plain(" ", 98, 700), *_word(_ARABIC, 103, 700))
    assert [run.text for run in runs] == ["علق", "علق"]


def test_marks_that_are_placed_by_themselves_stay_where_they_were_written() -> None:
    told = "".join(f"<{code:02x}> <{ord(letter):04x}> " for code, letter in enumerate("หทั้ง", 0x41))
    body = f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange 5 beginbfchar {told} endbfchar endcmap"
    cmap = f"<< /Length {len(body)} >>\nstream\n{body}\nendstream"
    thai = "/Resources << /Font << /F9 << /Type /Font /Subtype /Type1 /BaseFont /Courier /ToUnicode 7 0 R >> >> >>"
    shown = "BT /F9 12 Tf 72 700 Td (ABC) Tj 23 -1 Td (D) Tj -1.4 1 Td (EABCAB) Tj ET"
    assert [run.text for run in _runs_of(pdf([[shown]], page_entries=thai, more=[cmap]))] == ["หทั้งหทัหท"]


def test_words_that_stand_over_clusters_are_kept() -> None:
    runs = _read(*_word(_THAI, 72, 700), _plain("DRAFT", 74, 701))
    assert sorted(run.text for run in runs) == ["DRAFT", "นย์ทั้ง"]


def test_dashes_beside_clusters_are_those_of_the_page() -> None:
    runs = _read(*_word(_THAI, 72, 700), _plain("1931\\261 1968", 72, 650))
    assert [run.text for run in runs if run.text.isascii() or "1931" in run.text] == ["1931\u2013 1968"]


def test_clusters_that_nobody_sees_are_hidden() -> None:
    runs = _read(*(one.replace("12 Tf", "0.5 Tf") for one in _word(_THAI, 72, 700)), *_word(_ARABIC, 700, 700))
    assert {run.hidden for run in runs} == {"tiny", "off-page"}
    assert "".join(run.text for run in runs if run.hidden == "tiny") == "".join(_THAI)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.text("นก์ั้ل عa.", max_size=3), st.integers(0, 600), st.integers(0, 790)), max_size=6))
def test_no_cluster_costs_the_page(clusters: list[tuple[str, int, int]]) -> None:
    found = "".join(run.text for run in _read(*(_cluster(*one) for one in clusters)))
    assert all(letter in found for text, x, y in clusters if 0 < x < 600 and 0 < y < 780 for letter in text.strip())


def _joined(*lines: str, widths: tuple[float, ...] = ()) -> str:
    rights = widths or (300.0,) * len(lines)
    runs = (
        Run(text, (72.0, 100.0 + 14 * row, right, 112.0 + 14 * row), 12.0)
        for row, (text, right) in enumerate(zip(lines, rights, strict=True))
    )
    (page,) = assemble([PageFacts(1, 595.0, 842.0, runs=tuple(runs))], {}).pages
    return "|".join(block.text for block in page.blocks)


def test_lines_are_joined_as_their_script_parts_words() -> None:
    assert _joined("มนุษย์ทั้งหลายเกิดมามีอิสระ", "และเสมอภาคกัน") == "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกัน"
    assert _joined("すべての人間は、生まれながらに", "して自由であり") == "すべての人間は、生まれながらにして自由であり"
    assert (
        _joined("모든 인간은 태어날 때부터", "자유로우며 그 존엄과") == "모든 인간은 태어날 때부터 자유로우며 그 존엄과"
    )


def test_lines_of_korean_that_fill_their_column_to_the_last_syllable_end_within_words() -> None:
    ends = (300.0, 294.0, 298.0, 291.0, 296.0, 200.0)
    assert " " not in _joined(*["모든인간은태어날때부터자유로우며"] * 6, widths=ends)
    assert " " in _joined(*["모든인간은태어날때부터자유로우며"] * 6, widths=(300.0, 260.0, 298.0, 240.0, 296.0, 200.0))
