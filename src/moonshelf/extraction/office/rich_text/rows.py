"""How Rich Text tells a row's shape: words say, cell after cell, where its right edge is and what it goes on from."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from moonshelf.extraction.office.word.edged_tables import Row

_MOST_CELLS = 1_000


class RowShape(msgspec.Struct):
    """The shape that was told last; rows without one of their own have that of the row before."""

    left: int = 0
    edges: list[int] = msgspec.field(default_factory=list)
    below: list[bool] = msgspec.field(default_factory=list)  # goes on from the row above
    beside: list[bool] = msgspec.field(default_factory=list)  # goes on from the cell before
    _is_below: bool = False
    _is_beside: bool = False

    def begin(self, _number: int) -> None:
        """Forget the row before."""
        self.left, self.edges, self.below, self.beside = 0, [], [], []
        self._is_below = self._is_beside = False

    def start(self, number: int) -> None:
        """Take the left edge of the first cell."""
        self.left = number

    def go_on_below(self, _number: int) -> None:
        """Say of the next cell that it goes on from the one above."""
        self._is_below = True

    def go_on_beside(self, _number: int) -> None:
        """Say of the next cell that it goes on from the one before."""
        self._is_beside = True

    def cell(self, number: int) -> None:
        """Take the right edge of a cell."""
        if len(self.edges) < _MOST_CELLS:
            self.edges.append(number)
            self.below.append(self._is_below)
            self.beside.append(self._is_beside)
        self._is_below = self._is_beside = False

    def of(self, texts: Sequence[str]) -> Row:
        """Return the row of *texts*; cells without text or place behind the last edge are none."""
        cells, edges, merged = list(texts), [self.left, *self.edges], list(self.below)
        while len(cells) > len(self.edges) > 0 and not cells[-1]:
            cells.pop()
        if len(cells) == len(self.edges):
            for place in range(len(cells) - 1, 0, -1):
                if self.beside[place]:
                    text = cells.pop(place)
                    cells[place - 1] = "\n".join(filter(None, (cells[place - 1], text)))
                    del edges[place], merged[place]
        return Row(cells, edges, merged)


SHAPES: Mapping[str, Callable[[RowShape, int], None]] = {
    "trowd": RowShape.begin,
    "trleft": RowShape.start,
    "clvmrg": RowShape.go_on_below,
    "clmrg": RowShape.go_on_beside,
    "cellx": RowShape.cell,
}
"""Words, and what each does with its number."""
