"""Recordings as a decoder sees them: what they state, their sound in pieces, pictures from along the way."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.tools import Raster

if TYPE_CHECKING:
    import numpy as np
    from av.codec.context import CodecContext
    from av.container import InputContainer

RATE = 16_000  # samples a second, as speech recognition wants them
SHORT_S = 60.0  # up to which every picture is decoded; of longer videos, those that can be jumped to
_PIECE_S = 240
_SMALLEST_GAP_S = 10.0
_MOST_PICTURES = 20
# Named rather than probed: some readers of FFmpeg open other files and addresses that a list names.
_DEMUXERS: Mapping[str, str] = {
    "audio/mpeg": "mp3", "audio/aac": "aac", "audio/wav": "wav", "audio/flac": "flac", "audio/ogg": "ogg",
    "audio/aiff": "aiff", "audio/mp4": "mov", "audio/x-ms-wma": "asf", "audio/amr": "amr",
    "video/mp4": "mov", "video/quicktime": "mov", "video/3gpp": "mov", "video/ogg": "ogg", "video/x-msvideo": "avi",
    "video/webm": "matroska", "video/x-matroska": "matroska", "video/x-ms-wmv": "asf", "video/x-flv": "flv",
    "video/mpeg": "mpeg", "video/mp2t": "mpegts",
}  # fmt: skip


def demuxer(media_type: str) -> str:
    """Name FFmpeg's reader of *media_type*."""
    return _DEMUXERS[media_type]


def clock(seconds: float) -> str:
    """Write a time as ``00:01:02.5``."""
    tenths = int(seconds * 10 + 0.5)
    return f"{tenths // 36000:02}:{tenths // 600 % 60:02}:{tenths // 10 % 60:02}.{tenths % 10}"


@contextmanager
def opened(source: BinaryIO, media_type: str) -> "Iterator[InputContainer]":
    """Open a recording. Raises ``CorruptDocument``, also for what its decoding raises."""
    import av  # noqa: PLC0415 heavy: an optional extra

    source.seek(0)
    try:
        with av.open(source, "r", format=_DEMUXERS[media_type], metadata_errors="replace") as container:
            for stream in container.streams:
                if stream.type in ("audio", "video"):
                    _decoder(stream.codec_context).thread_count = 1
            yield container
    except (av.FFmpegError, ValueError, LookupError, ArithmeticError, OSError) as error:
        raise CorruptDocument("its sound or picture cannot be decoded") from error


def _decoder(found: "CodecContext | None") -> "CodecContext":
    """Return what decodes a stream: none, against PyAV's types, where it names a codec that nobody knows."""
    if found is None:
        raise CorruptDocument("its sound or picture is in a coding that is not known")
    return found


def seconds(container: "InputContainer") -> float:
    """Return how long the recording says to be."""
    return max(0.0, (container.duration or 0) / 1_000_000)


def stated(container: "InputContainer") -> dict[str, str]:
    """Return title, author and the like."""
    names = {"title": "title", "artist": "author", "album": "album", "comment": "description", "date": "date"}
    found = {name.lower(): " ".join(value.replace("\0", " ").split()) for name, value in container.metadata.items()}
    return {ours: found[theirs][:1000] for theirs, ours in names.items() if found.get(theirs)}


def pieces(container: "InputContainer") -> "Iterator[tuple[float, np.ndarray]]":
    """Yield the sound in pieces of some minutes, with the second at which each starts."""
    import av  # noqa: PLC0415 heavy: an optional extra
    import numpy as np  # noqa: PLC0415 heavy: for few formats

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    waiting: list[np.ndarray] = []
    held = done = 0
    for frame in container.decode(audio=0):
        frame.pts = None  # gaps and jumps in the clock would make silence of hours
        for one in resampler.resample(frame):
            waiting.append(one.to_ndarray().reshape(-1))
            held += waiting[-1].size
        if held >= _PIECE_S * RATE:
            samples = np.concatenate(waiting)
            cut = _quiet(samples)
            yield done / RATE, samples[:cut].astype(np.float32) / 32768
            waiting, held, done = [samples[cut:]], samples.size - cut, done + cut
    if held:
        yield done / RATE, np.concatenate(waiting).astype(np.float32) / 32768


def _quiet(samples: "np.ndarray") -> int:
    """Return the middle of the quietest half second in the last half minute: there no word is cut."""
    import numpy as np  # noqa: PLC0415 heavy: for few formats

    window = RATE // 2
    tail = samples[-30 * RATE :].astype(np.float32)
    blocks = tail[: tail.size // window * window].reshape(-1, window)
    return int(samples.size - tail.size + (np.square(blocks).sum(axis=1).argmin() + 0.5) * window)


def pictures(container: "InputContainer", most_pixels: int) -> Iterator[tuple[float, Raster]]:
    """Yield some pictures from along the recording, with their times."""
    stream = container.streams.video[0]
    if stream.codec_context.width * stream.codec_context.height > most_pixels:
        return
    gap = max(_SMALLEST_GAP_S, seconds(container) / _MOST_PICTURES)
    for number in range(_MOST_PICTURES):
        at = number * gap
        if number and at >= seconds(container):
            return
        container.seek(int(at * 1_000_000))
        frame = next(iter(container.decode(stream)), None)
        if frame is None:
            return
        picture = frame.to_ndarray(format="rgb24")
        yield at, Raster(picture.shape[1], picture.shape[0], picture.tobytes())
