"""Crowded cells: words that stand so near to each other that they look like one piece, each in a column of its own."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout.tables.cells.islands import Extent

_MANY = 3  # columns: the two words of a name may stand above two by chance
_FIGURES = re.compile(r"^(?=\S*\d)\S+ (?=\S*\d)\S+$")
_OFF = 0.3  # of the type size: how far a space may be from where letters of one width put it
_REACH = 1.0  # points into a column


def parted(runs: Iterable[Run], extents: Sequence[Extent]) -> list[Run]:
    """Return *runs*, with those parted that have a word for each column they reach into, and a space at each edge."""
    return [part for run in runs for part in _parts(run, extents)]


def _parts(run: Run, extents: Sequence[Extent]) -> Iterator[Run]:
    left, top, right, bottom = run.box
    over = [one for one in extents if left < one[1] - _REACH and one[0] + _REACH < right]
    words = run.text.split()
    if len(words) != len(over) or not (len(over) >= _MANY or _FIGURES.search(run.text)):
        yield run
        return
    letter = (right - left) / len(run.text)
    starts, place = [], 0
    for word in words:
        place = run.text.index(word, place)
        starts.append(left + letter * place)
        place += len(word)
    spaces = [start - letter / 2 for start in starts[1:]]
    edges = [(one[1], other[0]) for one, other in pairwise(over)]
    off = _OFF * run.size
    if all(end - off < space < begin + off for space, (end, begin) in zip(spaces, edges, strict=True)):
        sides = [left, *((end + begin) / 2 for end, begin in edges), right]
        for word, (start, stop) in zip(words, pairwise(sides), strict=True):
            yield replace(run, text=word, box=(start, top, stop, bottom))
    else:
        yield run
