"""Regions: pictures with text inside a page that has a text layer of its own."""

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from moonshelf.errors import LimitReached
from moonshelf.extraction.document import Box, Origin
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.recognition import scans
from moonshelf.extraction.tools import Raster, Tools

_MOST = 3  # of one page, the largest; each costs about as much as a hundred pages of text
_LEAST_WIDTH, _LEAST_HEIGHT = 90.0, 24.0  # points; what is smaller is a sign or an ornament
_SURE = 0.85  # textures are read as letters, unsurely
_LEAST_LETTERS = 2
_ITS_OWN = 20  # letters of the text layer over a picture: it is a background


def added(page: PageFacts, render: Callable[[Box], tuple[Raster, float]], tools: Tools) -> PageFacts:
    """Return *page* with what can be read in its pictures, and with those noted in which nothing was."""
    chosen = _chosen(page)
    if not chosen:
        return page
    runs: list[Run] = []
    unread = [*page.unread]
    for box in chosen:
        try:
            found = list(_read(box, *render(box), tools))
        except LimitReached as error:
            return replace(page, runs=(*page.runs, *runs), unread=(*unread, box), failure=str(error))
        sure = [run for run in found if _sure(run)]
        runs += sure
        unread += [run.box for run in found if not _sure(run)] if sure else [box]
    origin = Origin.BOTH if runs else page.origin
    return replace(page, runs=(*page.runs, *runs), unread=tuple(unread), origin=origin)


def _chosen(page: PageFacts) -> Sequence[Box]:
    """Return the pictures worth a look, in the order of the page: large ones that no text is printed over."""
    frame = (0.0, 0.0, page.width, page.height)
    shown = dict.fromkeys(_within(box, frame) for box in page.pictures)
    large = [box for box in shown if boxes.width(box) >= _LEAST_WIDTH and boxes.height(box) >= _LEAST_HEIGHT]
    bare = [box for box in large if _letters_over(page, box) < _ITS_OWN]
    bare.sort(key=lambda box: -boxes.width(box) * boxes.height(box))
    return sorted(bare[:_MOST], key=lambda box: (box[1], box[0]))


def _within(box: Box, frame: Box) -> Box:
    return (max(box[0], frame[0]), max(box[1], frame[1]), min(box[2], frame[2]), min(box[3], frame[3]))


def _letters_over(page: PageFacts, box: Box) -> int:
    return sum(len(run.text) for run in page.runs if not run.hidden and boxes.holds(box, boxes.middle(run.box)))


def _read(box: Box, raster: Raster, scale: float, tools: Tools) -> Iterator[Run]:
    if scans.blank(raster):
        return
    left, top = (round(edge * scale) / scale for edge in box[:2])
    for run in scans.runs(raster, scale, tools):
        x0, y0, x1, y1 = run.box
        yield replace(run, box=(x0 + left, y0 + top, x1 + left, y1 + top))


def _sure(run: Run) -> bool:
    return run.confidence >= _SURE and sum(map(str.isalnum, run.text)) >= _LEAST_LETTERS
