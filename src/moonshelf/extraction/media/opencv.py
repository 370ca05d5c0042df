"""Videos decoded by OpenCV, whose FFmpeg is LGPL and in every installation: nearly every codec, pictures only."""

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, pairwise
from statistics import median
from typing import TYPE_CHECKING, BinaryIO, Final

from moonshelf.errors import CorruptDocument, LimitReached, UnsupportedFormat
from moonshelf.extraction.media.recordings import SHORT_S, demuxer
from moonshelf.extraction.renditions import Rendition

if TYPE_CHECKING:
    import cv2
    import numpy as np
    from numpy.typing import NDArray

_EXTRA: Final = "on the server, install the extra moonshelf[media]"
_PLAIN: Final = "to send it whole without the place it may tell, install the extra moonshelf[media] on the server"
_CODECS: Final = {
    "avc1": "h264", "fmp4": "mpeg4", "hev1": "hevc", "hvc1": "hevc", "mpg1": "mpeg1video", "mpg2": "mpeg2video",
    "vp80": "vp8", "vp90": "vp9", "flv1": "flv",
}  # fmt: skip
"""OpenCV's four letters -> FFmpeg's name, where they differ."""

_AHEAD: Final = 16.5
"""Pictures behind one that decoding can begin with to which a jump is cheap: OpenCV goes back sixteen and then on."""


@dataclass(frozen=True, slots=True)
class _Timeline:
    """The moments of all pictures, and of those that decoding can begin with, in milliseconds."""

    times: Sequence[float]
    keys: Sequence[float]

    def seconds(self) -> float:
        """Say how long they last, the last picture as long as most."""
        gaps = [after - before for before, after in pairwise(self.times) if after > before]
        return (self.times[-1] - self.times[0] + median(gaps)) / 1000 if gaps else 0.0


@contextmanager
def opened(source: BinaryIO, media_type: str, most_pixels: int) -> "Iterator[Film]":
    """Open a video. Raises ``ExtractionError``, also for what its decoding raises."""
    import cv2  # noqa: PLC0415 heavy

    # Some readers of FFmpeg open other files and addresses that a list names; others are chatty.
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = f"format_whitelist;{demuxer(media_type)}"
    os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"
    try:
        yield Film(source, media_type, most_pixels)
    except cv2.error as error:
        raise CorruptDocument("its picture cannot be decoded") from error


class Film:
    """A side of ``films.Film``."""

    def __init__(self, source: BinaryIO, media_type: str, most_pixels: int) -> None:
        self._source = source
        self._media_type = media_type
        self._most_pixels = most_pixels
        self._timeline = self._passed_over()
        self._video = self._open()
        import cv2  # noqa: PLC0415 heavy

        fourcc = int(self._video.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little").decode("latin-1").lower()
        self.codec = _CODECS.get(fourcc, fourcc.strip("\0 "))

    def size(self) -> tuple[int, int]:
        """Decode the first picture, and measure it."""
        there, pixels = self._video.read()
        if not there:
            if self.codec == "av01":
                raise UnsupportedFormat(media_type=f"{self._media_type} (AV1)", remedy=_EXTRA)
            raise CorruptDocument("no picture of it can be decoded")
        height, width = pixels.shape[:2]
        return width, height

    def length(self) -> tuple[int, float]:
        """Say what passing over all pictures told."""
        return len(self._timeline.times), self._timeline.seconds()

    def along(self, most: int) -> "Iterator[tuple[float, NDArray[np.uint8]]]":
        """Jump, in a long video, to just behind where decoding can begin."""
        import cv2  # noqa: PLC0415 heavy

        self._video = self._open()
        if self._timeline.seconds() <= SHORT_S:
            yield from self._on(0.0)
            return
        before = 0.0
        for at in self._places(most):
            self._video.set(cv2.CAP_PROP_POS_MSEC, at)
            for before, pixels in islice(self._on(before), 1):  # noqa: B020 one moment follows the other
                yield before, pixels

    def whole(self, media_type: str, *, plain: bool) -> Rendition:
        """Give it as it is; what it tells beside its pictures is not known here."""
        if plain:
            raise UnsupportedFormat(media_type=media_type, remedy=_PLAIN)
        width, height = self.size()
        return Rendition(media_type, b"", width, height)

    def words(self, *, until: float) -> Rendition | None:
        """Hear nothing."""
        del until
        return None

    def _places(self, most: int) -> Sequence[float]:
        """Give the moments to jump to, evenly; as cheap ones as there are near them."""
        there, seconds = self._timeline, self._timeline.seconds()
        ahead = _AHEAD * 1000 * seconds / len(there.times)
        evenly = (there.times[0] + number * seconds * 1000 / most for number in range(most))
        keys = sorted({bisect_right(there.keys, at) for at in evenly})
        return [there.keys[number - 1] + ahead if number > 1 else 0.0 for number in keys]

    def _on(self, before: float) -> "Iterator[tuple[float, NDArray[np.uint8]]]":
        """Decode on from where the video stands."""
        import cv2  # noqa: PLC0415 heavy
        import numpy as np  # noqa: PLC0415 heavy

        while True:
            there, pixels = self._video.read()
            if not there:
                return
            if pixels.shape[0] * pixels.shape[1] > self._most_pixels:
                raise _too_large(self._most_pixels)
            # The last pictures of some containers have no time of their own.
            before = max(before, round(self._video.get(cv2.CAP_PROP_POS_MSEC) * 1000) / 1_000_000)
            yield before, np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)

    def _passed_over(self) -> _Timeline:
        """Read all packets without decoding any."""
        import cv2  # noqa: PLC0415 heavy

        video = self._open(cv2.CAP_PROP_FORMAT, -1)
        times: list[float] = []
        keys: list[float] = []
        while video.grab():
            times.append(video.get(cv2.CAP_PROP_POS_MSEC))
            if video.get(cv2.CAP_PROP_LRF_HAS_KEY_FRAME):
                keys.append(times[-1])
        return _Timeline(sorted(times), sorted(keys))

    def _open(self, *more: int) -> "cv2.VideoCapture":
        import cv2  # noqa: PLC0415 heavy

        self._source.seek(0)
        chosen = [cv2.CAP_PROP_N_THREADS, 1, *more]
        video: cv2.VideoCapture = cv2.VideoCapture(self._source, cv2.CAP_FFMPEG, chosen)  # type: ignore[call-overload]  # takes any buffered reader
        if not video.isOpened():
            raise CorruptDocument("its picture cannot be decoded")
        if video.get(cv2.CAP_PROP_FRAME_WIDTH) * video.get(cv2.CAP_PROP_FRAME_HEIGHT) > self._most_pixels:
            raise _too_large(self._most_pixels)
        return video


def _too_large(most_pixels: int) -> LimitReached:
    return LimitReached(f"its picture has more than {most_pixels} pixels")
