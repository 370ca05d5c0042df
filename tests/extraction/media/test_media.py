"""Audio and video: sound in pieces, pictures from along the way, and what is said where something is missing."""

import contextlib
import math
import struct
import wave
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from hypothesis import given, settings

from extraction.damage import damaged
from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument, ExtractionError, NothingToRead, UnsupportedFormat
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.media import pyav, recordings, speech
from moonshelf.extraction.media.playback import MEDIA, extract
from moonshelf.extraction.tools import Line, Raster, Tools


def sound(seconds: float, rate: int = 8000) -> bytes:
    """Return a tone as WAV, silent in its last fifth."""
    into = BytesIO()
    loud = int(seconds * rate * 0.8)
    samples = [int(9000 * math.sin(one / 5)) for one in range(loud)] + [0] * int(seconds * rate - loud)
    with wave.open(into, "wb") as out:
        out.setparams((1, 2, rate, 0, "NONE", ""))
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return into.getvalue()


def film(seconds: int, *, sounding: bool = False) -> bytes:
    """Return a video of two pictures a second, which grow brighter; it is silent, even where it has a sound."""
    into = BytesIO()
    with av.open(into, "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=2)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 64, 48, "yuv420p", 2
        track = out.add_stream("aac", rate=8000, layout="mono") if sounding else None
        for number in range(seconds * 2):
            picture = np.full((48, 64, 3), min(255, 4 * number), np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
        if track:
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            silence.sample_rate = 8000
            out.mux(track.encode(silence) + track.encode(None))
    return into.getvalue()


def test_sound_comes_in_pieces_that_together_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "_PIECE_S", 40)
    with recordings.opened(BytesIO(sound(100)), "audio/wav") as recording:
        pieces = list(recordings.pieces(recording))
    assert len(pieces) > 2
    assert sum(samples.size for _, samples in pieces) == pytest.approx(100 * recordings.RATE, rel=0.001)
    assert [round(start) for start, _ in pieces] == sorted(round(start) for start, _ in pieces)


def test_without_weights_the_command_that_fetches_them_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOONSHELF_MODELS", raising=False)
    with pytest.raises(UnsupportedFormat, match="models pull whisper-base"):
        extract(BytesIO(sound(1)), TOOLS, media_type="audio/wav")
    with pytest.raises(UnsupportedFormat, match="models pull whisper-base"):  # its words may be all there is in it
        extract(BytesIO(film(1, sounding=True)), TOOLS, media_type="video/mp4")


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moonshelf.extraction.media.playback.find_spec", lambda _name: None)
    with pytest.raises(UnsupportedFormat, match=r"moonshelf\[media\]"):
        extract(BytesIO(sound(1)), TOOLS, media_type="audio/wav")


def test_what_stands_in_a_video_is_read_with_its_time_and_once() -> None:
    def recognise(raster: Raster) -> Sequence[Line]:
        assert (raster.width, raster.height) == (64, 48)
        return [Line("bright" if raster.pixels[0] > 100 else "dark", (0, 0, 9, 9), 0.9)]

    document = extract(BytesIO(film(50)), Tools(recognise), media_type="video/mp4")
    assert to_markdown(document) == "## In the picture\n\n[00:00:00] dark\n\n[00:00:20] bright"
    assert document.metadata["duration"] == "00:00:50"


def test_a_video_without_words_has_nothing_to_read() -> None:
    with pytest.raises(NothingToRead):
        extract(BytesIO(film(2)), TOOLS, media_type="video/mp4")


def test_a_file_that_is_no_recording_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        extract(BytesIO(b"\0\0\0\x20ftypmp42" + bytes(100)), TOOLS, media_type="video/mp4")


def test_a_transcript_out_of_time_ends_with_the_second_it_reached(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(speech, "_load", lambda _path: None)
    monkeypatch.setattr(speech, "_budget", lambda: 0.0)
    assert list(speech.recognise([(240.0, np.zeros(1, np.float32))], tmp_path)) == [240.0]


class _Slow:
    """A model that needs a tenth of a second for ten of speech and could go on for ever, and the clock it goes by."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def process_time(self) -> float:
        return 0.0

    def transcribe(self, _samples: object, **_options: object) -> tuple[Iterator[SimpleNamespace], SimpleNamespace]:
        def said() -> Iterator[SimpleNamespace]:
            for number in count():
                self.now += 0.1
                times = {"start": 10.0 * number, "end": 10.0 * number + 10}
                yield SimpleNamespace(text=" words", no_speech_prob=0.0, avg_logprob=0.0, **times)

        return said(), SimpleNamespace(language="en")


def _slow(monkeypatch: pytest.MonkeyPatch) -> _Slow:
    slow = _Slow()
    monkeypatch.setattr(speech, "_load", lambda _path: slow)
    monkeypatch.setattr(speech, "time", slow)
    return slow


def test_a_recording_of_hours_ends_partial_before_its_reader_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = _slow(monkeypatch)
    *said, reached = speech.recognise([(0.0, np.zeros(1, np.float32))], tmp_path, until=slow.now + 2)
    assert slow.now < 1002
    assert len(said) > 5
    assert reached == 10.0 * len(said)


def test_the_words_of_a_video_end_before_its_reader_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = _slow(monkeypatch)
    monkeypatch.setattr(recordings, "pieces", lambda _video: [(0.0, np.zeros(1, np.float32))])
    with av.open(BytesIO(film(1)), "r") as video:
        words = pyav._written(video, tmp_path, slow.now + 2)
    assert slow.now < 1002
    assert words.degraded
    assert "the transcript ends at 00:0" in words.data.decode()


def test_every_recording_has_a_demuxer_of_its_own() -> None:
    kinds = {kind for one in MEDIA for kind in one.media_types.values()}
    assert kinds <= recordings._DEMUXERS.keys()


@settings(max_examples=60, deadline=None)
@given(damaged(film(2)))
def test_any_damage_gives_a_document_or_an_extraction_error(data: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        extract(BytesIO(data), TOOLS, media_type="video/mp4")


@settings(max_examples=60, deadline=None)
@given(damaged(sound(1)))
def test_any_damage_to_sound_gives_samples_or_an_extraction_error(data: bytes) -> None:
    with contextlib.suppress(ExtractionError), recordings.opened(BytesIO(data), "audio/wav") as recording:
        list(recordings.pieces(recording))


def test_a_picture_in_a_coding_that_nobody_knows_is_told() -> None:
    shifted = film(2).replace(b"\x00\x00\x00\x0curl ", b"\x01\x00\x00\x00\x0curl ")
    with pytest.raises(CorruptDocument, match="coding that is not known"):
        extract(BytesIO(shifted), TOOLS, media_type="video/mp4")
