"""Words of drawings in Windows' own words are read where they stand."""

import gzip
import struct
import time
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.tools import TOOLS, nesting
from moonshelf.errors import ExtractionError, LimitReached
from moonshelf.extraction import sniffing
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.pages import metafiles
from samples.office.metafiles import emf, emf_font, emf_record, emf_text, wmf, wmf_font, wmf_record, wmf_text

_TABLE = [
    emf_text(text, 40 + 120 * column, 20 + 30 * row)
    for row, texts in enumerate((("Fruit", "Tons"), ("Apple", "12"), ("Pear", "7"), ("Plum", "31")))
    for column, text in enumerate(texts)
]


def _page(content: bytes) -> PageFacts:
    return metafiles.open_drawing(BytesIO(content), TOOLS).read(1)


def _texts(content: bytes) -> list[str]:
    return [run.text for run in _page(content).runs]


def _read(content: bytes, name: str = "a.emf") -> str:
    tools = nesting()
    return to_markdown(tools.read(name, BytesIO(content), tools))


def test_a_table_that_was_pasted_as_a_drawing_is_a_table() -> None:
    found = _read(emf(emf_font(-16), *_TABLE))
    assert found == "| Fruit | Tons |\n| --- | --- |\n| Apple | 12 |\n| Pear | 7 |\n| Plum | 31 |"


def test_text_stands_where_it_was_set_and_is_as_large_as_its_font() -> None:
    (run,) = _page(emf(emf_font(-20), emf_text("Harvest", 40, 60, advances=[10] * 7))).runs
    assert run.font == "Arial"
    assert (*run.box, run.size) == pytest.approx((30, 45, 82.5, 60, 15))


@pytest.mark.parametrize(
    ("align", "box"),
    [(0, (40, 60, 80, 80)), (6, (20, 60, 60, 80)), (2, (0, 60, 40, 80)), (24, (40, 44, 80, 64)), (8, (40, 40, 80, 60))],
)
def test_text_is_aligned_with_its_place(align: int, box: tuple[float, float, float, float]) -> None:
    drawn = emf(emf_font(-20), emf_record(22, struct.pack("<I", align)), emf_text("Four", 40, 60, advances=[10] * 4))
    assert _page(drawn).runs[0].box == pytest.approx([0.75 * edge for edge in box])


def test_objects_are_made_and_deleted_in_the_time_of_their_number() -> None:
    made, deleted = wmf_record(0x00F7, b""), wmf_record(0x01F0, struct.pack("<h", 998))
    drawn = wmf(*[made] * 999, *[deleted + made] * 120_000, wmf_font(-20, number=999), wmf_text(b"Harvest", 40, 60))
    began = time.process_time()
    assert _texts(drawn) == ["Harvest"]
    assert time.process_time() - began < 1.5


def test_letters_that_go_back_stand_in_a_box_all_the_same() -> None:
    (run,) = _page(emf(emf_font(-20), emf_text("Four", 40, 60, advances=[-10] * 4))).runs
    assert run.box[0] < run.box[2]


def test_text_goes_on_where_the_last_one_ended() -> None:
    drawn = emf(
        emf_font(-20),
        emf_record(27, struct.pack("<2i", 100, 60)),
        emf_record(22, struct.pack("<I", 1)),
        emf_text("ab", 0, 0, advances=[10, 10]),
        emf_text("cd", 0, 0, advances=[10, 10]),
    )
    assert [run.box[0] for run in _page(drawn).runs] == pytest.approx([75, 90])


def test_windows_are_stretched_to_viewports_and_the_world_to_both() -> None:
    stretched = [
        emf_record(17, struct.pack("<i", 8)),
        emf_record(9, struct.pack("<2i", 1000, 1000)),
        emf_record(11, struct.pack("<2i", 100, 100)),
        emf_record(10, struct.pack("<2i", 200, 100)),
        emf_record(12, struct.pack("<2i", 8, 4)),
        emf_record(33, b""),
        emf_record(36, struct.pack("<6fI", 2, 0, 0, 2, 0, 0, 2)),
        emf_font(-100),
        emf_text("aside", 200, 200),
        emf_record(34, struct.pack("<i", -1)),
        emf_font(-100),
        emf_text("again", 400, 300),
    ]
    aside, again = _page(emf(*stretched)).runs
    assert (*aside.box[:2], aside.size) == pytest.approx((0.75 * 28, 0.75 * 34, 15))
    assert (*again.box[:2], again.size) == pytest.approx((0.75 * 28, 0.75 * 24, 7.5))


def test_turned_text_is_turned() -> None:
    (run,) = _page(emf(emf_font(-20, turned=900), emf_text("Upright", 100, 150, advances=[10] * 7))).runs
    assert (run.rotation, *run.box) == pytest.approx((270, 75, 60, 90, 112.5))


def test_shadows_are_the_same_text() -> None:
    assert _texts(
        emf(emf_font(-20), *(emf_text("Harvest", at, at) for at in (40, 44)), emf_text("Harvest", 40, 90))
    ) == [
        "Harvest",
        "Harvest",
    ]


def test_signs_are_what_their_font_shows() -> None:
    assert _texts(emf(emf_font(-20, "Wingdings"), emf_text("n", 10, 10))) == ["■"]
    assert _texts(wmf(wmf_font(-20, b"Symbol", charset=2), wmf_text(b"a", 10, 10))) == ["\u03b1"]


def test_shapes_that_only_their_font_can_name_are_no_text() -> None:
    assert _texts(emf(emf_text("???", 10, 10, options=0x10), emf_text("Seen", 10, 40))) == ["Seen"]


def test_what_is_outside_the_frame_is_not_seen() -> None:
    seen, unseen = _page(emf(emf_font(-20), emf_text("Seen", 40, 60), emf_text("Unseen", 900, 60))).runs
    assert (seen.hidden, unseen.hidden) == ("", "off-page")


@pytest.mark.parametrize("placed", [False, True])
def test_bytes_are_letters_of_the_alphabet_of_their_font(placed: bool) -> None:  # noqa: FBT001 - a parameter of the test
    letters = "Урожай".encode("cp1251")
    assert _texts(wmf(wmf_font(-20, charset=204), wmf_text(letters, 10, 10), placed=placed)) == ["Урожай"]
    short = wmf_record(0x0521, struct.pack("<H", 4) + b"Four" + struct.pack("<2h", 5, 5))
    assert _texts(wmf(short, placed=placed)) == ["Four"]


def test_objects_take_the_first_free_number() -> None:
    pen = wmf_record(0x02FA, bytes(10))
    drawn = wmf(
        pen,
        wmf_font(-20, b"Symbol", number=1),
        wmf_record(0x01F0, struct.pack("<H", 0)),
        wmf_font(-20, number=0),
        wmf_text(b"a", 10, 10),
        wmf_record(0x012D, struct.pack("<H", 1)),
        wmf_text(b"a", 10, 60),
    )
    assert _texts(drawn) == ["a", "\u03b1"]


def test_drawings_that_count_upwards_are_read_from_their_top() -> None:
    window = wmf_record(0x020B, struct.pack("<2h", 1000, 0)) + wmf_record(0x020C, struct.pack("<2h", -1000, 1000))
    low, high = _page(wmf(window, wmf_font(-20), wmf_text(b"Below", 10, 100), wmf_text(b"Above", 10, 900))).runs
    assert high.box[1] < low.box[1]


@pytest.mark.parametrize(("content", "name"), [(emf(*_TABLE), "a.emf"), (wmf(wmf_text(b"Apple", 9, 9)), "a.wmf")])
def test_packed_drawings_are_read_as_others(content: bytes, name: str) -> None:
    assert sniffing.media_type(BytesIO(gzip.compress(content)), "x") == f"image/x-{name[2]}mz"
    assert "Apple" in _read(gzip.compress(content), name)


def test_too_many_texts_are_a_limit() -> None:
    with pytest.raises(LimitReached, match="too many texts"):
        _page(emf(*(emf_text(str(at), 0, 0) for at in range(4_001))))


@given(st.sampled_from((emf(emf_font(-16), *_TABLE), wmf(wmf_font(-20), wmf_text(b"a", 9, 9)))), st.data())
def test_damage_costs_words_at_most(content: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(content) - 1))
    damaged = content[:place] + data.draw(st.binary(max_size=8)) + content[place + data.draw(st.integers(0, 8)) :]
    tools = nesting()
    with suppress(ExtractionError):
        tools.read("a.emf", BytesIO(damaged), tools)
