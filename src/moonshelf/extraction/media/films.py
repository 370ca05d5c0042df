"""A video to be looked at, whichever library decodes it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import TYPE_CHECKING, BinaryIO, Protocol

from moonshelf.extraction.renditions import Rendition

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Film(Protocol):
    """An opened video. Any method may raise ``ExtractionError``."""

    codec: str

    def size(self) -> tuple[int, int]:
        """Decode the first picture; return its width and height, upright."""

    def length(self) -> tuple[int, float]:
        """Return how many pictures there are and how many seconds they last: as stated, or by passing over all."""

    def along(self, most: int) -> "Iterator[tuple[float, NDArray[np.uint8]]]":
        """Yield the second and the upright RGB pixels of every picture; of a long video *most*, from all along it."""

    def whole(self, media_type: str, *, plain: bool) -> Rendition:
        """Give the video as it is; *plain*: without what it tells beside picture and sound, where it tells a place."""

    def words(self, *, until: float) -> Rendition | None:
        """Write down what is said, as far as there is time; None where nobody listens."""


def copies() -> bool:
    """Tell whether a video can be copied without the place that it may tell: PyAV alone can do that."""
    return find_spec("av") is not None


def opened(source: BinaryIO, media_type: str, most_pixels: int) -> AbstractContextManager[Film]:
    """Open a video of pictures with at most *most_pixels*: with PyAV where it is installed, else with OpenCV.

    Raises ``ExtractionError``, also for what its decoding raises inside the context.
    """
    # One is imported for the other's sake nowhere: each brings an FFmpeg of its own.
    if copies():
        from moonshelf.extraction.media import pyav  # noqa: PLC0415 see above

        return pyav.opened(source, media_type, most_pixels)
    from moonshelf.extraction.media import opencv  # noqa: PLC0415 see above

    return opencv.opened(source, media_type, most_pixels)
