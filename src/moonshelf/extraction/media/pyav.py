"""Videos decoded by PyAV, the extra ``[media]``: every codec, what is said, and copies that tell no place."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.media import recordings, speech
from moonshelf.extraction.media.recordings import SHORT_S, clock
from moonshelf.extraction.renditions import Rendition

if TYPE_CHECKING:
    import numpy as np
    from av import VideoFrame
    from av.container import InputContainer
    from numpy.typing import NDArray

_PLACES = ("location", "gps", "xyz", "com.apple.quicktime")
_KEPT = ("video", "audio")
_MUXERS = {"video/mp4": "mp4", "video/quicktime": "mov", "video/3gpp": "3gp", "video/webm": "webm"}


@contextmanager
def opened(source: BinaryIO, media_type: str, most_pixels: int) -> "Iterator[Film]":
    """Open a video. Raises ``ExtractionError``, also for what its decoding raises."""
    with recordings.opened(source, media_type) as video:
        if not video.streams.video:
            raise CorruptDocument("it has no picture")
        coded = video.streams.video[0].codec_context
        if coded.width * coded.height > most_pixels:
            raise LimitReached(f"its picture has more than {most_pixels} pixels")
        yield Film(video)


class Film:
    """A side of ``films.Film``."""

    def __init__(self, video: "InputContainer") -> None:
        self._video = video
        self._stream = video.streams.video[0]
        self.codec = self._stream.codec_context.name

    def size(self) -> tuple[int, int]:
        """Decode the first picture, and measure it."""
        frame = next(iter(self._video.decode(self._stream)), None)
        if frame is None:
            raise CorruptDocument("no picture of it can be decoded")
        lying = frame.rotation % 180 != 0
        return (frame.height, frame.width) if lying else (frame.width, frame.height)

    def length(self) -> tuple[int, float]:
        """Count the packets where the container does not state how many pictures they are."""
        stream, seconds = self._stream, recordings.seconds(self._video)
        if stream.frames:
            return stream.frames, seconds
        self._video.seek(0)
        found = [packet.pts for packet in self._video.demux(stream) if packet.size]
        times = [at for at in found if at is not None]
        if len(times) > 1 and stream.time_base:
            seen = float((max(times) - min(times)) * stream.time_base)
            seconds = max(seconds, seen * len(times) / (len(times) - 1))  # the last picture lasts as long as the others
        return len(found), seconds

    def along(self, most: int) -> "Iterator[tuple[float, NDArray[np.uint8]]]":
        """Jump, in a long video, to where decoding can begin."""
        video, stream, seconds = self._video, self._stream, recordings.seconds(self._video)
        start = float((stream.start_time or 0) * (stream.time_base or 0))
        video.seek(0)
        if seconds <= SHORT_S:
            for frame in video.decode(stream):
                yield max(0.0, (frame.time or 0.0) - start), _pixels(frame)
            return
        for number in range(most):
            video.seek(int((number * seconds / most + start) * 1_000_000))
            for frame in islice(video.decode(stream), 1):
                yield max(0.0, (frame.time or 0.0) - start), _pixels(frame)

    def whole(self, media_type: str, *, plain: bool) -> Rendition:
        """Copy picture and sound into a container of their own, where the video tells a place."""
        video, coded = self._video, self._stream.codec_context
        told = [video.metadata, *(stream.metadata for stream in video.streams)]
        places = any(mark in name.lower() for one in told for name in one for mark in _PLACES)
        other = any(stream.type not in {"video", "audio", "subtitle"} for stream in video.streams)
        if not plain or not (places or other):
            return Rendition(media_type, b"", coded.width, coded.height)
        return Rendition(media_type, self._copied(media_type), coded.width, coded.height)

    def words(self, *, until: float) -> Rendition | None:
        """Recognise speech, where there is sound and somebody to hear it."""
        weights = speech.bundle()
        if not (self._video.streams.audio and find_spec("faster_whisper") and weights):
            return None
        self._video.seek(0)
        return _written(self._video, weights, until)

    def _copied(self, media_type: str) -> bytes:
        import av  # noqa: PLC0415 heavy: an optional extra

        into = BytesIO()
        with av.open(into, "w", format=_MUXERS.get(media_type, self._video.format.name)) as out:
            kept = {one.index: out.add_stream_from_template(one) for one in self._video.streams if one.type in _KEPT}
            for stream in kept.values():
                stream.metadata.clear()
            self._video.seek(0)
            for packet in self._video.demux([one for one in self._video.streams if one.index in kept]):
                if packet.dts is not None:
                    packet.stream = kept[packet.stream.index]
                    out.mux(packet)
        return into.getvalue()


def _written(video: "InputContainer", weights: Path, until: float) -> Rendition:
    lines, degraded = [], False
    for one in speech.recognise(recordings.pieces(video), weights, until=until):
        if isinstance(one, float):
            degraded = True
            lines.append(f"[the transcript ends at {clock(one)}: the time for one file was used up]")
        else:
            lines.append(f"[{clock(one.start)}] {one.text}")
    said = "\n".join(lines) or "(nothing is said)"
    return Rendition("text/plain", f"Transcript of what is said:\n{said}".encode(), degraded=degraded)


def _pixels(frame: "VideoFrame") -> "NDArray[np.uint8]":
    import numpy as np  # noqa: PLC0415 heavy: for few formats

    pixels = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    return np.rot90(pixels, frame.rotation // 90) if frame.rotation else pixels
