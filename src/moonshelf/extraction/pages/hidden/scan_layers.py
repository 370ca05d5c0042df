"""Layers of text under or over the picture of a scanned page: another recogniser's work, or somebody's trick."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages import pixels
from moonshelf.extraction.pages.hidden.unseen import COVERED, INVISIBLE

BEHIND = frozenset({INVISIBLE, COVERED, "transparent"})  # how a recogniser's layer is set
_PIECE = 3  # letters
_BORNE_OUT = 0.3  # of a run's pieces: an error in every fourth letter leaves as many, words from elsewhere a twentieth
_INK = 20  # levels of brightness


def hold_most(layer: PageFacts) -> bool:
    """Tell whether most of *layer* stands behind what is seen, as in a scan on which its sender stamped a line."""
    behind = [run for run in layer.runs if run.hidden in BEHIND]
    return bool(behind) and letters(behind) > letters(run for run in layer.runs if not run.hidden)


def letters(runs: Iterable[Run]) -> int:
    """Return how many characters *runs* have, white space aside."""
    return sum(len("".join(run.text.split())) for run in runs)


def judged(layer: PageFacts, recognised: PageFacts, brightness: "pixels.Picture", scale: float) -> PageFacts:
    """Return *layer* with those of its unseen runs shown that the picture bears out.

    A run is borne out where the recogniser reads about the same on the page, or reads nothing at all in a place that
    has ink: faint print and handwriting, which the layer's own recogniser may have read better.
    """
    pieces = _pieces("".join(_plain(run.text) for run in recognised.runs))

    def shown(run: Run) -> bool:
        own = _pieces(_plain(run.text))
        if not own or len(own & pieces) >= _BORNE_OUT * len(own):
            return True
        return not _read(run, recognised.runs) and _inked(run, brightness, scale)

    runs = tuple(replace(run, hidden="") if run.hidden in BEHIND and shown(run) else run for run in layer.runs)
    return replace(layer, runs=runs)


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _pieces(letters: str) -> set[str]:
    return {letters[start : start + _PIECE] for start in range(len(letters) - _PIECE + 1)}


def _read(run: Run, recognised: Sequence[Run]) -> bool:
    return any(boxes.touch(run.box, one.box) for one in recognised)


def _inked(run: Run, brightness: "pixels.Picture", scale: float) -> bool:
    left, top, right, bottom = (max(0, round(edge * scale)) for edge in run.box)
    place = brightness[top:bottom, left:right]
    return bool(place.size) and int(place.max()) - int(place.min()) > _INK
