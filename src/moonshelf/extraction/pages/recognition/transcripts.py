"""Transcripts: what the recognition model makes of pictures of single lines, letter by letter."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from moonshelf.extraction.pages.recognition import scores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from moonshelf.extraction.pages.pixels import Picture

_HEIGHT = 48  # pixels, of the lines that the model was trained on
_STEP = 64  # pixels: OpenVINO compiles for each width anew, so there are few of them
_PIXELS_A_STEP = 8  # the model says a letter, or none, for each so many pixels of width
_ROOMY = 1.25  # times as wide as in proportion: small print has a letter to each step then, and not several
_LATE = 0.3  # steps into its first one, a letter stands: so, gaps fall between the right letters most often
_NONE = 0  # where no letter stands in its alphabet


class Transcript(msgspec.Struct, frozen=True):
    """The letters of a line, how surely each was read, and where it stands as a share of the line's width."""

    letters: tuple[str, ...]
    confidences: tuple[float, ...]
    places: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """How surely the whole was read."""
        return fmean(self.confidences) if self.confidences else 0.0


class Care(msgspec.Struct, frozen=True):
    """How closely lines are looked at. Reading takes time in proportion to their width."""

    width: float  # of a line as it is read first, of what it would be with its sides in proportion
    sure: float  # confidence; a line that is read with less is read once more, with more room


Transcribe: TypeAlias = Callable[[Sequence["Picture"]], list[Transcript]]
"""Read pictures of one line each, in the order in which they are given."""


def load(model: Path, care: Care) -> Transcribe:
    """Load *model* and return what reads lines with it.

    As many lines are read at once as there are cores, each on one: that is faster than all cores on a line. Each is
    read by itself: in a batch, all are as wide as the widest, and what they read depends on it.
    """
    score, at_once = scores.load(model)
    pool = ThreadPoolExecutor(at_once)

    def read(line: "Picture") -> Transcript:
        first = glance(line, care.width)
        if first.confidence >= care.sure:
            return first
        return max(first, glance(line, _ROOMY), key=lambda one: one.confidence)

    def glance(line: "Picture", width: float) -> Transcript:
        fitted, across = _fitted(line, width)
        with score(fitted) as scored:
            return _transcript(scored, across)

    def transcribe(lines: Sequence["Picture"]) -> list[Transcript]:
        widest = sorted(range(len(lines)), key=lambda index: -lines[index].shape[1] / lines[index].shape[0])
        read_by_index = dict(zip(widest, pool.map(read, (lines[index] for index in widest)), strict=True))
        return [read_by_index[index] for index in range(len(lines))]

    return transcribe


def _fitted(line: "Picture", width: float) -> tuple["NDArray[np.float32]", int]:
    """Return *line* as the model takes it, and its width: blue first, levels from -1 to 1, grey at the end."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    across = max(1, round(_HEIGHT * line.shape[1] / line.shape[0] * width))
    way = cv2.INTER_AREA if line.shape[1] > across else cv2.INTER_LINEAR
    sized = cv2.resize(line, (across, _HEIGHT), interpolation=way)
    fitted = np.zeros((1, 3, _HEIGHT, -(-across // _STEP) * _STEP), np.float32)
    fitted[..., :across] = cv2.dnn.blobFromImage(sized, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)
    return fitted, across


def _transcript(scored: scores.Scores, across: int) -> Transcript:
    """Decode what was *scored* at each step: repeats are one letter unless none comes between (CTC)."""
    import numpy as np  # noqa: PLC0415 heavy

    letters = scored.likeliest()
    steps = np.flatnonzero((np.diff(letters, prepend=_NONE) != 0) & (letters != _NONE))
    return Transcript(
        letters=tuple(scored.alphabet[one] for one in letters[steps]),
        confidences=tuple(scored.odds(steps, letters[steps]).tolist()),
        places=tuple(((steps + _LATE) * _PIXELS_A_STEP / across).tolist()),
    )
