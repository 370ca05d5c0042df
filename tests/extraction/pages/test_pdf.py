"""PDF pages become facts, by text layer or by pixels."""

import re
import time
import zlib
from collections.abc import Sequence
from io import BytesIO

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from extraction.damage import damaged
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError, LimitReached
from moonshelf.extraction.document import Origin
from moonshelf.extraction.facts import Fill, PageFacts, Run
from moonshelf.extraction.format import Open
from moonshelf.extraction.pages.pdf import PDF, open_image, open_pdfium, open_text
from moonshelf.extraction.pages.pdfium import Pdfium
from moonshelf.extraction.pages.text_layer import bullets, cuts, glyphs, strokes, tears
from moonshelf.extraction.pages.text_layer.layers import Item, Shape, Word
from moonshelf.extraction.tools import Limits, Line, Raster, Tools
from samples.papers import line, pdf, text

_PROSE = [
    text(f"This is line {number} of a page with a sound text layer.", 72, 700 - 14 * number) for number in range(9)
]
_LEVEL, _TURNED = (612.0, 792.0), (792.0, 612.0)


def _nothing(_raster: Raster) -> Sequence[Line]:
    return []


def _never(_raster: Raster) -> Sequence[Line]:
    pytest.fail("a page with a sound text layer was recognised")


def _read(data: bytes, engine: Open = open_text, tools: Tools | None = None) -> list[PageFacts]:
    pages = engine(BytesIO(data), tools or Tools(_nothing))
    try:
        return [pages.read(number) for number in range(1, len(pages) + 1)]
    finally:
        pages.close()


def _words(facts: PageFacts) -> list[str]:
    return " ".join(run.text for run in facts.runs).split()


def test_a_page_with_nothing_on_it_waits_for_no_recogniser() -> None:
    white, mark = "1 g 0 0 612 792 re f", "0 g 300 400 9 0.1 re f"
    asked: list[bool] = []
    tools = Tools(_nothing, before_drawing=lambda: asked.append(True))
    blank, marked = _read(pdf([[white], [white, mark]]), tools=tools)
    assert (blank.origin, marked.origin, asked) == (Origin.BLANK, Origin.OCR, [True])


def test_a_text_layer_is_read_where_it_stands() -> None:
    (page,) = _read(pdf([[*_PROSE, text("Heading", 72, 740, size=20, font="F2")]]), tools=Tools(_never))
    heading = next(run for run in page.runs if run.text == "Heading")
    assert (page.width, page.height) == _LEVEL
    assert heading.bold
    assert heading.size == pytest.approx(20, abs=0.5)
    assert heading.box[0] == pytest.approx(72, abs=2)
    assert 792 - 740 - 20 < heading.box[1] < 792 - 740 < heading.box[3] + 1
    assert page.origin is Origin.TEXT


def test_letters_of_one_width_are_told_by_name_and_by_their_widths() -> None:
    mixed = "BT /F3 11 Tf 72 380 Td (bzip2) Tj /F1 11 Tf ( will not commit illicit writing) Tj ET"
    (page,) = _read(pdf([[*_PROSE, text("unsigned int avail_in;", 72, 400, font="F3"), mixed]]))
    assert {"bzip2 will not commit illicit writing"} <= {run.text for run in page.runs}
    assert [run.text for run in page.runs if run.monospace] == ["unsigned", "int", "avail_in;"]


def test_words_far_apart_are_runs_of_their_own() -> None:
    (page,) = _read(pdf([[*_PROSE, text("left", 72, 400), text("right", 200, 400)]]))
    assert {"left", "right"} <= {run.text for run in page.runs}


def test_words_that_lean_are_level_and_those_that_climb_are_turned() -> None:
    leaning = "BT /F1 11 Tf 1 0 .25 1 72 400 Tm (Words that only lean) Tj ET"
    climbing = "BT /F1 11 Tf .97 .24 -.24 .97 72 300 Tm (Words that climb the page) Tj ET"
    (page,) = _read(pdf([[*_PROSE, leaning, climbing]]))
    found = {run.text: run for run in page.runs}
    lean, turned = found["Words that only lean"], next(run for run in page.runs if run.rotation)
    assert (lean.rotation, lean.italic) == (0.0, True)
    assert lean.size == pytest.approx(11, abs=0.2)
    assert turned.text.startswith("Words that climb")


_ACUTE = r"BT /F1 11 Tf {} 400 Td (\302) Tj ET"  # in the encoding that fonts have by default


def test_a_letter_and_the_mark_printed_over_it_are_one_and_no_letter_near_it_is_lost() -> None:
    after = 72 + 11 * 5.002  # the width of what comes before, in Helvetica
    thanks = [text("We thank J", 72, 400), _ACUTE.format(after + 1.2), text("an for it.", after, 400)]
    (page,) = _read(pdf([[*_PROSE, *thanks]]), tools=Tools(_never))
    assert {"We thank J\u00e1n for it.", "This is line 0 of a page with a sound text layer."} <= {
        run.text for run in page.runs
    }


def test_formulas_stand_where_the_reader_of_text_layers_tells_no_word() -> None:
    words = (Word("and", (72.0, 100.0, 92.0, 110.0)), Word("are", (150.0, 100.0, 170.0, 110.0)))
    item = Item("and $z_{1}$ are", (72.0, 100.0, 170.0, 110.0), size=8.0, words=words)
    for runs in (glyphs.runs(item, 612, 792), glyphs.words(item, 612, 792)):
        assert " ".join(run.text for run in runs) == "and $z_{1}$ are"


def _line(text: str, y: float) -> Item:
    """Return a line whose letters are six points wide."""
    starts = [found.span() for found in re.finditer(r"\S+", text)]
    words = tuple(Word(text[start:end], (6.0 * start, y, 6.0 * end, y + 10)) for start, end in starts)
    return Item(text, (0.0, y, 6.0 * len(text), y + 10), size=8.0, words=words)


def test_words_that_a_font_of_wrong_widths_tears_are_whole_where_the_page_has_no_space() -> None:
    torn = [_line(f"{number} T he p laintiff 's c laim, and t he c lass", 100.0 + number) for number in range(9)]
    page = "\r\n".join(f"{number} The plaintiff\u2019s claim, and the class" for number in range(9))
    (first, *_) = tears.mended(torn, lambda: page)
    assert first.text == "0 The plaintiff's claim, and the class"
    assert [word.text for word in first.words] == first.text.split()
    assert first.words[1].box == (12.0, 100.0, 36.0, 110.0)
    whole = [_line("no word of this line is torn, and none is looked for", 100.0 + row) for row in range(9)]
    assert tears.mended(whole, lambda: pytest.fail("the text is not asked for")) is whole


def test_words_that_the_text_of_a_page_tears_too_are_told_by_the_room_between_letters() -> None:
    apart = [
        Word(letter, (6.0 * at, 100, 6.0 * at + 6, 110)) for at, letter in enumerate("s m o k e d".replace(" ", ""))
    ]
    item = Item("s m o k e d", (0, 100, 36, 110), size=8.0, words=(*apart, Word("trout", (38.0, 100, 68, 110))))
    item = replace(item, text=f"{item.text} trout")
    (first, *_) = tears.mended([item] * 5, lambda: "\r\n".join("smokedtrout"))
    assert first.text == "smoked trout"
    assert [word.box for word in first.words] == [(0, 100, 36, 110), (38, 100, 68, 110)]


def test_letters_of_a_font_that_misstates_its_size_are_seen() -> None:
    drawn = "200 0 0 0 200 200 d1 0 0 200 200 re f"  # at a size of 0.05
    font = (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 200 200] /FontMatrix [1 0 0 1 0 0] /CharProcs << /A 8 0 R >>"
        "/Encoding << /Differences [65 /A] >> /FirstChar 65 /LastChar 65 /Widths [200] >>"
    )
    glyph = f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream"
    shown = "BT /F9 0.05 Tf 72 700 Td (AAA) Tj ET"
    (page,) = _read(pdf([[shown]], page_entries="/Resources << /Font << /F9 7 0 R >> >>", more=[font, glyph]))
    assert [(run.text, run.size, run.hidden) for run in page.runs] == [("AAA", 8.0, "")]


def test_signs_at_the_left_of_a_word_that_is_read_leftward_end_it() -> None:
    word = "\u05e9\u05dc\u05d5\u05dd"
    words = (Word(f".{word}", (72.0, 100.0, 102.0, 110.0)),)
    item = Item(f"{word} .{word}", (72.0, 100.0, 132.0, 110.0), size=8.0, words=words)
    assert [run.text for run in glyphs.runs(item, 612, 792)] == [f"{word}."]


def test_small_shapes_before_lines_are_bullets_and_those_beside_nothing_are_not() -> None:
    items = [Run(words, (96, y, 200, y + 12), 10) for words, y in (("bread", 100.0), ("milk", 114.0), ("eggs", 128.0))]
    discs = [Shape((84.0, y, 4.0, 4.0), fill=True, has_curve=True) for y in (104.0, 118.0, 300.0)]
    marked = bullets.marked(items, discs)
    assert [run.text for run in marked] == ["\u2022 bread", "\u2022 milk", "eggs"]


def test_a_mark_over_nothing_stays_a_mark() -> None:
    lone = [text("a lone", 72, 400), _ACUTE.format(106), text("of its own", 116, 400)]
    (page,) = _read(pdf([[*_PROSE, *lone]]), tools=Tools(_never))
    assert {"a", "lone", "of", "its", "own"} <= set(_words(page))
    assert "\u00b4" in "".join(_words(page))


def test_dashes_and_quotation_marks_are_those_of_the_page() -> None:
    said = 'He said "so" - well-known (1931-68).'
    codes = r"BT /F1 11 Tf 72 400 Td (\252So,\272 he said \320 well-known \(1931\26168\).) Tj ET"
    (page,) = _read(pdf([[*_PROSE, text(said, 72, 420), codes]]), tools=Tools(_never))
    words = " ".join(run.text for run in page.runs)
    assert said in words
    assert "\u201cSo,\u201d he said \u2014 well-known (1931\u201368)." in words


def test_a_dash_by_itself_in_a_cell_is_that_of_the_page() -> None:
    cell = r"BT /F1 11 Tf 300 400 Td (\320) Tj ET"
    (page,) = _read(pdf([[*_PROSE, text("well-known", 72, 400), cell]]), tools=Tools(_never))
    assert [run.text for run in page.runs][-2:] == ["well-known", "\u2014"]


@pytest.mark.parametrize("engine", [open_text, open_pdfium])
def test_what_the_library_cuts_off_a_long_text_is_told(engine: Open) -> None:
    (cut,) = _read(pdf([[text("word " * 8000 + "end", 10, 700, size=1)]]), engine)
    said = "".join(_words(cut))

    assert "end" not in said
    assert "longer than the 32767 bytes" in cut.failure


def test_a_page_of_many_lines_is_not_taken_for_one_that_is_cut() -> None:
    lines = [text("word " * 100, 10, 780 - 10 * number, size=2) for number in range(75)]
    (page,) = _read(pdf([lines]))

    assert sum(len(run.text) for run in page.runs) > cuts.LONG
    assert page.failure == ""


def test_strokes_are_rules() -> None:
    (page,) = _read(pdf([[*_PROSE, line(72, 300, 500, 300)]]))
    (rule,) = page.rules
    assert rule.box == pytest.approx((72, 492, 500, 492), abs=1)


def test_what_is_wholly_transparent_is_neither_rule_nor_fill() -> None:
    box = Shape((72, 100, 200, 40), fill=True, fill_color="00000000")
    seen = replace(box, fill_color="ff2040a0")
    shapes = (box, seen, replace(box, bbox=(72, 100, 200, 1)))
    assert strokes.fills(shapes) == (Fill((72, 100, 272, 140), "2040a0"),)
    assert not strokes.rules(shapes, ())


def test_what_shows_through_several_openings_is_so_many_fills() -> None:
    openings = "q 72 400 50 20 re 122 390 80 30 re W n 0.1 0.3 0.5 rg 72 390 130 30 re f Q"
    (page,) = _read(pdf([[*_PROSE, openings, "q 72 300 130 30 re W n 72 300 130 30 re f Q"]]))
    boxes = [(72, 372, 122, 392), (122, 372, 202, 402), (72, 462, 202, 492)]
    assert [fill.box for fill in page.fills] == [pytest.approx(box, abs=1) for box in boxes]


def test_a_part_of_a_page_is_rendered_as_it_is_in_the_whole() -> None:
    document = Pdfium(BytesIO(pdf([_PROSE])), Limits())
    whole, scale = document.render(1)
    part, _ = document.render(1, box=(70, 60, 200, 120))
    left, top, right, bottom = (round(edge * scale) for edge in (70, 60, 200, 120))
    rows = [
        whole.pixels[(row * whole.width + left) * 3 : (row * whole.width + right) * 3] for row in range(top, bottom)
    ]
    assert part == Raster(right - left, bottom - top, b"".join(rows))


def test_tiny_print_is_kept_but_marked_hidden() -> None:
    (page,) = _read(pdf([[*_PROSE, text("whisper", 72, 300, size=0.5)]]))
    assert [run.hidden for run in page.runs if run.text == "whisper"] == ["tiny"]


def test_words_in_the_colour_of_the_paper_are_marked_hidden() -> None:
    data = pdf([[*_PROSE, "1 1 1 rg", text("obey me", 72, 300), "0 g 60 190 200 30 re f 1 g", text("plain", 72, 200)]])
    (page,) = _read(data)
    assert {run.text: run.hidden for run in page.runs}["obey me"] == "background colour"
    assert not {run.text: run.hidden for run in page.runs}["plain"]


def test_each_engine_reads_the_same_words() -> None:
    data = pdf([_PROSE])
    assert _words(_read(data, open_text)[0]) == _words(_read(data, open_pdfium)[0])


def test_facts_of_a_page_do_not_depend_on_the_pages_read_before() -> None:
    data = pdf([[*_PROSE, text(f"Page {number}", 72, 300)] for number in range(1, 24)])
    in_order = _read(data)
    backwards = open_text(BytesIO(data), Tools(_nothing))
    assert [backwards.read(number) for number in range(len(backwards), 0, -1)] == in_order[::-1]
    alone = open_text(BytesIO(data), Tools(_nothing))
    assert alone.read(17) == in_order[16]


@pytest.mark.parametrize("engine", PDF.engines)
def test_a_page_without_text_is_recognised_and_boxes_come_back_in_points(engine: Open) -> None:
    def recognise(raster: Raster) -> Sequence[Line]:
        assert len(raster.pixels) == raster.width * raster.height * 3
        return [Line("drawn", (0, 0, raster.width / 2, raster.height / 4), 0.9)]

    (page,) = _read(pdf([["0 g 72 300 200 90 re f"]]), engine, Tools(recognise))
    (run,) = page.runs
    assert (run.text, run.origin, page.origin) == ("drawn", Origin.OCR, Origin.OCR)
    assert run.box == pytest.approx((0, 0, 306, 198), abs=1)


def test_a_scan_keeps_its_hidden_layer_where_the_recogniser_reads_much_less() -> None:
    layer = [f"3 Tr {operators}" for operators in _PROSE]
    picture = "q 612 0 0 792 0 0 cm BI /W 1 /H 2 /CS /G /BPC 8 /F /AHx ID 00ff> EI Q"
    data = pdf([[picture, *layer]])
    poor, good = ([Line(words, (0, 0, 99, 9), 0.9)] for words in ("little", "much " * 200))
    assert "sound" in _words(_read(data, tools=Tools(lambda _: poor))[0])
    assert "much" in _words(_read(data, tools=Tools(lambda _: good))[0])


def test_a_scan_that_claims_the_size_of_a_stamp_is_seen_as_large_as_others() -> None:
    seen: list[int] = []

    def look(raster: Raster) -> Sequence[Line]:
        seen.append(max(raster.width, raster.height))
        return []

    _read(pdf([["0.5 g 10 10 50 50 re f"]], page_entries="/CropBox [0 0 180 300]"), tools=Tools(look))
    assert seen
    assert min(seen) >= 1600


@pytest.mark.parametrize(
    ("pixels", "drawn"), [((816, 1056), (1236, 1600)), ((1275, 1650), (1275, 1650)), ((2550, 3300), (1700, 2200))]
)
def test_a_scan_is_drawn_as_finely_as_it_was_made_and_print_needs(
    pixels: tuple[int, int], drawn: tuple[int, int]
) -> None:
    across, down = pixels
    white = zlib.compress(b"\xff" * (-(-across // 8) * down)).hex()
    picture = f"BI /W {across} /H {down} /CS /G /BPC 1 /F [/AHx /Fl] ID {white}> EI"
    for place, seen in (("612 0 0 792 0 0 cm", drawn), ("306 0 0 396 0 0 cm", (1700, 2200))):
        raster, scale = Pdfium(BytesIO(pdf([[f"q {place} {picture} Q"]])), Limits()).scan(1)
        assert (raster.width, raster.height) == pytest.approx(seen, abs=1)
        assert (scale * 612, scale * 792) == pytest.approx(seen, abs=1)


def test_an_empty_page_is_blank_and_not_recognised() -> None:
    assert _read(pdf([[]]), tools=Tools(_never))[0].origin is Origin.BLANK


def test_the_last_engine_recognises_sound_text_too() -> None:
    (page,) = _read(pdf([_PROSE]), open_image, Tools(lambda _: [Line("seen", (0, 0, 9, 9), 1.0)]))
    assert _words(page) == ["seen"]


@pytest.mark.parametrize(("engine", "turned", "size"), [(open_text, 270, _LEVEL), (open_pdfium, 0, _TURNED)])
def test_a_rotated_page_is_read_as_displayed_or_as_its_text_stands(
    engine: Open, turned: int, size: tuple[float, float]
) -> None:
    (page,) = _read(pdf([_PROSE], rotate=90), engine)
    assert (page.turned, page.width, page.height) == (turned, *size)
    assert all(0 <= run.box[0] < run.box[2] <= page.width for run in page.runs)
    assert all(0 <= run.box[1] < run.box[3] <= page.height for run in page.runs)


def test_metadata_is_passed_on() -> None:
    pages = open_text(BytesIO(pdf([_PROSE], title="A Title")), Tools(_nothing))
    assert pages.metadata["title"] == "A Title"


@pytest.mark.parametrize("engine", PDF.engines)
def test_a_password_is_asked_for_by_a_sentence(engine: Open) -> None:
    with pytest.raises(EncryptedDocument):
        engine(BytesIO(pdf([_PROSE], locked=True)), Tools(_nothing))


@pytest.mark.parametrize("engine", [open_text, open_pdfium])
def test_a_file_encrypted_with_an_empty_password_is_read(engine: Open) -> None:
    sealed = pdf([_PROSE], sealed=True)
    assert b"sound" not in sealed
    (page,) = _read(sealed, engine, Tools(_never))
    assert _words(page) == _words(_read(pdf([_PROSE]), engine)[0])


def test_more_pages_than_the_limit_are_refused() -> None:
    with pytest.raises(LimitReached, match="3 pages and the limit is 2"):
        open_text(BytesIO(pdf([_PROSE] * 3)), Tools(_nothing, Limits(pages=2)))


def test_more_pages_than_the_limit_are_no_fewer_for_being_claimed() -> None:
    claimed = pdf([_PROSE] * 3).replace(b"/Count 3", b"/Count 9000")
    with pytest.raises(LimitReached, match="9000 pages and the limit is 2"):
        open_text(BytesIO(claimed), Tools(_nothing, Limits(pages=2)))
    assert len(open_text(BytesIO(claimed), Tools(_nothing, Limits(pages=5)))) == 3


def test_a_million_pages_that_are_claimed_are_not_all_looked_for() -> None:
    claimed = pdf([_PROSE]).replace(b"/Count 1", b"/Count 1000000")
    began = time.process_time()
    assert len(open_text(BytesIO(claimed), Tools(_nothing))) == 1
    assert time.process_time() - began < 1


def test_a_file_none_of_whose_pages_is_there_is_corrupt() -> None:
    with pytest.raises(CorruptDocument, match="says that it has 2"):
        open_text(BytesIO(pdf([_PROSE] * 2).replace(b"/Type /Page ", b"/Type /Gone ")), Tools(_nothing))


def test_pictures_of_pages_stay_within_the_pixel_limit() -> None:
    sizes: list[int] = []

    def measure(raster: Raster) -> Sequence[Line]:
        sizes.append(raster.width * raster.height)
        return []

    _read(pdf([["0 g 72 300 200 90 re f"]]), open_image, Tools(measure, Limits(pixels=100_000)))
    assert 90_000 < sizes[0] <= 101_000


@pytest.mark.parametrize("engine", PDF.engines)
def test_garbage_is_corrupt(engine: Open) -> None:
    with pytest.raises(CorruptDocument):
        engine(BytesIO(b"%PDF-1.7 and nothing more"), Tools(_nothing))


_SOUND = pdf([_PROSE, [*_PROSE, line(72, 300, 500, 300)]])


@settings(max_examples=60, deadline=None)
@given(damaged(_SOUND))
def test_any_damage_gives_facts_or_an_extraction_error(data: bytes) -> None:
    try:
        _read(data)
    except ExtractionError as error:
        assert str(error).count(" ") > 3  # noqa: PT017 either way is right; the message must be a sentence
