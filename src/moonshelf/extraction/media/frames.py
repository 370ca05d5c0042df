"""Videos for models that see pictures: measured, and shown in pictures from along the way, with what is said."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from itertools import islice, pairwise
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import CorruptDocument, LimitReached, UnsupportedFormat
from moonshelf.extraction.media import recordings, speech
from moonshelf.extraction.pages import pictures
from moonshelf.extraction.renditions import Measures, Rendition, Wanted

if TYPE_CHECKING:
    import numpy as np
    from av import VideoFrame
    from av.container import InputContainer
    from numpy.typing import NDArray

_EXTRA = "on the server, install the extra moonshelf[media]"
_SHORT_S = 60.0  # up to which every picture is decoded; of longer videos, those that can be jumped to
_EACH = 4  # pictures looked at for each that is shown
_LOOKING_S = 20.0  # of processor time
_PLACES = ("location", "gps", "xyz", "com.apple.quicktime")
_KEPT = ("video", "audio")
_MUXERS = {"video/mp4": "mp4", "video/quicktime": "mov", "video/3gpp": "3gp", "video/webm": "webm"}
_THUMBNAIL = (32, 18)
_SCENE = 12.0  # levels of 255 by which the average pixel of a new scene differs
_FIRST_GAP_S = 0.2


def measure(source: BinaryIO, media_type: str, most_pixels: int) -> Measures:
    """Measure a video whose first picture can be decoded. Raises ``ExtractionError``."""
    _check_extra(media_type)
    with recordings.opened(source, media_type) as video:
        width, height = _upright(_first(video, most_pixels))
        codec = video.streams.video[0].codec_context.name
        frames, seconds = _length(video)
        return Measures(width, height, codec, frames=frames, duration=round(seconds, 3) or None)


def _length(video: "InputContainer") -> tuple[int, float]:
    """Return how many pictures there are and how long they last: as stated, or by passing over them all."""
    stream, seconds = video.streams.video[0], recordings.seconds(video)
    if stream.frames:
        return stream.frames, seconds
    video.seek(0)
    times = [packet.pts for packet in video.demux(stream) if packet.pts is not None]
    if len(times) > 1 and stream.time_base:
        seen = float((max(times) - min(times)) * stream.time_base)
        seconds = max(seconds, seen * len(times) / (len(times) - 1))  # the last picture lasts as long as the others
    return len(times), seconds


def render(
    source: BinaryIO, media_type: str, wanted: Wanted, most_pixels: int, *, until: float = inf
) -> Iterator[Rendition]:
    """Show a video: pictures sampled evenly and where the scene changes, then the words said, where they can be read.

    *until* is the moment of the monotonic clock at which the child is ended. Raises ``ExtractionError``.
    """
    _check_extra(media_type)
    with recordings.opened(source, media_type) as video:
        _first(video, most_pixels)
        if wanted.whole:
            yield _whole(video, media_type, plain=wanted.plain)
            return
        looked, whole = _look(video, wanted)
        for number in chosen([one.change for one in looked], wanted.pictures):
            yield looked[number].shown
        if not whole:
            reached = clock(looked[-1].at)
            remark = f"[what is shown after {reached} was not looked at: the time for one file was used up]"
            yield Rendition("text/plain", remark.encode(), degraded=True)
        if video.streams.audio and find_spec("faster_whisper") and (weights := speech.bundle()):
            video.seek(0)
            yield _words(video, weights, until)


def _whole(video: "InputContainer", media_type: str, *, plain: bool) -> Rendition:
    """Keep a video as it is; without what it tells beside picture and sound, where it tells a place."""
    width, height = video.streams.video[0].codec_context.width, video.streams.video[0].codec_context.height
    told = [video.metadata, *(stream.metadata for stream in video.streams)]
    places = any(mark in name.lower() for one in told for name in one for mark in _PLACES)
    other = any(stream.type not in {"video", "audio", "subtitle"} for stream in video.streams)
    if not plain or not (places or other):
        return Rendition(media_type, b"", width, height)
    import av  # noqa: PLC0415 heavy: an optional extra

    into = BytesIO()
    with av.open(into, "w", format=_MUXERS.get(media_type, video.format.name)) as out:
        streams = {one.index: out.add_stream_from_template(one) for one in video.streams if one.type in _KEPT}
        for stream in streams.values():
            stream.metadata.clear()
        video.seek(0)
        for packet in video.demux([one for one in video.streams if one.index in streams]):
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
    return Rendition(media_type, into.getvalue(), width, height)


def clock(seconds: float) -> str:
    """Write a time as ``00:01:02.5``."""
    tenths = int(seconds * 10 + 0.5)
    return f"{tenths // 36000:02}:{tenths // 600 % 60:02}:{tenths // 10 % 60:02}.{tenths % 10}"


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


def _look(video: "InputContainer", wanted: Wanted) -> tuple[list[_Looked], bool]:
    """Look at some pictures for each that will be shown; at double the distance as often as they become too many.

    Tell also whether there was time for all of them.
    """
    most, gap = wanted.pictures * _EACH, _FIRST_GAP_S
    until = time.process_time() + _LOOKING_S
    looked: list[_Looked] = []
    whole = True
    for at, frame in _along(video, most):
        if looked and at < looked[-1].at + gap:
            continue
        looked.append(_looked(at, frame, wanted))
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


def _along(video: "InputContainer", most: int) -> "Iterator[tuple[float, VideoFrame]]":
    """Yield every picture of a short video, and of a long one some from all along it."""
    stream, seconds = video.streams.video[0], recordings.seconds(video)
    start = float((stream.start_time or 0) * (stream.time_base or 0))
    video.seek(0)
    if seconds <= _SHORT_S:
        for frame in video.decode(stream):
            yield max(0.0, (frame.time or 0.0) - start), frame
        return
    for number in range(most):
        video.seek(int((number * seconds / most + start) * 1_000_000))
        for frame in islice(video.decode(stream), 1):
            yield max(0.0, (frame.time or 0.0) - start), frame


def _looked(at: float, frame: "VideoFrame", wanted: Wanted) -> _Looked:
    import numpy as np  # noqa: PLC0415 heavy: for few formats
    from PIL import Image  # noqa: PLC0415 heavy: image codecs

    image = Image.fromarray(frame.to_ndarray(format="rgb24"))
    if frame.rotation:
        image = image.rotate(frame.rotation, expand=True)
    small = np.asarray(image.convert("L").resize(_THUMBNAIL), np.float32)
    return _Looked(at, pictures.encoded(image, wanted, lossless=False, place=clock(at)), small)


def _words(video: "InputContainer", weights: Path, until: float) -> Rendition:
    lines, degraded = [], False
    for one in speech.recognise(recordings.pieces(video), weights, until=until):
        if isinstance(one, float):
            degraded = True
            lines.append(f"[the transcript ends at {clock(one)}: the time for one file was used up]")
        else:
            lines.append(f"[{clock(one.start)}] {one.text}")
    said = "\n".join(lines) or "(nothing is said)"
    return Rendition("text/plain", f"Transcript of what is said:\n{said}".encode(), degraded=degraded)


def _first(video: "InputContainer", most_pixels: int) -> "VideoFrame":
    if not video.streams.video:
        raise CorruptDocument("it has no picture")
    stream = video.streams.video[0]
    if stream.codec_context.width * stream.codec_context.height > most_pixels:
        raise LimitReached(f"its picture has more than {most_pixels} pixels")
    frame = next(iter(video.decode(stream)), None)
    if frame is None:
        raise CorruptDocument("no picture of it can be decoded")
    return frame


def _upright(frame: "VideoFrame") -> tuple[int, int]:
    lying = frame.rotation % 180 != 0
    return (frame.height, frame.width) if lying else (frame.width, frame.height)


def _check_extra(media_type: str) -> None:
    if not find_spec("av"):
        raise UnsupportedFormat(media_type=media_type, remedy=_EXTRA)
