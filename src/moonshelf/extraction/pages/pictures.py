"""Images for models that see: measured, and made into a format and a size that a model takes."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.pages import paper
from moonshelf.extraction.pages.images import decoding, frames, open_picture
from moonshelf.extraction.renditions import Measures, Rendition, Wanted

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_TIMED = 500  # pictures of an animation whose times are summed up: each must be decoded for that,
_MOST_TIMED_PIXELS = 4 * 10**8  # and so many of them take some seconds
_MOST_PAGES = 100_000  # of a TIFF
_QUALITY = 90  # of JPEG
_LARGEST_LOSSLESS = 4 * 2**20  # bytes of a PNG; more is a photograph, which JPEG keeps as well in a tenth
_LOSSLESS = frozenset({"PNG", "BMP", "DIB", "TIFF", "GIF"})
_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})  # what a PNG can have
_TYPES = {"MPO": "image/jpeg", "JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
_PIXELS_ALONE = frozenset(
    {
        *("adobe", "adobe_transform", "aspect", "background", "chromaticity", "default_image", "dpi", "duration"),
        *("extension", "gamma", "icc_profile", "interlace", "jfif", "jfif_density", "jfif_unit", "jfif_version"),
        *("loop", "progression", "progressive", "srgb", "timestamp", "transparency", "version"),
    }
)
"""What Pillow finds in a file that says how to show its pixels; anything else tells of a person, a place, a camera."""


def measure(source: BinaryIO, most_pixels: int) -> Measures:
    """Measure an image that can be decoded. Raises ``ExtractionError``."""
    with open_picture(source) as image, decoding("pixels"):
        _check(image, most_pixels)
        codec = (image.format or "").lower()
        there = _count(image, source)
        seconds = _seconds(image, there) if there > 1 and codec not in {"tiff", "mpo"} else None
        width, height = _upright(image)
        image.seek(0)
        image.load()
    return Measures(width, height, codec, frames=there, duration=seconds)


def render(source: BinaryIO, wanted: Wanted, most_pixels: int) -> Iterator[Rendition]:
    """Make what is *wanted* of an image: one picture, or some of an animation or a file of pages.

    Raises ``ExtractionError``.
    """
    with open_picture(source) as image, decoding("pixels"):
        _check(image, most_pixels)
        there = _count(image, source)
        if there == 1 and _fits(image, source, wanted):
            image.load()  # what is sent on as it is has been decoded once
            yield Rendition(_TYPES[image.format or ""], b"", image.width, image.height)
            return
        for place, one in _shown(image, source, wanted.pictures):
            _check(one, most_pixels)
            yield _made(one, wanted, place)


def _count(image: "Image", source: BinaryIO) -> int:
    """Count the pictures in a file."""
    return len(frames(image, source, _MOST_PAGES)) if image.format == "TIFF" else getattr(image, "n_frames", 1)


def _shown(image: "Image", source: BinaryIO, most: int) -> "Iterator[tuple[str, Image]]":
    """Yield at most *most* of the pictures in a file, each with its place among them where there are several."""
    if image.format == "TIFF":
        pages = frames(image, source, _MOST_PAGES)
        for number in _spread(len(pages), most):
            with open_picture(source, pages[number]) as page:
                yield f"page {number + 1} of {len(pages)}" if len(pages) > 1 else "", page
        return
    there = 1 if image.format == "MPO" else _count(image, source)  # the rest of an MPO shows the same, or its depth
    for number in _spread(there, most):
        image.seek(number)
        yield f"picture {number + 1} of {there}" if there > 1 else "", image


def encoded(image: "Image", wanted: Wanted, *, lossless: bool, place: str = "", exif: bytes = b"") -> Rendition:
    """Write an upright *image*, at most as large as *wanted*. Raises ``LimitReached`` where it cannot be."""
    if image.mode not in _MODES or (image.mode in {"1", "P"} and max(image.size) > wanted.side):
        image = _colours(image)
    image.thumbnail((wanted.side, wanted.side))
    clear = image.has_transparency_data
    if "image/png" in wanted.types and (clear or lossless):
        data = _written(image, "PNG", exif)
        if clear or len(data) <= min(_LARGEST_LOSSLESS, wanted.most_bytes):
            return _checked(Rendition("image/png", data, image.width, image.height, place), wanted)
    kind = next((one for one in ("JPEG", "WEBP", "PNG") if _TYPES[one] in wanted.types), "JPEG")
    data = _written(_opaque(image), kind, exif)
    return _checked(Rendition(_TYPES[kind], data, image.width, image.height, place), wanted)


def _made(image: "Image", wanted: Wanted, place: str) -> Rendition:
    from PIL import ImageOps  # noqa: PLC0415 heavy: image codecs

    lossless = image.format in _LOSSLESS
    if image.format == "JPEG":  # decodes straight to a half or a quarter, never below what is wanted
        image.draft("RGB", (wanted.side, wanted.side))
    upright = ImageOps.exif_transpose(image)
    exif = b"" if wanted.plain else upright.getexif().tobytes()
    return encoded(upright, wanted, lossless=lossless, place=place, exif=exif)


def _fits(image: "Image", source: BinaryIO, wanted: Wanted) -> bool:
    """Whether a model may get the file as it is."""
    size = source.seek(0, 2)
    plain = not wanted.plain or image.info.keys() <= _PIXELS_ALONE
    taken = _TYPES.get(image.format or "") in wanted.types
    upright = image.getexif().get(_ORIENTATION, 1) == 1
    usual = image.mode in _MODES  # of CMYK and 16 bits, decoders make a negative, or all white
    return plain and taken and usual and upright and max(image.size) <= wanted.side and size <= wanted.most_bytes


_ORIENTATION = 0x0112


def _upright(image: "Image") -> tuple[int, int]:
    lying = image.getexif().get(_ORIENTATION, 1) in {5, 6, 7, 8}
    return (image.height, image.width) if lying else image.size


def _check(image: "Image", most_pixels: int) -> None:
    if image.width * image.height > most_pixels:
        raise LimitReached(f"the picture has {image.width * image.height} pixels and the limit is {most_pixels}")


def _checked(made: Rendition, wanted: Wanted) -> Rendition:
    if len(made.data) > wanted.most_bytes:
        size = f"{len(made.data)} bytes as {made.media_type}"
        raise LimitReached(f"the picture has {size} and the model takes {wanted.most_bytes}")
    return made


def _seconds(image: "Image", frames: int) -> float | None:
    if frames > _MOST_TIMED or frames * image.width * image.height > _MOST_TIMED_PIXELS:
        return None
    milliseconds = 0.0
    for number in range(frames):
        image.seek(number)
        if image.format == "WEBP":
            image.load()  # which is when its time is known
        milliseconds += float(image.info.get("duration", 0))
    return round(milliseconds / 1000, 3) or None


def _spread(there: int, most: int) -> list[int]:
    """Choose at most *most* of *there*, evenly, the first and the last among them."""
    if there <= most:
        return list(range(there))
    return sorted({round(number * (there - 1) / max(1, most - 1)) for number in range(most)})


def _colours(image: "Image") -> "Image":
    """Bring a palette, 16 bits, CMYK and the like to plain colours; a profile of those is none of these."""
    if image.mode.startswith("I"):
        made = image.point(lambda level: level / 256).convert("L")
    else:
        made = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode != "P":
        made.info.pop("icc_profile", None)
    return made


def _opaque(image: "Image") -> "Image":
    laid = paper.laid(image)
    return laid if laid.mode in {"L", "RGB"} else laid.convert("RGB")


def _written(image: "Image", kind: str, exif: bytes) -> bytes:
    into = BytesIO()
    profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA", "L"} else None
    image.info = {}  # comments and the like, which some writers copy
    more = {"quality": _QUALITY} if kind != "PNG" else {"compress_level": 4}
    try:
        image.save(into, kind, icc_profile=profile, exif=exif, **more)
    except (OSError, ValueError) as error:
        raise CorruptDocument("the picture's pixels cannot be written anew") from error
    return into.getvalue()
