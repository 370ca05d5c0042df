"""Videos for models that see pictures: measured, and shown in pictures from along the way, with what is said."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.media import films
from moonshelf.extraction.media.films import Film
from moonshelf.extraction.media.recordings import clock
from moonshelf.extraction.pages import pictures
from moonshelf.extraction.renditions import Measures, Rendition, Wanted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EACH = 4  # pictures looked at for each that is shown
_LOOKING_S = 20.0  # of processor time
_THUMBNAIL = (32, 18)
_SCENE = 12.0  # levels of 255 by which the average pixel of a new scene differs
_FIRST_GAP_S = 0.2


def measure(source: BinaryIO, media_type: str, most_pixels: int) -> Measures:
    """Measure a video whose first picture can be decoded. Raises ``ExtractionError``."""
    with films.opened(source, media_type, most_pixels) as film:
        width, height = film.size()
        frames, seconds = film.length()
        return Measures(width, height, film.codec, frames=frames, duration=round(seconds, 3) or None)


def render(
    source: BinaryIO, media_type: str, wanted: Wanted, most_pixels: int, *, until: float = inf
) -> Iterator[Rendition]:
    """Show a video: pictures sampled evenly and where the scene changes, then the words said, where they can be read.

    *until* is the moment of the monotonic clock at which the child is ended. Raises ``ExtractionError``.
    """
    with films.opened(source, media_type, most_pixels) as film:
        film.size()
        if wanted.whole:
            yield film.whole(media_type, plain=wanted.plain)
            return
        looked, whole = _look(film, wanted)
        for number in chosen([one.change for one in looked], wanted.pictures):
            yield looked[number].shown
        if not whole:
            remark = (
                f"[what is shown after {clock(looked[-1].at)} was not looked at: the time for one file was used up]"
            )
            yield Rendition("text/plain", remark.encode(), degraded=True)
        if wanted.words and (words := film.words(until=until)):
            yield words


def chosen(changes: list[float], most: int) -> list[int]:
    """Choose at most *most* pictures by how much each differs from the one before it: half evenly, half new scenes."""
    if len(changes) <= most:
        return list(range(len(changes)))
    even = _even(len(changes), max(1, most // 2))
    scenes = sorted((-change, number) for number, change in enumerate(changes) if change >= _SCENE)
    picked = set(even) | set([number for _, number in scenes if number not in even][: most - len(even)])
    for number in _even(len(changes), most):  # where there are few scenes, evenly after all
        if len(picked) < most:
            picked.add(number)
    return sorted(picked)


def _even(there: int, most: int) -> set[int]:
    return {number * there // most for number in range(most)}


@dataclass(slots=True)
class _Looked:
    """A picture that was looked at: when, what is sent of it, and how much it differs from the one before."""

    at: float
    shown: Rendition
    small: "NDArray[np.float32]"
    change: float = 0.0


def _look(film: Film, wanted: Wanted) -> tuple[list[_Looked], bool]:
    """Look at some pictures for each that will be shown; at double the distance as often as they become too many.

    Tell also whether there was time for all of them.
    """
    most, gap = wanted.pictures * _EACH, _FIRST_GAP_S
    until = time.process_time() + _LOOKING_S
    looked: list[_Looked] = []
    whole = True
    for at, pixels in film.along(most):
        if looked and at < looked[-1].at + gap:
            continue
        looked.append(_looked(at, pixels, wanted))
        if len(looked) > most:
            looked, gap = looked[::2], gap * 2
        if time.process_time() > until:
            whole = False
            break
    if not looked:
        raise CorruptDocument("no picture of it can be decoded")
    for before, one in pairwise(looked):
        one.change = float(abs(one.small - before.small).mean())
    return looked, whole


def _looked(at: float, pixels: "NDArray[np.uint8]", wanted: Wanted) -> _Looked:
    import numpy as np  # noqa: PLC0415 heavy: for few formats
    from PIL import Image  # noqa: PLC0415 heavy: image codecs

    image = Image.fromarray(pixels)
    small = np.asarray(image.convert("L").resize(_THUMBNAIL), np.float32)
    return _Looked(at, pictures.encoded(image, wanted, lossless=False, place=clock(at)), small)
