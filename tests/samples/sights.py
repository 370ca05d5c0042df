"""Images and videos with known pixels, built in code."""

import base64
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from av.video.stream import VideoStream

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 170, 60), (30, 60, 200), (245, 245, 245)
CORNERS = (RED, GREEN, BLUE, WHITE)  # top left, top right, bottom left, bottom right
# A black half beside a white one, encoded for this test.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAA"
    "AAAERAAAEAAQAAAAABegABAAAAAAAAABgAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA1mlwcnAA"
    "AAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkA"
    "AAAwAAAwAeoCCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAA"
    "QAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAACBtZGF0AAAAFCgBrxmA9wHgT//0clvLP5mM3+PA"
)


def quarters(width: int = 640, height: int = 480, *, colours: Sequence[tuple[int, int, int]] = CORNERS) -> Image.Image:
    """Draw a picture whose four quarters tell which way up it is."""
    image = Image.new("RGB", (width, height))
    for number, colour in enumerate(colours):
        left, top = number % 2 * width // 2, number // 2 * height // 2
        image.paste(colour, (left, top, left + width // 2, top + height // 2))
    return image


def pixel(image: Image.Image, x: int, y: int) -> tuple[int, int, int]:
    """Return the colour of one pixel: red, green, blue."""
    red, green, blue = image.convert("RGB").crop((x, y, x + 1, y + 1)).tobytes()
    return red, green, blue


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """Return the colour in the middle of each quarter."""
    places = [(x, y) for y in (1, 3) for x in (1, 3)]
    return [pixel(image, image.width * x // 4, image.height * y // 4) for x, y in places]


def same(seen: Sequence[tuple[int, ...]], meant: Sequence[tuple[int, ...]] = CORNERS, *, by: int = 12) -> bool:
    """Tell whether colours are the same but for what lossy formats do to them."""
    pairs = zip(seen, meant, strict=True)
    return all(abs(one - other) <= by for left, right in pairs for one, other in zip(left, right, strict=True))


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    """Write *image* in a format of Pillow's."""
    into = BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()


def sign(text: str) -> bytes:
    """Draw a picture of a text, as PNG."""
    image = Image.new("RGB", (900, 160), "white")
    ImageDraw.Draw(image).text((30, 40), text, fill="black", font=ImageFont.load_default(60))
    return written(image, "PNG")


def film(
    colours: Sequence[tuple[int, int, int]],
    *,
    each_s: float = 1,
    kind: str = "mp4",
    codec: str = "mpeg4",
    size: tuple[int, int] = (64, 48),
    metadata: dict[str, str] | None = None,
    sound: bool = False,
) -> bytes:
    """Film scenes of one colour each, ten pictures a second, with every picture but the first of a scene predicted."""
    into = BytesIO()
    with av.open(into, "w", format=kind, options={"movflags": "use_metadata_tags"} if kind == "mp4" else {}) as out:
        out.metadata.update(metadata or {})
        rate = 25 if codec.startswith("mpeg1") else 10
        stream = cast("VideoStream", out.add_stream(codec, rate=rate))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        tone = out.add_stream("aac", rate=16_000, layout="mono") if sound else None
        for colour in colours:
            for _ in range(int(each_s * rate)):
                picture = np.full((size[1], size[0], 3), colour, np.uint8)
                out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
        if tone is not None:
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.float32), format="fltp", layout="mono")
            silence.rate = 16_000
            out.mux([*tone.encode(silence), *tone.encode(None)])
    return into.getvalue()
