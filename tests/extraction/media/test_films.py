"""Videos decoded by either library: the same claims hold for both."""

import contextlib
import struct
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from itertools import pairwise
from typing import BinaryIO

import av
import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from extraction.damage import damaged
from moonshelf.errors import CorruptDocument, ExtractionError, LimitReached, UnsupportedFormat
from moonshelf.extraction.media import frames, opencv, pyav
from moonshelf.extraction.media.films import Film
from moonshelf.extraction.renditions import Wanted
from samples import sights

Opened = Callable[[BinaryIO, str, int], AbstractContextManager[Film]]

_MANY = 10**8
EITHER = pytest.mark.parametrize("opened", [pyav.opened, opencv.opened], ids=["pyav", "opencv"])
KINDS = [
    *(("video/mp4", "mp4", "mpeg4"), ("video/mp4", "mp4", "libx264"), ("video/mp4", "mp4", "libx265")),
    *(("video/quicktime", "mov", "mpeg4"), ("video/x-msvideo", "avi", "mpeg4"), ("video/x-flv", "flv", "flv")),
    *(("video/webm", "webm", "libvpx"), ("video/webm", "webm", "libvpx-vp9"), ("video/x-ms-wmv", "asf", "wmv2")),
    *(("video/mpeg", "mpeg", "mpeg1video"), ("video/mpeg", "mpeg", "mpeg2video"), ("video/3gpp", "3gp", "h263")),
]
_NAMES = {"libx264": "h264", "libx265": "hevc", "libvpx": "vp8", "libvpx-vp9": "vp9"}


@EITHER
@pytest.mark.parametrize(("media_type", "kind", "codec"), KINDS, ids=[f"{one[1]}-{one[2]}" for one in KINDS])
def test_every_kind_of_video_is_measured_and_seen_from_its_first_picture_to_its_last(
    opened: Opened, media_type: str, kind: str, codec: str
) -> None:
    data = sights.film([sights.RED, sights.BLUE], kind=kind, codec=codec, size=(176, 144))
    with opened(BytesIO(data), media_type, _MANY) as film:
        assert film.codec == _NAMES.get(codec, codec)
        assert film.size() == (176, 144)
        count, seconds = film.length()
        seen = list(film.along(8))
    assert len(seen) == count == {"mpeg1video": 50}.get(codec, 20)
    assert seconds == pytest.approx(2, abs=0.101)
    assert seen[0][0] == 0
    assert all(before <= after for (before, _), (after, _) in pairwise(seen))
    assert seen[-1][0] == pytest.approx(1.9, abs=0.15)  # one kind has no time of its last picture
    colours = [tuple(map(int, seen[number][1][72, 88])) for number in (0, -1)]
    assert sights.same(colours, [sights.RED, sights.BLUE], by=20)


@EITHER
def test_a_long_video_is_jumped_through(opened: Opened) -> None:
    data = sights.film([sights.RED, sights.GREEN, sights.BLUE], each_s=30)
    with opened(BytesIO(data), "video/mp4", _MANY) as film:
        seen = list(film.along(9))
    assert len(seen) == 9
    assert [at for at, _ in seen] == pytest.approx([10 * number for number in range(9)], abs=3)
    colours = [tuple(map(int, seen[number][1][20, 20])) for number in (0, 4, 8)]
    assert sights.same(colours, [sights.RED, sights.GREEN, sights.BLUE])


@EITHER
def test_a_video_of_a_telephone_that_lay_on_its_side_is_turned_upright(opened: Opened) -> None:
    into = BytesIO()
    with av.open(into, "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        picture = av.VideoFrame.from_ndarray(np.asarray(sights.quarters(64, 48)), format="rgb24")
        out.mux([*stream.encode(picture), *stream.encode(None)])
    data = bytearray(into.getvalue())
    matrix = data.index(b"tkhd") + 44
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 48 << 16, 0, 1 << 30)
    with opened(BytesIO(data), "video/mp4", _MANY) as film:
        assert film.size() == (48, 64)
        ((_, pixels),) = film.along(1)
    turned = [sights.BLUE, sights.RED, sights.WHITE, sights.GREEN]
    assert sights.same(sights.corners(Image.fromarray(pixels)), turned, by=20)


@EITHER
def test_what_decodes_to_too_many_pixels_or_to_none_is_refused(opened: Opened) -> None:
    film = sights.film([sights.RED])
    with pytest.raises(LimitReached, match="more than 1000 pixels"), opened(BytesIO(film), "video/mp4", 1000):
        pass
    for wrong in (film[:40], film[:-200], b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", b""):
        with pytest.raises(CorruptDocument), opened(BytesIO(wrong), "video/mp4", _MANY) as one:
            one.size()


@EITHER
@settings(max_examples=40, deadline=None)
@given(data=damaged(sights.film([sights.RED, sights.BLUE], each_s=0.5)))
def test_any_damage_gives_pictures_or_an_extraction_error(opened: Opened, data: bytes) -> None:
    with contextlib.suppress(ExtractionError), opened(BytesIO(data), "video/mp4", 1_000_000) as film:
        film.size()
        film.length()
        for _, pixels in film.along(4):
            assert pixels.shape[0] * pixels.shape[1] <= 1_000_000


def test_without_the_extra_what_it_is_needed_for_is_said() -> None:
    rare = sights.film([sights.RED], codec="libsvtav1", size=(128, 96))
    with (
        pytest.raises(UnsupportedFormat, match=r"AV1.*install the extra moonshelf\[media\]"),
        opencv.opened(BytesIO(rare), "video/mp4", _MANY) as film,
    ):
        film.size()
    plain = sights.film([sights.RED])
    with opencv.opened(BytesIO(plain), "video/mp4", _MANY) as film:
        assert film.whole("video/mp4", plain=False).data == b""
        with pytest.raises(UnsupportedFormat, match=r"install the extra moonshelf\[media\]"):
            film.whole("video/mp4", plain=True)


def test_without_the_extra_a_video_is_shown_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    scenes = sights.film([sights.RED] * 6 + [sights.BLUE])
    measures = frames.measure(BytesIO(scenes), "video/mp4", _MANY)
    assert (measures.codec, measures.frames, measures.duration) == ("mpeg4", 70, 7.0)
    made = list(frames.render(BytesIO(scenes), "video/mp4", Wanted(pictures=3), _MANY))
    monkeypatch.undo()
    with_it = list(frames.render(BytesIO(scenes), "video/mp4", Wanted(pictures=3), _MANY))
    assert [one.place for one in made] == [one.place for one in with_it]
    assert len(made) == 3
