"""List items: the bullets and numbers that begin them, and how deep they are nested."""

import re
from collections.abc import Sequence
from itertools import pairwise

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout.lines import TextLine

_BULLET = re.compile(
    r"([\u2022\u2023\u25aa\u25ab\u25a0\u25a1\u25cf\u25cb\u25e6\u2043\u2219\u00b7\u27a2\u25ba\u25b6\u2713\u2714\uf0b7\uf0a7\u2013*-])\s+(?=\S)|([\u2022\u25cf\uf0b7])(?=\S)"
)
_MARKER = re.compile(rf"{_BULLET.pattern}|(\d{{1,3}}[.):]|[a-zA-Z][)]|\([a-zA-Z]\))\s+(?=\S)")
# Too common in text to be told without a gap behind it.
_LONE = re.compile(r"\(?(\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\d{1,3}:")
_LETTERS = frozenset("o\u00a7\u00d8qvnlu\u00fc")
_BULLET_FONT = re.compile("wingdings|courier|symbol", re.IGNORECASE)
_STEP, _STEPS = re.compile(r"(\d{1,3}):\s"), 3
_SAME_MARGIN, _SAME_HEIGHT = 3.0, 1.0  # points


def marker(line: TextLine) -> str:
    """Return the marker that *line* begins with, as printed; nothing where it begins with none."""
    found = _MARKER.match(line.text)
    if found:
        return found[0].strip()
    return line.runs[0].text if apart(line) else ""


def bulleted(line: TextLine) -> bool:
    """Say whether *line* begins with a bullet, which no heading does."""
    return bool(_BULLET.match(line.text)) or (len(line.runs) > 1 and bullet(line.runs[0], line.runs[1]))


def bullet(run: Run, after: Run) -> bool:
    """Say whether *run* is a bullet and nothing else, *after* being what follows it."""
    return len(run.text) == 1 and (bool(_BULLET.match(f"{run.text} .")) or _drawn(run, after))


def apart(line: TextLine) -> bool:
    """Say whether *line* begins with a marker and a gap behind it."""
    first = line.runs[0]
    return len(line.runs) > 1 and (bullet(first, line.runs[1]) or bool(_LONE.fullmatch(first.text)))


def _drawn(run: Run, after: Run) -> bool:
    """Say whether *run* is a letter that another font than the text's draws as a bullet, as word processors have it."""
    return run.text in _LETTERS and run.font != after.font and bool(_BULLET_FONT.search(run.font))


def steps(lines: Sequence[TextLine]) -> bool:
    """Say whether *lines* are the numbered ones of an algorithm, ``1:`` and so on, not the rows of a table."""
    numbers = [int(found[1]) for line in lines if (found := _STEP.match(line.text))]
    return len(numbers) >= _STEPS and all(other == one + 1 for one, other in pairwise(numbers))


def levels(items: Sequence[Box]) -> list[int]:
    """Return how deep each item of a list is nested, from where its marker stands in its column.

    An item that stands above the last one is in the next column; there the outermost one tells the margin. One that
    stands beside the last is as deep as that.
    """
    outer: list[float] = []
    depths: list[int] = []
    last = 0.0
    for left, top, *_ in items:
        if depths and abs(top - last) < _SAME_HEIGHT:
            depths.append(depths[-1])
            continue
        if top < last:
            outer = []
        while outer and left < outer[-1] - _SAME_MARGIN:
            outer.pop()
        if not outer or left > outer[-1] + _SAME_MARGIN:
            outer.append(left)
        depths.append(len(outer) - 1)
        last = top
    return depths
