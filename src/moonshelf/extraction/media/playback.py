"""Audio and video as documents: what is said, and what stands in the picture."""

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import LimitReached, NothingToRead, UnsupportedFormat
from moonshelf.extraction.coverage import tally
from moonshelf.extraction.document import Block, Document, Kind, Origin
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.media import recordings, speech
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from av.container import InputContainer

_EXTRA = "on the server, install the extra moonshelf[media] and run 'moonshelf models pull whisper-base'"
_WEIGHTS = "on the server, run 'moonshelf models pull whisper-base'"


def extract(source: BinaryIO, tools: Tools, *, media_type: str) -> Document:
    """Read a recording. Raises ``UnsupportedFormat`` with what to install, where that is missing."""
    if not (find_spec("av") and find_spec("faster_whisper")):
        raise UnsupportedFormat(media_type=media_type, remedy=_EXTRA)
    with recordings.opened(source, media_type) as recording:
        if not recording.streams.video and speech.bundle() is None:
            raise UnsupportedFormat(media_type=media_type, remedy=_WEIGHTS)
        reader = _Reader(recording, tools)
        blocks = list(reader.blocks(video=media_type.startswith("video/")))
        about = recordings.stated(recording) | {"duration": _clock(recordings.seconds(recording))}
    if not blocks and reader.unheard:
        raise UnsupportedFormat(media_type=media_type, remedy=_WEIGHTS)  # it may be that all of it is said
    if not blocks:
        raise NothingToRead
    return Document((tally.page(1, blocks),), about, tuple(reader.warnings), degraded=reader.degraded)


class _Reader:
    """One reading of one recording."""

    def __init__(self, recording: "InputContainer", tools: Tools) -> None:
        self._recording = recording
        self._tools = tools
        self.warnings: list[str] = []
        self.degraded = self.unheard = False

    def blocks(self, *, video: bool) -> Iterator[Block]:
        """Read the pictures of a video, then the sound."""
        shown = list(self._shown()) if video and self._recording.streams.video else []
        if shown:
            yield Block(Kind.HEADING, "In the picture", level=2)
            yield from shown
        said = list(self._said()) if self._recording.streams.audio else []
        if said and shown:
            yield Block(Kind.HEADING, "Transcript", level=2)
        yield from said

    def _shown(self) -> Iterator[Block]:
        before = ""
        for at, raster in recordings.pictures(self._recording, self._tools.limits.pixels):
            try:
                text = "\n".join(line.text for line in self._tools.recognise(raster) if line.legible)
            except LimitReached as error:
                self.warnings.append(f"The picture at {_clock(at)} was not read: {error}.")
                continue
            if text.strip() and text != before:
                yield Block(Kind.PARAGRAPH, f"[{_clock(at)}] {text}", origin=Origin.OCR)
            before = text
        self._recording.seek(0)

    def _said(self) -> Iterator[Block]:
        weights = speech.bundle()
        if weights is None:
            self.degraded = self.unheard = True
            self.warnings.append(f"What is said was not read; {_WEIGHTS}.")
            return
        for one in speech.recognise(recordings.pieces(self._recording), weights, until=self._tools.until):
            if isinstance(one, float):
                self.degraded = True
                self.warnings.append(f"The transcript ends at {_clock(one)}: the time for one file was used up.")
            else:
                yield Block(Kind.PARAGRAPH, f"[{_clock(one.start)}] {one.text}")


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _format(media_type: str, *extensions: str) -> Flowing:
    kinds = dict.fromkeys(extensions, media_type)
    return Flowing(name=extensions[0][1:], media_types=kinds, extract=partial(extract, media_type=media_type))


MEDIA = (
    _format("audio/mpeg", ".mp3"),
    _format("audio/wav", ".wav"),
    _format("audio/mp4", ".m4a"),
    _format("audio/aac", ".aac"),
    _format("audio/ogg", ".ogg", ".oga", ".opus"),
    _format("audio/flac", ".flac"),
    _format("audio/aiff", ".aiff"),
    _format("audio/x-ms-wma", ".wma"),
    _format("video/mp4", ".mp4", ".m4v"),
    _format("video/quicktime", ".mov"),
    _format("video/x-msvideo", ".avi"),
    _format("video/webm", ".webm"),
    _format("video/x-matroska", ".mkv"),
    _format("video/ogg", ".ogv"),
    _format("video/x-ms-wmv", ".wmv"),
    _format("video/x-flv", ".flv"),
    _format("video/mpeg", ".mpg", ".mpeg"),
    _format("video/mp2t", ".ts"),
    _format("video/3gpp", ".3gp"),
)
