"""Pieces: a recognised line cut where cells of a table, or columns, may stand beside each other.

The detector takes what stands closer than a letter's width or two for one line, and leaves room around it. Columns are
told by where words begin and end, so a line ends at its ink, and is cut at gaps that no space between words is wide.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from moonshelf.extraction.pages import profile
from moonshelf.extraction.pages.recognition.transcripts import Transcript

if TYPE_CHECKING:
    from moonshelf.extraction.pages.pixels import Picture

_WIDE = 0.62  # of the picture's height, which is the type size and a quarter
_WORD = 0.1  # of the picture's height: the least gap between words, the most between letters
_WIDER = 2.0  # times the usual gap between the line's words: that of a justified line may be wide
_TELLING = 3  # gaps; fewer have none that is usual


class Piece(NamedTuple):
    """A part of a line: what was read there, how it looks, and where it begins and ends as shares of the width."""

    transcript: Transcript
    picture: "Picture"
    left: float
    right: float


def cut(transcript: Transcript, line: "Picture") -> list[Piece]:
    """Cut what was read in *line* at wide gaps; what nothing was read in stays whole."""
    spans = list(_spans(line))
    middles = [0, *((before[1] + after[0]) // 2 for before, after in pairwise(spans)), line.shape[1]]
    found = [
        piece
        for (left, right), (start, stop) in zip(spans, pairwise(middles), strict=True)
        if (piece := _piece(transcript, line, (left, right), (start, stop)))
    ]
    return found or [Piece(transcript, line, 0.0, 1.0)]


def _spans(line: "Picture") -> Iterator[tuple[int, int]]:
    """Yield where ink begins and ends between wide gaps, in pixels."""
    import numpy as np  # noqa: PLC0415 heavy

    height, width = line.shape[:2]
    inked = profile.inked(line)
    if not inked.size:
        yield 0, width
        return
    gaps = np.diff(inked) - 1
    least = max(_WIDE, _usual([gap / height for gap in gaps.tolist()])) * height
    begin = int(inked[0])
    for index in np.flatnonzero(gaps >= least).tolist():
        yield begin, int(inked[index]) + 1
        begin = int(inked[index + 1])
    yield begin, int(inked[-1]) + 1


def _usual(gaps: Sequence[float]) -> float:
    words = [gap for gap in gaps if gap >= _WORD]
    return _WIDER * median(words) if len(words) >= _TELLING else 0.0


def _piece(transcript: Transcript, line: "Picture", ink: tuple[int, int], between: tuple[int, int]) -> Piece | None:
    """Return the letters that stand *between* two gaps, in the picture of their *ink*."""
    width = line.shape[1]
    start, stop = between
    pixels = [min(place * width, width - 1) for place in transcript.places]  # some last letters stand beyond the edge
    kept = [index for index, pixel in enumerate(pixels) if start <= pixel < stop]
    while kept and transcript.letters[kept[0]] == " ":
        kept.pop(0)
    while kept and transcript.letters[kept[-1]] == " ":
        kept.pop()
    if not kept:
        return None
    own = Transcript(
        letters=tuple(transcript.letters[index] for index in kept),
        confidences=tuple(transcript.confidences[index] for index in kept),
        places=tuple((pixels[index] - start) / (stop - start) for index in kept),
    )
    return Piece(own, line[:, start:stop], ink[0] / width, ink[1] / width)
