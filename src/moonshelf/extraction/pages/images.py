"""Raster images: each is a page of pixels, which the recogniser reads."""

import struct
import warnings
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.format import Paged, Pages
from moonshelf.extraction.pages import directories, heic, paper
from moonshelf.extraction.pages.recognition import scans
from moonshelf.extraction.tools import Limits, Raster, Tools

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from PIL.Image import Image

_UNSTATED_DENSITY = 96.0  # pixels an inch, where the file names none that makes sense
_SMALLEST_DENSITY, _LARGEST_DENSITY = 30.0, 2400.0
_LONGEST_PAGE = 1440.0  # points; a photograph that claims 72 pixels an inch is no poster

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "WEBP", "ICO", "TIFF", "XBM", "AVIF", "JPEG2000", "PPM", "HEIF")
"""Pillow's names of what we read; its other readers stay out of a hostile file's reach. HEIF's is taught for HEIF."""


def open_image(source: BinaryIO, tools: Tools) -> Pages:
    """Open an image; the frames of a TIFF are its pages, an animation shows its first frame."""
    return _OpenImage(source, tools)


def paint(source: BinaryIO, number: int, limits: Limits) -> Raster:
    """Return the pixels of frame *number*."""
    source.seek(0)
    with open_picture(source) as image:
        places = frames(image, source, limits.pages)
    return _decode(source, places[number - 1], limits.pixels)[0]


class _OpenImage:
    """An image file, decoded a frame at a time."""

    def __init__(self, source: BinaryIO, tools: Tools) -> None:
        source.seek(0)
        self._source = source
        self._tools = tools
        with open_picture(source) as image:
            self._frames = frames(image, source, tools.limits.pages)
            self.metadata: Mapping[str, str] = {"animated": "yes"} if _is_animated(image) else {}

    def __len__(self) -> int:
        return len(self._frames)

    def read(self, number: int) -> PageFacts:
        raster, density = _decode(self._source, self._frames[number - 1], self._tools.limits.pixels)
        return scans.read(number, raster, density / 72, self._tools)

    def close(self) -> None:
        """Nothing is held but the source, which is the caller's."""


def open_picture(source: BinaryIO, frame: int = 0) -> "Image":
    """Open a picture of a format that we read, and of no other: of a TIFF, the one at *frame*.

    Raises ``CorruptDocument``.
    """
    from PIL import Image  # noqa: PLC0415 heavy: image codecs

    if heic.begins(source):
        heic.teach_pillow()
    with decoding("header"):
        return Image.open(directories.starting(source, frame) if frame else source, formats=_FORMATS)


def frames(image: "Image", source: BinaryIO, most: int) -> "Sequence[int]":
    """Return where the frames of a TIFF begin, the one picture of anything else; the first that is damaged is the last.

    Raises ``LimitReached`` where there are more than *most*.
    """
    found = list(islice(directories.chain(source), most + 1)) if image.format == "TIFF" else [0]
    if len(found) > most:
        raise LimitReached(f"it has more than {most} pages")
    return found


def _is_animated(image: "Image") -> bool:
    """Whether there are pictures behind the one that is read."""
    try:
        with decoding("frames"):
            return image.format != "TIFF" and bool(getattr(image, "is_animated", False))
    except CorruptDocument:
        return True  # what would be the second is damaged


def _decode(source: BinaryIO, frame: int, most: int) -> tuple[Raster, float]:
    """Return the upright pixels of a frame, on paper where it is transparent, and their density in pixels an inch."""
    from PIL import ImageOps  # noqa: PLC0415 heavy: image codecs

    with open_picture(source, frame) as image, decoding("pixels"):
        if image.width * image.height > most:
            raise LimitReached(f"the picture has {image.width * image.height} pixels and the limit is {most}")
        density = _density(image)
        return _raster(ImageOps.exif_transpose(image)), density


@contextmanager
def decoding(what: str) -> "Iterator[None]":
    """Turn all that Pillow's decoders raise on damaged data into ``ExtractionError``."""
    from PIL import Image  # noqa: PLC0415 heavy: image codecs

    with warnings.catch_warnings():
        # It warns of damaged metadata, which we can do without, and of many pixels, which we count ourselves.
        warnings.simplefilter("ignore")
        try:
            yield
        except Image.DecompressionBombError as error:
            raise LimitReached("the picture has too many pixels") from error
        except MemoryError as error:  # a part of the file says that it has gigabytes
            raise LimitReached("the picture takes too much memory") from error
        except (
            OSError,
            ValueError,
            SyntaxError,
            EOFError,
            ArithmeticError,
            LookupError,
            TypeError,
            RuntimeError,
            struct.error,
        ) as error:
            raise CorruptDocument(f"the picture's {what} cannot be decoded") from error


def _raster(image: "Image") -> Raster:
    if image.mode.startswith("I"):
        image = image.point(lambda level: level / 256).convert("L")
    pixels = paper.laid(image).convert("RGB")
    return Raster(pixels.width, pixels.height, pixels.tobytes())


def _density(image: "Image") -> float:
    stated = image.info.get("dpi", (_UNSTATED_DENSITY,))
    density = float(stated[0])
    if not _SMALLEST_DENSITY <= density <= _LARGEST_DENSITY:
        density = _UNSTATED_DENSITY
    return max(density, max(image.size) * 72 / _LONGEST_PAGE)


IMAGE = Paged(
    name="image",
    media_types={
        ".png": "image/png",
        ".apng": "image/apng",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".pjpeg": "image/jpeg",
        ".pjp": "image/jpeg",
        ".jfif": "image/jpeg",
        ".gif": "image/gif",
        ".bmp": "image/bmp",
        ".dib": "image/bmp",
        ".webp": "image/webp",
        ".ico": "image/vnd.microsoft.icon",
        ".tiff": "image/tiff",
        ".tif": "image/tiff",
        ".xbm": "image/x-xbitmap",
        ".pbm": "image/x-portable-anymap",
        ".pgm": "image/x-portable-anymap",
        ".pnm": "image/x-portable-anymap",
        ".ppm": "image/x-portable-anymap",
        ".avif": "image/avif",
        ".jp2": "image/jp2",
        ".j2k": "image/jp2",
        ".heic": "image/heic",
        ".heif": "image/heic",
    },
    engines=(open_image,),
    paint=paint,
)
