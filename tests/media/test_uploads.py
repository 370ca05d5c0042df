"""Every image and video that Kimi takes is verified, measured, and shown to a model."""

from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI
from PIL import Image

from clients.seeing import ask, shows, upload
from samples import sights
from servers.upstream import ScriptedUpstream


def _every_image() -> Iterator[tuple[str, bytes]]:
    image = sights.quarters(96, 64)
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF", "TIFF"):
        yield kind.lower(), sights.written(image, kind)
    yield "heic", sights.HEIC
    yield "heif", sights.HEIC.replace(b"ftypheic", b"ftypmif1", 1)


@pytest.mark.parametrize(("name", "data"), list(_every_image()), ids=lambda one: one if isinstance(one, str) else "")
def test_every_image_that_kimi_takes_is_measured_and_shown(
    client: OpenAI, upstream: ScriptedUpstream, name: str, data: bytes
) -> None:
    made = upload(client, data, name=f"a.{name}")
    size = (64, 64) if data[4:8] == b"ftyp" and name != "avif" else (96, 64)
    assert made.media == {"width": size[0], "height": size[1], "codec": made.media["codec"], "frames": 1}
    assert client.files.retrieve(made.id).media == made.media  # type: ignore[attr-defined]  # ours, beside OpenAI's
    ask(client, "seeing", shows(f"ms://{made.id}"))
    (seen,) = upstream.received[-1].pictures
    assert seen.size == size
    assert seen.format in {"JPEG", "PNG", "GIF", "WEBP"}
    if size == (64, 64):
        assert (sights.pixel(seen, 10, 32)[0] < 60, sights.pixel(seen, 50, 32)[0] > 200) == (True, True)
    else:
        assert sights.same(sights.corners(seen))


VIDEOS = [
    ("mp4", "mp4", "mpeg4"),
    ("mov", "mov", "mpeg4"),
    ("avi", "avi", "mpeg4"),
    ("flv", "flv", "flv"),
    ("webm", "webm", "libvpx"),
    ("wmv", "asf", "wmv2"),
    ("mpg", "mpeg", "mpeg1video"),
    ("mpeg", "mpeg", "mpeg2video"),
    ("3gpp", "3gp", "h263"),
]


@pytest.mark.parametrize(("name", "kind", "codec"), VIDEOS, ids=[one[0] for one in VIDEOS])
def test_every_video_that_kimi_takes_is_measured_and_shown(
    client: OpenAI, upstream: ScriptedUpstream, name: str, kind: str, codec: str
) -> None:
    size = (176, 144) if codec == "h263" else (64, 48)
    data = sights.film([sights.RED, sights.BLUE], kind=kind, codec=codec, size=size)
    made = upload(client, data, name=f"a.{name}", purpose="video")
    assert (made.media["width"], made.media["height"]) == size
    assert made.media["duration"] == pytest.approx(2, abs=0.1)
    assert made.media["frames"] in {20, 50}
    ask(client, "seeing", shows(f"ms://{made.id}", "video"))
    pictures = upstream.received[-1].pictures
    assert len(pictures) == 4
    assert sights.same([sights.corners(pictures[0])[0], sights.corners(pictures[-1])[3]], [sights.RED, sights.BLUE])


@pytest.mark.parametrize(
    ("data", "purpose", "why"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "image", "the image cannot be used: the file is damaged"),
        (sights.written(sights.quarters(), "PNG")[:900], "image", "the picture's pixels cannot be decoded"),
        (b"\0\0\0\x18ftypmp42" + bytes(64), "video", "the video cannot be used: the file is damaged"),
        (sights.written(sights.quarters(), "PNG"), "video", "unsupported video format: image/png"),
        (sights.film([sights.RED]), "image", "unsupported image format: video/mp4"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image", r"unsupported image format: image/svg\+xml"),
        (b"GIF89a" + bytes(20), "image", "the file is damaged"),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_leaves_no_trace(
    client: OpenAI, data: bytes, purpose: str, why: str
) -> None:
    with pytest.raises(openai.BadRequestError, match=why) as caught:
        upload(client, data, purpose=purpose)
    assert caught.value.param == "file"
    assert list(client.files.list()) == []


def test_a_bomb_of_pixels_is_refused(client: OpenAI) -> None:
    bomb = sights.written(Image.new("1", (30_000, 30_000)), "PNG")
    assert len(bomb) < 200_000
    with pytest.raises(openai.BadRequestError, match="pixels"):
        upload(client, bomb)
