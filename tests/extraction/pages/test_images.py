"""Raster images become pages of recognised text."""

import contextlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from extraction.damage import damaged
from moonshelf.errors import CorruptDocument, ExtractionError, LimitReached
from moonshelf.extraction.document import Origin
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.pages import directories
from moonshelf.extraction.pages.images import IMAGE, open_image
from moonshelf.extraction.tools import Limits, Line, Raster, Tools
from samples.sights import HEIC

_PILLOW = {
    ".apng": "PNG",
    ".pjpeg": "JPEG",
    ".pjp": "JPEG",
    ".jfif": "JPEG",
    ".jpg": "JPEG",
    ".tif": "TIFF",
    ".jp2": "JPEG2000",
    ".j2k": "JPEG2000",
    ".pbm": "PPM",
    ".pgm": "PPM",
    ".pnm": "PPM",
}
_MODES = {".xbm": "1", ".pbm": "1", ".pgm": "L"}


def _picture(size: tuple[int, int] = (240, 120)) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((20, 30, 120, 60), fill="black")
    return picture


def _bytes(picture: Image.Image, form: str, **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def _seen(rasters: list[Raster]) -> Tools:
    def recognise(raster: Raster) -> Sequence[Line]:
        rasters.append(raster)
        return [Line("word", (20, 30, 120, 60), 0.8)]

    return Tools(recognise)


class _Counted(BytesIO):
    """Bytes that know how often they were read."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        return super().read(size)


def _read(data: bytes, tools: Tools) -> list[PageFacts]:
    pages = open_image(BytesIO(data), tools)
    try:
        return [pages.read(number) for number in range(1, len(pages) + 1)]
    finally:
        pages.close()


@pytest.mark.parametrize("extension", sorted({*IMAGE.media_types} - {".heic", ".heif"}))  # Pillow writes none
def test_every_format_reaches_the_recogniser_upright_and_in_colour(extension: str) -> None:
    form = _PILLOW.get(extension, extension[1:].upper())
    picture = _picture((128, 128)).convert(_MODES.get(extension, "RGB"))
    options = {"sizes": [(128, 128)]} if form == "ICO" else {}
    rasters: list[Raster] = []
    (page,) = _read(_bytes(picture, form, **options), _seen(rasters))
    (raster,) = rasters
    middle, corner = (45 * 128 + 70) * 3, 0
    assert (raster.width, raster.height) == (128, 128)
    assert max(raster.pixels[middle : middle + 3]) < 60
    assert min(raster.pixels[corner : corner + 3]) > 200
    assert (page.origin, page.runs[0].text) == (Origin.OCR, "word")


def test_pixel_density_makes_points() -> None:
    (page,) = _read(_bytes(_picture((600, 300)), "PNG", dpi=(300, 300)), _seen([]))
    assert (page.width, page.height) == pytest.approx((144, 72), abs=0.1)
    assert page.runs[0].box == pytest.approx((4.8, 7.2, 28.8, 14.4), abs=0.05)


def test_a_phone_that_lay_on_its_side_is_turned_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    rasters: list[Raster] = []
    _read(_bytes(_picture(), "JPEG", exif=turned), _seen(rasters))
    assert (rasters[0].width, rasters[0].height) == (120, 240)


def test_grey_of_sixteen_bits_keeps_its_levels() -> None:
    rasters: list[Raster] = []
    _read(b"P5 4 1 65535\n" + b"".join(level.to_bytes(2, "big") for level in (0, 300, 32768, 65535)), _seen(rasters))
    assert list(rasters[0].pixels[::3]) == [0, 1, 128, 255]


def test_transparent_paper_is_white() -> None:
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    ImageDraw.Draw(clear).rectangle((5, 5, 20, 20), fill="black")
    rasters: list[Raster] = []
    _read(_bytes(clear, "PNG"), _seen(rasters))
    assert rasters[0].pixels[-3:] == b"\xff\xff\xff"


@pytest.mark.parametrize(("drawn", "on_black"), [("white", True), ("ivory", True), ("red", False)])
def test_what_is_drawn_in_white_is_laid_on_black(drawn: str, *, on_black: bool) -> None:
    clear = Image.new("RGBA", (50, 50), (255, 255, 255, 0))
    ImageDraw.Draw(clear).rectangle((5, 5, 20, 20), fill=drawn)
    rasters: list[Raster] = []
    _read(_bytes(clear, "PNG"), _seen(rasters))
    assert (rasters[0].pixels[-1] < 60) == on_black


def test_a_white_page_with_few_words_and_a_clear_edge_keeps_its_paper() -> None:
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    ImageDraw.Draw(clear).rectangle((5, 5, 45, 45), fill="white")
    ImageDraw.Draw(clear).rectangle((10, 10, 30, 14), fill="black")
    rasters: list[Raster] = []
    _read(_bytes(clear, "PNG"), _seen(rasters))
    assert rasters[0].pixels[-3:] == b"\xff" * 3


def test_each_frame_of_a_tiff_is_a_page() -> None:
    data = _bytes(_picture(), "TIFF", save_all=True, append_images=[_picture((100, 100)), _picture((80, 90))])
    assert [page.number for page in _read(data, _seen([]))] == [1, 2, 3]


@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}, {"compression": "jpeg"}, {"big_tiff": True}])
def test_each_page_of_a_tiff_shows_its_own_pixels(options: dict[str, object], tmp_path: Path) -> None:
    shades = (10, 110, 210)
    first, *more = (Image.new("RGB", (60 + shade, 60), (shade, shade, shade)) for shade in shades)
    data = _bytes(first, "TIFF", save_all=True, append_images=more, **options)
    (tmp_path / "scan.tif").write_bytes(data)

    for source in (BytesIO(data), (tmp_path / "scan.tif").open("rb")):
        with source:
            painted = [IMAGE.paint(source, number, Limits()) for number in (3, 1, 2)]
            assert [(one.width, round(one.pixels[0], -1)) for one in painted] == [(270, 210), (70, 10), (170, 110)]


def test_the_pages_behind_a_damaged_one_of_a_tiff_are_read() -> None:
    data = _bytes(_picture((51, 51)), "TIFF", save_all=True, append_images=[_picture((52, 52)), _picture((53, 53))])
    width = b"\x00\x01\x04\x00\x01\x00\x00\x00\x34"  # tag 256 of the second page, which is 52 pixels wide
    assert width in data
    pages = open_image(BytesIO(data.replace(width, b"\xff\x7f" + width[2:])), _seen([]))

    assert len(pages) == 3
    with pytest.raises(CorruptDocument):
        pages.read(2)
    assert pages.read(3).width == pytest.approx(53 * 72 / 96, abs=0.1)


def test_a_page_of_a_tiff_is_found_without_reading_all_before_it() -> None:
    one = Image.new("L", (1, 1))
    source = _Counted(_bytes(one, "TIFF", save_all=True, append_images=[one] * 499))
    pages = open_image(source, _seen([]))
    opened, source.reads = source.reads, 0
    pages.read(500)

    assert len(pages) == 500
    assert opened < 2500  # 11,000 with all tags, as Pillow goes
    assert source.reads < 50


def test_a_tiff_whose_directories_go_round_ends() -> None:
    data = bytearray(_bytes(_picture((51, 51)), "TIFF", save_all=True, append_images=[_picture((52, 52))]))
    places = list(directories.chain(BytesIO(data)))
    tags = int.from_bytes(data[places[1] : places[1] + 2], "little")
    end = places[1] + 2 + 12 * tags
    data[end : end + 4] = places[0].to_bytes(4, "little")

    assert len(_read(bytes(data), _seen([]))) == 2


def test_an_animation_shows_its_first_frame_only() -> None:
    data = _bytes(_picture(), "GIF", save_all=True, append_images=[Image.new("RGB", (240, 120), "red")])
    assert len(_read(data, _seen([]))) == 1


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    rasters: list[Raster] = []
    tools = Tools(_seen(rasters).recognise, Limits(pixels=10_000))
    with pytest.raises(LimitReached):
        _read(_bytes(_picture(), "PNG"), tools)
    assert not rasters


def test_a_bomb_is_refused() -> None:
    bomb = b"BM" + bytes(8) + b"\x36\0\0\0" + b"\x28\0\0\0" + b"\xff\xff\x0f\0" * 2 + b"\1\0\x18\0" + bytes(24)
    with pytest.raises(ExtractionError):
        _read(bomb, _seen([]))


def test_half_a_picture_is_corrupt() -> None:
    data = _bytes(_picture(), "PNG")
    with pytest.raises(CorruptDocument):
        _read(data[: len(data) // 2], _seen([]))


def test_an_empty_sheet_is_blank() -> None:
    (page,) = _read(_bytes(Image.new("RGB", (60, 60), "white"), "PNG"), _seen([]))
    assert (page.origin, page.runs) == (Origin.BLANK, ())


_SOUND = [_bytes(_picture(), form) for form in ("PNG", "GIF", "TIFF", "BMP", "JPEG", "WEBP")]


@settings(max_examples=100, deadline=None)
@given(st.one_of(*map(damaged, _SOUND)))
def test_any_damage_gives_facts_or_an_extraction_error(data: bytes) -> None:
    try:
        _read(data, Tools(_seen([]).recognise, Limits(pixels=1_000_000)))
    except ExtractionError as error:
        assert str(error).count(" ") > 3  # noqa: PT017 either way is right; the message must be a sentence


def test_photographs_of_telephones_are_decoded() -> None:
    rasters: list[Raster] = []
    _read(HEIC, _seen(rasters))
    assert (rasters[0].width, rasters[0].height) == (64, 64)
    row = rasters[0].pixels[32 * 64 * 3 : 33 * 64 * 3]
    assert max(row[10 * 3 : 20 * 3]) < 60
    assert min(row[40 * 3 : 50 * 3]) > 200


def test_jpeg_2000_is_decoded() -> None:
    rasters: list[Raster] = []
    _read(_bytes(_picture(), "JPEG2000"), _seen(rasters))
    assert (rasters[0].width, rasters[0].height) == _picture().size


@settings(max_examples=100, deadline=None)
@given(damaged(HEIC))
def test_any_damage_to_a_photograph_gives_facts_or_an_extraction_error(data: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        _read(data, Tools(_seen([]).recognise, Limits(pixels=1_000_000)))
