"""Letters, contents and small print: pages that are no reports are read in order too."""

from collections.abc import Sequence

from extraction.layout.typeset import run
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import columns
from moonshelf.extraction.layout.lines import grouped

_FULL = "The committee met on Monday and went through each of the open points in turn"


def _lines(texts: Sequence[str], x: float = 72, y: float = 100, pitch: float = 13) -> list[Run]:
    return [run(words, x, y + pitch * row) for row, words in enumerate(texts)]


def _blocks(*runs: Run) -> tuple[Block, ...]:
    return layout.assemble([PageFacts(1, 612, 792, runs=runs)], {}).pages[0].blocks


def test_an_address_at_the_right_above_a_letter_is_no_column() -> None:
    sender = _lines(["Measures Ltd", "12 Harbour Road", "Bergen"], x=440, y=60)
    blocks = _blocks(*sender, *_lines(["Ada Writer", "Tromso"], y=120), *_lines([_FULL] * 3, y=180))
    assert [block.text.split(" ")[0] for block in blocks] == ["Measures", "Ada", "The"]


def test_titles_with_dots_to_their_page_are_lines_of_their_own() -> None:
    titles = [f"{title} {'.' * 60} {page}" for title, page in (("Introduction", 1), ("Results", 22))]
    assert [block.text for block in _blocks(*_lines(titles))] == titles


def test_headings_at_the_head_of_each_column_are_no_running_header() -> None:
    text = "words that fill a column from its left"
    runs = [run(text, x, 52 + 12 * row) for x in (60, 320) for row in range(1, 20)]
    heads = [run("1. Terms of use", 60, 52), run("4. Duties", 320, 52)]
    assert not any(block.kind is Kind.HEADER for block in _blocks(*heads, *runs))


_SHALOM, _OLAM, _SEFER = "\u05e9\u05dc\u05d5\u05dd", "\u05e2\u05d5\u05dc\u05dd", "\u05e1\u05e4\u05e8"


def _leftward(words: Sequence[str], y: float, right: float = 540) -> list[Run]:
    """Return *words* from right to left on one line, five points apart."""
    runs = []
    for word in words:
        runs.append(run(word, right - 5 * len(word), y))
        right = runs[-1].box[0] - 5
    return runs


def test_a_page_written_from_right_to_left_is_read_so() -> None:
    lines = [[_SHALOM, "2024", _OLAM], [_SEFER, "Example", "Ltd", _SHALOM]]
    drawn = [lines[0], [_SEFER, "Ltd", "Example", _SHALOM]]  # the phrase is read from left to right
    runs = [one for row, words in enumerate(drawn) for one in _leftward(words, 100 + 13 * row)]
    (block,) = _blocks(*runs)
    assert block.text == " ".join(" ".join(words) for words in lines)
    assert block.box is not None
    assert block.box[2] == max(run.box[2] for run in runs)


def test_the_first_column_of_a_table_is_at_the_right_where_pages_are_read_so() -> None:
    runs = [
        run(word, x, 100 + 14 * row) for row in range(4) for word, x in ((_SHALOM, 400), (_OLAM, 300), (_SEFER, 200))
    ]
    (block,) = _blocks(*runs)
    assert [cell.text for cell in block.cells if cell.row == 0] == [_SHALOM, _OLAM, _SEFER]


def test_a_phrase_that_is_read_leftward_keeps_its_order_on_a_page_that_is_not() -> None:
    phrase = _leftward([_SHALOM, _OLAM], 100, right=72 + 130 + 5 + 45)
    (block,) = _blocks(*_lines([_FULL, _FULL], y=113), run("They answered us with this", 72, 100), *phrase)
    assert block.text.startswith(f"They answered us with this {_SHALOM} {_OLAM} The committee")


def test_times_beside_ideographs_stand_on_their_lines_though_unlike_in_height() -> None:
    words = ["签到与茶歇", "开幕致辞", "午餐", "海报展示", "闭幕"]
    runs = [
        run
        for row, word in enumerate(words)
        for y in [100 + 18 * row]
        for run in (Run(f"{9 + row:02}:00", (90, y, 118, y + 8), 11), Run(word, (306, y + 0.8, 361, y + 11), 11))
    ]
    assert len(columns.ordered(grouped(runs), [])) == 1


def test_long_properties_and_values_set_apart_are_rows_and_double_spaced_columns_are_none() -> None:
    names = ["Rise time", "Input leakage current", "Operating temperature", "Thermal resistance of the case"]
    values = ["10 % to 90 %, CL = 50 pF", "all inputs at VDD", "continuous", "VCM = 0 V, in still air"]
    pairs = [*_lines(names, pitch=18), *_lines(values, x=260, pitch=18)]
    assert len(columns.ordered(grouped(pairs), [])) == 1
    text = [_FULL[start : start + 40] for start in range(0, 36, 6)]
    assert len(columns.ordered(grouped([*_lines(text, pitch=18), *_lines(text, x=320, pitch=18)]), [])) > 1


def test_labels_beside_values_in_chinese_are_rows_though_some_values_go_on_below() -> None:
    labels = ["常用安装命令", "默认任务", "推理引擎", "模型来源"]
    values = [
        "pip install rapidocr onnxruntime",
        "Python and ONNX Runtime",
        "ONNX Runtime, OpenVINO and others",
        "Models of PaddleOCR",
    ]
    pairs = [
        run
        for row, (label, value) in enumerate(zip(labels, values, strict=True))
        for y in [100 + 22 * row]
        for run in (
            Run(label, (90, y, 90 + 10 * len(label), y + 10), 10),
            Run(value, (306, y - 1.8, 480 - 5 * row, y + 8.2), 10),
        )
    ]
    assert len(columns.ordered(grouped([*pairs, Run("其他引擎", (306, 158, 346, 168), 10)]), [])) == 1


def test_a_sender_at_the_right_of_an_invoice_is_read_before_what_stands_below_it() -> None:
    sender = _lines(["Mill Ltd", "14 Mill Lane", "Leeds"], x=450, y=60)
    terms = [run("Invoice number: 2024-118", 72, 200), run("Terms of payment: within thirty days net", 300, 200)]
    buyer = _lines(["Bill to", "Maria Soto", "Northgate Ltd", "Harbour 3", "Hull", "England"], y=104)
    blocks = _blocks(run("INVOICE", 72, 64), *sender, *buyer, *terms, run(_FULL, 72, 240))
    told = " ".join(block.text for block in blocks)
    assert told.index("INVOICE") < told.index("Leeds") < told.index("Bill to") < told.index("Invoice number")


def test_what_begins_below_a_marker_after_a_short_sentence_is_no_part_of_its_item() -> None:
    texts = ["\u2022 We met.", "Engineer, Harbour Trading", "\u2022 I wrote a report.", _FULL]
    assert [(block.kind, block.text) for block in _blocks(*_lines(texts))] == [
        (Kind.LIST, "We met."),
        (Kind.PARAGRAPH, "Engineer, Harbour Trading"),
        (Kind.LIST, "I wrote a report."),
        (Kind.PARAGRAPH, _FULL),
    ]


def test_an_item_set_as_a_paragraph_goes_on_at_the_margin() -> None:
    first = ("and of what the parties agree " * 9)[: len(_FULL) - 8].rstrip() + "so"
    runs = [run(_FULL, 72, 60), run("1.", 92, 86), run(first, 112, 86), run("they sign.", 72, 99)]
    runs += [run("2.", 92, 112), run("Costs are shared.", 112, 112)]
    items = [(block.marker, block.text, block.level) for block in _blocks(*runs) if block.kind is Kind.LIST]
    assert items == [("1.", f"{first} they sign.", 0), ("2.", "Costs are shared.", 0)]
