"""Weights: whether print is bold whose font has no name to tell, as browsers and old typesetters embed theirs."""

import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from msgspec.structs import replace

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages import pixels
from moonshelf.extraction.tools import Raster

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ink = NDArray[np.int16]

_BOLDER, _HEAVIER = 1.1, 1.35  # times the usual width of strokes and share of ink, each, and both together
_WIDER, _FAR_HEAVIER = 1.2, 1.75  # one of them is more than that: strokes, or both together; capitals have less
_LEVEL = 0.3  # of the type size; points between sizes
_NAMELESS = 0.5  # of the letters on a page
_LETTERS = 4  # or a piece is too short to be weighed
_SIGNS = frozenset({"So", "Co"})
_MOSTLY = 0.7  # of its signs are letters and digits
_GROUND, _FAINT = 12, 80  # of 255: how dark paper is at most, and ink at least
_MOST = 600  # pieces of one page


def weighed(runs: Sequence[Run], render: Callable[[], tuple[Raster, float]]) -> Sequence[Run]:
    """Return *runs* with those marked as bold whose strokes are wider than usual, where fonts have no names."""
    nameless = [run for run in runs if not (run.font or run.hidden or run.rotation)]
    letters = sum(len(run.text) for run in nameless)
    if not letters or len(nameless) > _MOST or letters < _NAMELESS * sum(len(run.text) for run in runs):
        return runs
    raster, scale = render()
    ink, edges = _ink(raster)
    pieces = [piece for piece in _pieces(nameless) if _plain(piece)]
    weights = [_measured(piece, ink, edges, scale) for piece in pieces]
    usual = [median(one) for one in zip(*filter(None, weights), strict=True)]
    bold = {
        id(run)
        for piece, weight in zip(pieces, weights, strict=True)
        if weight and _bold(weight, usual)
        for run in piece
    }
    return [replace(run, bold=True) if id(run) in bold else run for run in runs] if bold else runs


def _pieces(runs: Sequence[Run]) -> list[list[Run]]:
    """Put together what follows on one line: the more letters are weighed, the surer is what they tell."""
    pieces = [[runs[0]]]
    for before, run in pairwise(runs):
        level = abs(run.box[3] - before.box[3]) < _LEVEL * run.size and abs(run.size - before.size) < _LEVEL
        if level and abs(run.box[0] - before.box[2]) < run.size:
            pieces[-1].append(run)
        else:
            pieces.append([run])
    return pieces


def _plain(piece: Sequence[Run]) -> bool:
    """Say whether *piece* has enough letters to be weighed, and no signs among them, which are all ink."""
    text = "".join("".join(run.text.split()) for run in piece)
    letters = sum(2 if letter > "\u2e80" else 1 for letter in text if letter.isalnum())
    return letters >= max(_LETTERS, _MOSTLY * len(text)) and not any(
        unicodedata.category(one) in _SIGNS for one in text
    )


def _bold(weight: Sequence[float], usual: Sequence[float]) -> bool:
    stroke, share = (one / ordinary for one, ordinary in zip(weight, usual, strict=True))
    return (
        min(stroke, share) > _BOLDER
        and stroke * share > _HEAVIER
        and (stroke > _WIDER or stroke * share > _FAR_HEAVIER)
    )


def _ink(raster: Raster) -> "tuple[Ink, Ink]":
    """Return how dark each pixel is, and how much it differs from its left neighbour."""
    import numpy as np  # noqa: PLC0415 heavy

    ink = 255 - pixels.gray(raster).astype(np.int16)
    return ink, np.abs(np.diff(ink, axis=1))


def _measured(piece: Sequence[Run], ink: "Ink", edges: "Ink", scale: float) -> tuple[float, float] | None:
    """Return the width of the strokes of *piece* in its type size and how much of its box is ink; None on a ground."""
    box, size = boxes.around(run.box for run in piece), max(piece[0].size, 0.1)
    left, right = (max(1, round(edge * scale)) for edge in box[::2])
    top, bottom = (max(0, round(edge * scale)) for edge in box[1::2])
    shown = ink[top:bottom, left:right]
    if not shown.size or int(shown.min()) > _GROUND or int(shown.max()) < _FAINT:
        return None
    dark, turns = float(shown.sum()), float(edges[top:bottom, left - 1 : right].sum())
    room = boxes.width(box) * size * scale**2 * float(shown.max())
    return dark / max(turns, 1.0) / size, dark / max(room, 1.0)
