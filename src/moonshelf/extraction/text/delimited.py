"""Tables as text (csv, tsv): passed on as they are, or, where one would fill a context, told by columns and samples."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice, zip_longest
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.coverage import tally
from moonshelf.extraction.document import Block, Cell, Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.outline import BETWEEN, FIRST, LARGEST, LAST, Column, told
from moonshelf.extraction.text import plain_text
from moonshelf.extraction.tools import Tools

_PARTINGS = ",;\t|"
_TRIED = 50  # lines that say what parts the columns
_PIECE = 500  # rows looked at together
_CHARACTERS = 1 << 16  # of lines found together
_MOST_COLUMNS = 2_000  # more make no outline


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a table as text. Raises ``UnsupportedFormat`` on what is no text in any encoding."""
    document = plain_text.extract(source, tools)
    (page,) = document.pages
    text = page.blocks[0].text
    outlined = _outlined(text) if len(text) > LARGEST else None
    if outlined is None:
        return document
    rows, blocks = outlined
    shown = tally.page(1, blocks)
    coverage = replace(shown.coverage, words_seen=page.coverage.words_seen)
    said = f"The table is too large to be shown whole: columns and sample rows stand for its {rows} rows."
    return Document((replace(shown, coverage=coverage),), warnings=(*document.warnings, said))


def _outlined(text: str) -> tuple[int, list[Block]] | None:
    """Return how many rows there are and what stands for them; None where that would leave out or save nothing."""
    if "\n" not in text:
        text = text.replace("\r", "\n")
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):  # a quote that never ends takes in all that follows
        found = _Rows()
        try:
            found.read(csv.reader(_lines(text), delimiter=_parting(text), quoting=quoting))
        except csv.Error:
            continue
        if not found.between:
            return None
        blocks = found.blocks()
        size = sum(len(cell.text) for block in blocks for cell in block.cells)
        return (found.count, blocks) if size <= LARGEST else None
    return None


def _lines(text: str) -> Iterator[str]:
    """Yield line by line, from piece to piece: all of the text once more would take four times its memory."""
    at = 0
    while at < len(text):
        end = text.find("\n", at + _CHARACTERS) + 1 or len(text)
        yield from StringIO(text[at:end], newline="\n")
        at = end


def _parting(text: str) -> str:
    """Return what parts the columns: what most lines hold equally often, and the oftener the surer."""
    lines = [line for line in islice(_lines(text), _TRIED) if line.strip()]

    def fitting(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_PARTINGS, key=fitting)


class _Rows(msgspec.Struct):
    """The rows as they go by: the first, some between, the last, and what the columns hold."""

    count: int = 0
    columns: list[Column] = msgspec.field(default_factory=list)
    first: list[list[str]] = msgspec.field(default_factory=list)
    between: list[tuple[int, list[str]]] = msgspec.field(default_factory=list)  # with their numbers
    last: deque[list[str]] = msgspec.field(default_factory=lambda: deque(maxlen=LAST))
    _step: int = 1

    def read(self, rows: Iterable[list[str]]) -> None:
        """Look at all *rows*. Raises ``csv.Error``."""
        filled = filter(any, rows)
        self.first = list(islice(filled, FIRST))
        self.count = len(self.first)
        self._look_at(self.first[1:])
        while piece := list(islice(filled, _PIECE)):
            self._choose(piece)
            self._look_at(piece)

    def blocks(self) -> list[Block]:
        """Return what stands for the rows."""
        headings = {place: text.strip() for place, text in enumerate(self.first[0])}
        middle = [row for number, row in self.between if number < self.count - LAST]
        step = max(len(middle) // BETWEEN, 1)
        sample = [*self.first, *middle[step // 2 :: step][:BETWEEN], *self.last]
        columns = dict(enumerate(self.columns))
        return list(told("Table", self.count, headings, columns, map(_cells, range(len(sample)), sample)))

    def _choose(self, rows: Sequence[list[str]]) -> None:
        """Keep the last *rows*, and of all a sample evenly apart, however many will come."""
        self.last.extend(rows)
        at, end = -self.count % self._step, len(rows)
        while at < end:
            self.between.append((self.count + at, rows[at]))
            if len(self.between) > 4 * BETWEEN:
                self.between = self.between[::2]
                self._step *= 2
            at += self._step - (self.count + at) % self._step
        self.count += end

    def _look_at(self, rows: Sequence[list[str]]) -> None:
        if max(map(len, rows), default=0) > _MOST_COLUMNS:
            raise csv.Error
        for place, texts in enumerate(zip_longest(*rows, fillvalue="")):
            if place == len(self.columns):
                self.columns.append(Column())
            self.columns[place].add([text for text in map(str.strip, texts) if text])


def _cells(number: int, row: Sequence[str]) -> list[Cell]:
    return [Cell(number, column, text) for column, text in enumerate(row)]


DELIMITED = Flowing(
    name="Tables as text",
    media_types={".csv": "text/csv", ".tsv": "text/tab-separated-values"},
    extract=extract,
)
