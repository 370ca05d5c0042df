"""Excerpts are what a document begins with, cut where nothing is torn, and say how much more there is."""

import tempfile
import tracemalloc
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonshelf.extraction import encoding
from moonshelf.extraction.document import Block, Cell, Document, Kind, Page
from moonshelf.extraction.excerpts import StoredDocument
from moonshelf.extraction.markdown import text_parts, to_text

_TEXT: Final = st.text('ab"\\\x00\n世😀{},:[]row', max_size=40)
_CELLS: Final = st.lists(st.builds(Cell, row=st.integers(0, 9), column=st.integers(0, 9), text=_TEXT), max_size=4)
_BLOCKS: Final = st.builds(Block, kind=st.sampled_from(Kind), text=_TEXT, cells=_CELLS.map(tuple), level=st.integers(0))


def _stored(*blocks: Block) -> StoredDocument:
    with tempfile.TemporaryFile() as written:
        written.write(encoding.encode(Document((Page(1), Page(2, blocks)), metadata={"title": "T"})))
        written.flush()
        return StoredDocument(written)


@settings(deadline=None)
@given(st.lists(_BLOCKS, max_size=4).map(tuple), st.integers(0, 4), st.integers(1, 800))
def test_an_excerpt_is_what_the_page_has_there(blocks: tuple[Block, ...], start: int, most: int) -> None:
    excerpt = _stored(*blocks).excerpt(2, start=start, most=most)
    found, there = excerpt.page.blocks, blocks[start:]
    whole = found[:-1] if excerpt.cut else found
    assert whole == there[: len(whole)]
    assert bool(found) == bool(there)
    assert (excerpt.following, excerpt.total) == (
        start + len(found) if len(found) < len(there) else None,
        len(blocks),
    )
    if excerpt.cut:
        last = there[len(found) - 1]
        assert last.text.startswith(found[-1].text)
        assert (found[-1].kind, found[-1].level) == (last.kind, last.level)
        assert all(
            cell.text.startswith(one.text) and (one.row, one.column) == (cell.row, cell.column)
            for one, cell in zip(found[-1].cells, last.cells, strict=False)
        )


@settings(deadline=None)
@given(st.lists(_BLOCKS, max_size=4).map(tuple))
def test_plain_text_is_the_same_whether_its_blocks_come_one_by_one_or_together(blocks: tuple[Block, ...]) -> None:
    written = _stored(*blocks)
    parts = text_parts(written.report, map(written.blocks, (1, 2)))
    assert "\n\n".join(parts) == to_text(Document((Page(1), Page(2, blocks)), metadata={"title": "T"}))


def test_plain_text_is_written_in_memory_for_a_block() -> None:
    written = _stored(*(Block(Kind.PARAGRAPH, "x" * 10_000) for _ in range(1_000)))
    tracemalloc.start()
    try:
        assert sum(map(len, text_parts(written.report, [written.blocks(2)]))) == 10_000_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("unit", ["a", "世", "😀", '"\\\n\x00'])
def test_a_long_text_gives_as_much_as_is_asked_for(unit: str) -> None:
    for most in range(100, 110):
        excerpt = _stored(Block(Kind.PARAGRAPH, unit * 1000), Block(Kind.PARAGRAPH, "end")).excerpt(2, most=most)
        (block,) = excerpt.page.blocks
        assert (excerpt.cut, excerpt.following) == (True, 1)
        assert len(encoding.encode(Document((Page(1, (block,)),)))) > most
        assert (unit * 1000).startswith(block.text)


def test_of_a_long_table_the_first_cells_are_given_and_of_a_long_cell_its_beginning() -> None:
    many = Block(Kind.TABLE, cells=tuple(Cell(row, 0, f"{row}") for row in range(100)))
    (block,) = _stored(many).excerpt(2, most=1000).page.blocks
    assert [cell.text for cell in block.cells] == [str(row) for row in range(len(block.cells))]
    assert len(block.cells) > 10
    (block,) = _stored(Block(Kind.TABLE, cells=(Cell(3, 4, '"' * 1000),))).excerpt(2, most=100).page.blocks
    (cell,) = block.cells
    assert (cell.row, cell.column) == (3, 4)
    assert cell.text == '"' * len(cell.text) != ""


def test_blocks_are_added_until_there_is_plenty() -> None:
    blocks = tuple([Block(Kind.PARAGRAPH, "x" * 500)] * 9)
    excerpt = _stored(*blocks).excerpt(2, start=2, most=1500)
    assert excerpt.page.blocks[:2] == blocks[:2]
    assert excerpt.page.blocks[2].text == "x" * len(excerpt.page.blocks[2].text)
    assert (len(excerpt.page.blocks), excerpt.following, excerpt.cut) == (3, 5, True)
    assert _stored(*blocks).first(2).blocks[0] == blocks[0]
    alone = _stored(*blocks).alone(excerpt)
    assert (alone.pages, alone.metadata) == ((excerpt.page,), {"title": "T"})
