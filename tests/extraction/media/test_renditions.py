"""Pictures and videos for models, made without a child around them, and of whatever bytes there are."""

import contextlib
import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from extraction.damage import damaged
from moonshelf.errors import ExtractionError, LimitReached
from moonshelf.extraction.media import frames, speech
from moonshelf.extraction.media.speech import Said
from moonshelf.extraction.pages import pictures
from moonshelf.extraction.renditions import Rendition, Wanted
from samples import sights

_MANY = 10**8
_SMALL = Wanted(side=64, pictures=3, most_bytes=1 << 20)


def _render(data: bytes, wanted: Wanted = _SMALL) -> list[Rendition]:
    return list(pictures.render(BytesIO(data), wanted, _MANY))


def _image(one: Rendition) -> Image.Image:
    return Image.open(BytesIO(one.data))


MODES = [
    *(("RGBA", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("1", "PNG"), ("I;16", "PNG"), ("L", "JPEG"), ("CMYK", "JPEG")),
    *(("CMYK", "TIFF"), ("I;16", "TIFF"), ("1", "TIFF"), ("P", "GIF"), ("RGBA", "WEBP"), ("P", "BMP"), ("F", "TIFF")),
]


@pytest.mark.parametrize(("mode", "kind"), MODES)
@pytest.mark.parametrize("types", [("image/jpeg",), ("image/png",), ("image/webp", "image/gif")])
def test_every_mode_becomes_a_picture_of_every_type(mode: str, kind: str, types: tuple[str, ...]) -> None:
    gray = Image.fromarray(np.tile(np.arange(0, 65535, 512, dtype=np.uint16), (90, 1)))
    image = gray if mode.startswith("I") else sights.quarters(200, 100).convert(mode)
    (made,) = _render(sights.written(image, kind), Wanted(types=types, side=64))
    assert made.media_type in types
    assert (made.width, made.height) == _image(made).size
    assert max(_image(made).size) == 64
    if mode not in {"1", "F", "I;16", "L", "LA"}:
        assert sights.same(sights.corners(_image(made)), by=25)


@pytest.mark.parametrize(("mode", "kind"), [("CMYK", "JPEG"), ("I;16", "PNG")])
def test_what_decoders_disagree_about_is_written_anew(mode: str, kind: str) -> None:
    gray = Image.fromarray(np.full((40, 60), 100 * 257, np.uint16))
    image = gray if mode == "I;16" else Image.new("RGB", (60, 40), (100, 100, 100)).convert(mode)
    (made,) = _render(sights.written(image, kind))
    assert _image(made).mode in {"L", "RGB"}
    assert sights.same([sights.pixel(_image(made), 9, 9)], [(100, 100, 100)])


def test_an_animation_tells_how_long_it_is_unless_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    shades = [Image.new("L", (40, 30), 20 * number) for number in range(4)]
    *_, data = written = [
        sights.written(shades[0], kind, save_all=True, append_images=shades[1:], duration=250)
        for kind in ("WEBP", "PNG", "GIF")
    ]
    assert [pictures.measure(BytesIO(one), _MANY).duration for one in written] == [1.0] * 3
    monkeypatch.setattr(pictures, "_MOST_TIMED_PIXELS", 4 * 40 * 30 - 1)
    measures = pictures.measure(BytesIO(data), _MANY)
    assert (measures.frames, measures.duration) == (4, None)


def test_a_picture_that_tells_more_than_pixels_is_written_anew_unless_it_may() -> None:
    image = sights.quarters(60, 40)
    note = Image.Exif()
    note[0x010E] = "at home"
    for data in (
        sights.written(image, "JPEG", comment=b"at home"),
        sights.written(image, "JPEG", exif=note),
        sights.written(image, "PNG", exif=note),
        sights.written(image, "WEBP", exif=note),
        sights.written(image, "JPEG", xmp=b"<x>at home</x>"),
    ):
        assert b"at home" in data
        (made,) = _render(data)
        assert made.data
        assert b"at home" not in made.data
        (kept,) = _render(data, Wanted(side=64, plain=False))
        assert kept.data == b""  # the file as it is


def test_metadata_that_are_to_be_kept_survive_a_conversion() -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home"
    exif[0x0112] = 3
    (made,) = _render(sights.written(sights.quarters(100, 60), "JPEG", exif=exif), Wanted(side=64, plain=False))
    assert _image(made).getexif().get(0x010E) == "at home"
    assert 0x0112 not in _image(made).getexif()  # it is upright now
    assert sights.same(sights.corners(_image(made)), sights.CORNERS[::-1], by=25)


def test_pages_are_shown_by_their_numbers() -> None:
    pages = [Image.new("RGB", (20, 20), (number * 40, 0, 0)) for number in range(5)]
    made = _render(sights.written(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert [one.place for one in made] == ["page 1 of 5", "page 3 of 5", "page 5 of 5"]
    assert [_image(one).getpixel((3, 3)) for one in made] == [(0, 0, 0), (80, 0, 0), (160, 0, 0)]


def test_a_picture_that_cannot_be_small_enough_says_so() -> None:
    with pytest.raises(LimitReached, match="the model takes 2000"):
        _render(sights.written(Image.effect_noise((300, 300), 90), "BMP"), Wanted(side=300, most_bytes=2000))


def test_a_photograph_is_no_png_of_many_megabytes() -> None:
    noise = Image.effect_noise((2600, 2000), 90)
    (made,) = _render(sights.written(noise, "BMP"), Wanted())
    assert made.media_type == "image/jpeg"


# Choosing pictures of a video


@given(st.lists(st.floats(0, 255), max_size=80), st.integers(1, 20))
@example([0.0] * 40, 8)
def test_as_many_are_chosen_as_there_may_be_and_the_first_is_one(changes: list[float], most: int) -> None:
    picked = frames.chosen(changes, most)
    assert len(picked) == min(most, len(changes))
    assert picked == sorted(set(picked))
    assert not changes or picked[0] == 0


def test_half_are_even_and_half_are_new_scenes() -> None:
    changes = [0.0] * 100
    changes[33] = changes[34] = 90.0
    changes[71] = 50.0
    assert frames.chosen(changes, 4) == [0, 33, 34, 50]
    assert frames.chosen([0.0] * 100, 4) == [0, 25, 50, 75]


def _film(data: bytes, wanted: Wanted = _SMALL) -> list[Rendition]:
    return list(frames.render(BytesIO(data), "video/mp4", wanted, _MANY))


def test_long_videos_are_looked_at_all_along() -> None:
    made = _film(sights.film([sights.RED, sights.GREEN, sights.BLUE], each_s=30), Wanted(side=64, pictures=6))
    assert made[0].place == "00:00:00.0"
    assert int(made[-1].place[3:5]) == 1  # past the first minute
    assert sights.same([sights.corners(_image(made[-1]))[0]], [sights.BLUE])


def test_a_video_out_of_time_says_how_far_it_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_LOOKING_S", 0.0)
    made = _film(sights.film([sights.RED]))
    assert made[-1].degraded
    assert "after 00:00:00.0 was not looked at" in made[-1].data.decode()


def test_what_is_said_stands_after_the_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    def recognise(pieces: object, weights: Path, *, until: float) -> Sequence[Said | float]:
        assert (weights, until) == (Path("weights"), math.inf)
        assert pieces
        return [Said(1.25, "Hello there."), 61.5]

    monkeypatch.setattr(speech, "bundle", lambda: Path("weights"))
    monkeypatch.setattr(speech, "recognise", recognise)
    words = _film(sights.film([sights.RED], sound=True))[-1]
    assert words.data.decode().splitlines() == [
        "Transcript of what is said:",
        "[00:00:01.3] Hello there.",
        "[the transcript ends at 00:01:01.5: the time for one file was used up]",
    ]
    assert words.degraded


# Damage

_BROKEN = st.one_of(
    damaged(sights.written(sights.quarters(40, 30), "PNG")),
    damaged(sights.written(sights.quarters(40, 30), "JPEG")),
    damaged(sights.written(sights.quarters(40, 30), "GIF", save_all=True, append_images=[Image.new("RGB", (9, 9))])),
    damaged(sights.written(sights.quarters(40, 30), "TIFF", compression="tiff_lzw")),
    damaged(sights.written(sights.quarters(40, 30), "AVIF")),
    damaged(sights.HEIC),
)


@settings(max_examples=150, deadline=None)
@given(_BROKEN)
def test_any_damage_gives_pictures_or_an_extraction_error(data: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        pictures.measure(BytesIO(data), 1_000_000)
    with contextlib.suppress(ExtractionError):
        for one in pictures.render(BytesIO(data), _SMALL, 1_000_000):
            assert max(one.width, one.height) <= 64
