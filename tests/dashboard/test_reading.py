"""What is drawn of a page: doubt at the words it is about, marks of the source, never more than a page holds."""

import time
import tracemalloc
from pathlib import Path

import pytest

from moonshelf.dashboard.reading import shown, wording
from moonshelf.extraction import encoding
from moonshelf.extraction.document import Block, Cell, Coverage, Document, Kind, Origin, Page, Span
from moonshelf.extraction.excerpts import Excerpt, StoredDocument


def _stored(folder: Path, *pages: Page) -> StoredDocument:
    (folder / "written.json").write_bytes(encoding.encode(Document(pages)))
    with (folder / "written.json").open("rb") as written:
        return StoredDocument(written)


def test_doubt_stands_at_its_words_and_in_the_block_it_is_in() -> None:
    blocks = (
        Block(Kind.PARAGRAPH, "Dear <Ada>, all is weel", box=(0, 0, 100, 20), origin=Origin.OCR),
        Block(Kind.PARAGRAPH, "weel", box=(0, 40, 100, 60), origin=Origin.OCR),
        Block(Kind.PARAGRAPH, "typed", box=(0, 80, 100, 90)),
    )
    doubts = (Span("weel", (80, 5, 99, 15), confidence=0.42), Span("<Ada>", (20, 5, 40, 15), confidence=0.9))
    page = Page(1, blocks, width=100, height=100, coverage=Coverage(origin=Origin.OCR, doubtful=doubts))
    first, second, third = shown.blocks(Excerpt(page, start=0, total=3, cut=False))
    assert [one.told for one in (first, second, third)] == ["OCR, 2 doubtful words, least 42% sure", "OCR", ""]
    drawn = first.drawn(first.text)
    assert 'all is <mark title="42% sure">weel</mark>' in drawn
    assert '<mark title="90% sure">&lt;Ada&gt;</mark>' in drawn
    assert second.drawn(second.text) == "weel"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("**very** *well* `a<b`", "<strong>very</strong> <em>well</em> <code>a&lt;b</code>"),
        ("2 * 3 * 4, a*b*c", "2 * 3 * 4, a*b*c"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ('[x](https://a/"onclick=")', '<a href="https://a/&#34;onclick=&#34;" rel="noopener noreferrer nofollow"'),
        ("<b>**</b>**", "&lt;b&gt;<strong>&lt;/b&gt;</strong>"),
    ],
)
def test_marks_of_the_source_are_drawn_and_its_markup_is_text(text: str, drawn: str) -> None:
    assert wording.marked_up(text).startswith(drawn)


@pytest.mark.parametrize("text", ["**a " * 10_000, "[" * 40_000, "*a" * 20_000, "[a](https://" * 4_000])
def test_hostile_marks_cost_little(text: str) -> None:
    before = time.process_time()
    wording.marked_up(text)
    assert time.process_time() - before < 2


def test_no_page_holds_more_than_a_browser_takes_easily(tmp_path: Path) -> None:
    huge = Block(Kind.PARAGRAPH, "\N{SNOWMAN}<" * 100_000)
    wide = Block(Kind.TABLE, cells=tuple(Cell(0, column, "wide & long " * 20) for column in range(5_000)))
    long = Block(Kind.TABLE, cells=tuple(Cell(row, 0, "cell") for row in range(50_000)))
    stored = _stored(tmp_path, Page(1, (huge, wide, long, Block(Kind.PARAGRAPH, "end"))))
    start: int | None = 0
    seen: list[shown.Shown] = []
    while start is not None:
        excerpt = stored.excerpt(1, start=start)
        these = shown.blocks(excerpt)
        seen += these
        weight = sum(len(one.drawn(one.text).encode()) for one in these)
        weight += sum(len(one.drawn(cell.text).encode()) for one in these for row in one.rows for cell in row)
        assert weight <= 40_000
        start = shown.following(excerpt, these)
    assert [one.shortened for one in seen] == [True, True, True, False]
    assert shown.beginning("short") == "short"


def test_the_beginning_of_a_long_text_or_table_is_all_that_is_read_of_it(tmp_path: Path) -> None:
    text = Block(Kind.PARAGRAPH, "a line of text\n" * 2**21)  # 30 MiB
    table = Block(Kind.TABLE, cells=tuple(Cell(at // 10, at % 10, "cell") for at in range(300_000)))
    stored = _stored(tmp_path, Page(1, (text,)), Page(2, (table,)))
    del text, table
    tracemalloc.start()
    for number in (1, 2):
        (only,) = shown.blocks(stored.excerpt(number))
        assert only.shortened
        assert only.text.startswith("a line") or only.rows[100][0].text == "cell"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 2**20
