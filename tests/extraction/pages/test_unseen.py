"""Text that programs see and people do not is kept apart, with its place and the reason."""

import time
from collections.abc import Sequence
from io import BytesIO

import pytest

from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.pages.pdf import open_pdfium, open_text
from moonshelf.extraction.pages.text_layer import objects
from moonshelf.extraction.tools import Line, Raster, Tools
from samples.papers import pdf, text

_PROSE = [
    text(f"This is line {number} of a page with a sound text layer.", 72, 700 - 14 * number) for number in range(9)
]
_SCAN = "q 612 0 0 792 0 0 cm BI /W 1 /H 8 /CS /G /BPC 8 /F /AHx ID ffe0ffe0ffe0ffe0> EI Q"
_GREY = "BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID e0> EI"


def _nothing(_raster: Raster) -> Sequence[Line]:
    return []


def _read(*operators: str, tools: Tools | None = None) -> PageFacts:
    pages = open_text(BytesIO(pdf([operators])), tools or Tools(_nothing))
    try:
        return pages.read(1)
    finally:
        pages.close()


def _hidden(page: PageFacts) -> dict[str, str]:
    return {run.text: run.hidden for run in page.runs if run.hidden}


@pytest.mark.parametrize(
    ("reason", "operators"),
    [
        ("invisible", [f"3 Tr {text('obey me now', 72, 400)} 0 Tr"]),
        ("invisible", [f"q 7 Tr {text('obey me now', 72, 400)} Q"]),
        ("off-page", [text("obey me now", 700, 400)]),
        ("off-page", [text("obey me now", 72, -40)]),
        ("tiny", [text("obey me now", 72, 300, size=0.3)]),
        ("tiny", [f"q 0.02 0 0 0.02 72 180 cm {text('obey me now', 0, 0)} Q"]),
        ("covered", [text("obey me now", 72, 250), "0.2 0.5 0.9 rg 60 240 200 30 re f 0 g"]),
        ("covered", [text("obey me now", 72, 250), f"q 200 0 0 30 60 240 cm {_GREY} Q"]),
        ("background colour", [f"1 g {text('obey me now', 72, 250)} 0 g"]),
    ],
)
def test_what_nobody_sees_is_hidden_for_its_reason(reason: str, operators: list[str]) -> None:
    page = _read(*_PROSE, *operators)
    assert _hidden(page) == {"obey me now": reason}
    assert sum("sound" in run.text and not run.hidden for run in page.runs) == len(_PROSE)


_DOTS = "\n".join(f"{dot % 600} {dot // 600} 1 1 re f" for dot in range(21_000))


def test_what_nobody_sees_is_told_of_behind_thousands_of_other_things() -> None:
    assert _hidden(_read(*_PROSE, _DOTS, "3 Tr", text("obey me now", 72, 400))) == {"obey me now": "invisible"}


def test_a_page_of_more_texts_than_are_looked_through_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _read(*_PROSE).failure
    monkeypatch.setattr(objects, "_MOST_TEXTS", 5)
    assert "not looked through" in _read(*_PROSE).failure
    monkeypatch.undo()
    monkeypatch.setattr(objects, "_LOOKED", 5)
    assert "not looked through" in _read(*_PROSE).failure


def test_the_second_reader_tells_what_nobody_sees_too() -> None:
    content = [*_PROSE, "3 Tr", text("obey me now", 72, 400)]
    shown: list[set[str]] = []
    for include in (Include(), Include(hidden=True)):
        page = open_pdfium(BytesIO(pdf([content])), Tools(_nothing, include=include)).read(1)
        shown.append({run.text for run in page.runs if not run.hidden})
    assert "obey me now" not in shown[0]
    assert len(shown[0]) == len(_PROSE)
    assert "obey me now" in shown[1]


def test_words_that_others_are_printed_over_are_kept_and_those_printed_twice_are_told_once() -> None:
    stamped = [text("Total 100 EUR", 72, 400), text("Due in a week", 72, 386), text("PAID IN FULL", 72, 386, size=24)]
    page = _read(*_PROSE, *stamped, text("in bold", 72, 300), text("in bold", 72.3, 300))
    said = " ".join(" ".join(run.text for run in page.runs if not run.hidden).split())
    for words in ("Total 100 EUR", "Due in a week", "PAID IN FULL", "in bold"):
        assert said.count(words) == 1, words


def test_a_line_that_stands_above_the_letters_of_a_stamp_is_kept_as_well() -> None:
    page = _read(*_PROSE, text("Due in a week", 72, 352), text("PAID", 72, 300, size=60))
    assert "Due in a week" in " ".join(run.text for run in page.runs if not run.hidden)


def test_a_line_whose_quotation_marks_are_written_otherwise_is_told_once() -> None:
    quoted = [text("as for ``ethics'' and the law", 72, 380 - 10 * n, size=10) for n in range(3)]
    page = _read(*_PROSE, *quoted, text("Due in a week", 72, 300), text("PAID IN FULL", 72, 300, size=24))
    said = " ".join(run.text for run in page.runs if not run.hidden)
    assert said.count("ethics") == len(quoted)
    assert "Due in a week" in said


def test_a_page_that_is_printed_over_and_over_is_read_by_its_text_layer() -> None:
    lines = [text(f"Line {n} of harbour{n} and crew{n}", 72, 760 - 17 * n) for n in range(40)]
    others = [text(f"Under {n} a cargo{n} of salt{n}", 75, 756 - 17 * n) for n in range(40)]
    shown: list[Raster] = []

    def recognise(raster: Raster) -> Sequence[Line]:
        shown.append(raster)
        return []

    page = _read(*lines, *others, tools=Tools(recognise))
    said = " ".join(run.text for run in page.runs if not run.hidden).split()
    assert {f"salt{n}" for n in range(40)} | {f"crew{n}" for n in range(40)} <= set(said)
    assert not shown


_FONTS = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
_LAYERS = ["<< /Type /OCG /Name (Shown) >>", "<< /Type /OCG /Name (Off) >>"]


@pytest.mark.parametrize(("off", "hidden"), [("[8 0 R]", {"not for you": "layer that is off"}), ("[]", {})])
def test_words_in_a_layer_that_is_off_are_hidden(off: str, hidden: dict[str, str]) -> None:
    catalog = f"/OCProperties << /OCGs [7 0 R 8 0 R] /D << /ON [7 0 R] /OFF {off} >> >>"
    entries = f"/Resources << {_FONTS} /Properties << /A 7 0 R /B 8 0 R >> >>"
    shown = f"/OC /A BDC {text('for you', 72, 300)} EMC"
    layer = f"/OC /B BDC {text('not for you', 72, 280)} EMC"
    data = pdf([[*_PROSE, shown, layer]], catalog=catalog, page_entries=entries, more=_LAYERS)
    pages = open_text(BytesIO(data), Tools(_nothing))
    page = pages.read(1)
    assert _hidden(page) == hidden
    assert "for you" in [run.text for run in page.runs if not run.hidden]


def test_words_beneath_a_picture_that_may_let_them_show_are_kept() -> None:
    stripes = "BI /W 1 /H 4 /CS /G /BPC 8 /F /AHx ID 00ff00ff> EI"
    assert not _hidden(_read(*_PROSE, text("read me now", 72, 250), f"q 200 0 0 30 60 240 cm {stripes} Q"))


def test_hidden_text_has_the_place_where_it_stands() -> None:
    page = _read(*_PROSE, f"3 Tr {text('obey', 72, 400)} 0 Tr")
    (run,) = (run for run in page.runs if run.hidden)
    assert run.box[0] == pytest.approx(72, abs=2)
    assert run.box[3] == pytest.approx(792 - 400, abs=4)


def test_text_in_front_of_what_is_painted_is_no_hidden_text() -> None:
    assert not _hidden(_read(*_PROSE, "0.8 0.9 1 rg 60 240 200 30 re f 0 g", text("a caption", 72, 250)))


def test_text_under_a_mere_outline_is_no_hidden_text() -> None:
    assert not _hidden(_read(*_PROSE, text("framed", 72, 250), "60 240 200 30 re S"))


def test_a_recognisers_layer_is_shown_and_words_slipped_into_it_are_not() -> None:
    layer = [f"3 Tr {one}" for one in [*_PROSE, text("obey the stranger zyxwvu", 72, 200)]]
    seen = " ".join(f"This is line {number} of a page with a sound text layer." for number in range(9))
    everywhere = Tools(lambda raster: [Line(seen, (0, 0, raster.width, raster.height), 0.9)])
    page = _read(_SCAN, *layer, tools=everywhere)
    assert _hidden(page) == {"obey the stranger zyxwvu": "invisible"}
    assert [run.text for run in page.runs if not run.hidden] == [seen]


def test_a_scan_within_a_form_is_recognised_though_a_stamp_on_it_is_text() -> None:
    content = "\n".join([_SCAN, *(f"3 Tr {one}" for one in _PROSE)])
    fonts = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    form = f"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << {fonts} >> /Length {len(content)} >>"
    own = f"/Resources << /XObject << /X 7 0 R >> {fonts} >>"
    stamped = pdf(
        [["/X Do", text("Sent to 62.122.73.250", 72, 20)]],
        page_entries=own,
        more=[f"{form}\nstream\n{content}\nendstream"],
    )
    read = open_text(
        BytesIO(stamped), Tools(lambda raster: [Line("as it is seen", (0, 0, raster.width, 99), 0.9)])
    ).read(1)
    assert {run.text for run in read.runs if not run.hidden} > {"Sent to 62.122.73.250"}


def test_a_layer_over_bare_paper_is_not_believed() -> None:
    paper = "q 612 0 0 792 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID ff> EI Q"
    page = _read(paper, *(f"3 Tr {one}" for one in _PROSE))
    assert all(run.hidden for run in page.runs)
    assert page.runs


def test_what_is_hidden_is_read_on_request() -> None:
    everything = Tools(_nothing, include=Include(hidden=True))
    page = _read(*_PROSE, f"3 Tr {text('obey me now', 72, 400)} 0 Tr", tools=everything)
    assert not _hidden(page)
    assert "obey me now" in {run.text for run in page.runs}


def test_very_many_words_that_nobody_sees_are_told_in_the_time_of_their_number() -> None:
    filler = "and go on and on without an end to it all" * 2
    beside = "BT /F1 9 Tf 700 9999 Td 1 0 0 1 700 9999 Tm " + "".join(
        f"1 0 0 1 {700 + number % 7 * 60} {20 * number} Tm (obey me {number} {filler}) Tj " for number in range(8000)
    )
    begun = time.process_time()
    page = _read(*_PROSE, f"{beside} ET")

    assert len(_hidden(page)) == 8000
    assert time.process_time() - begun < 6.0  # of the processor, ten times what it takes
