"""Pictures for models that see: upright, in a size and a format that they take."""

from typing import Any

import pytest
from openai import OpenAI
from PIL import Image

from clients.seeing import ask, data_url, shows, upload
from live import Live
from samples import sights
from servers.upstream import ScriptedUpstream


def test_pictures_are_turned_upright_and_tell_no_place(client: OpenAI, upstream: ScriptedUpstream) -> None:
    image = sights.quarters(400, 200)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown a quarter turn clockwise
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.5)
    data = sights.written(image, "JPEG", exif=exif, quality=95)
    made = upload(client, data, name="a.jpg")
    assert (made.media["width"], made.media["height"]) == (200, 400)
    ask(client, "seeing", shows(f"ms://{made.id}"), shows(data_url(data, "image/jpeg")))
    for seen in upstream.received[-1].pictures:
        assert seen.size == (200, 400)
        assert sights.same(sights.corners(seen), [sights.BLUE, sights.RED, sights.WHITE, sights.GREEN])
        assert not seen.getexif()


def test_large_pictures_are_scaled_to_what_the_model_takes(client: OpenAI, upstream: ScriptedUpstream) -> None:
    made = upload(client, sights.written(sights.quarters(2000, 1000), "JPEG"))
    ask(client, "seeing", shows(f"ms://{made.id}"))
    (seen,) = upstream.received[-1].pictures
    assert seen.size == (512, 256)
    assert sights.same(sights.corners(seen))


def test_a_picture_becomes_a_format_that_the_model_takes(client: OpenAI, upstream: ScriptedUpstream) -> None:
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    made = upload(client, sights.written(clear, "PNG"))
    ask(client, "jpegs", shows(f"ms://{made.id}"))
    (seen,) = upstream.received[-1].pictures
    assert (seen.format, seen.getpixel((9, 9))) == ("JPEG", (255, 255, 255))  # what was clear is white


def test_what_the_model_takes_already_is_sent_byte_for_byte(client: OpenAI, upstream: ScriptedUpstream) -> None:
    data = sights.written(sights.quarters(), "WEBP")
    made = upload(client, data, name="a.webp")
    ask(client, "watching", "What is it?", shows(f"ms://{made.id}"))
    assert upstream.received[-1].json["messages"][0]["content"] == [
        {"type": "text", "text": "What is it?"},
        shows(data_url(data, "image/webp")),
    ]


def test_a_request_whose_pictures_need_no_change_goes_through_byte_for_byte(
    seen_by: Live, upstream: ScriptedUpstream
) -> None:
    url = data_url(sights.written(sights.quarters(), "PNG"))
    part = f'{{"image_url":{{"url":"{url}"}}, "type":"image_url"}}'
    body = f'{{"model" : "watching","x":1.0, "messages":[ {{"content":[{part}]}}]}}'
    with seen_by.http() as http:
        assert http.post("/chat/completions", content=body).status_code == 200
    assert upstream.received[-1].body == body.encode()


@pytest.mark.parametrize(
    "written",
    [
        lambda id_, _url: {"type": "image_url", "image_url": f"ms://{id_}"},
        lambda id_, _url: {"type": "input_image", "file_id": id_},
        lambda id_, _url: {"type": "file", "file": {"file_id": id_}},
        lambda _id, url: {"type": "image_url", "image_url": url},
        lambda _id, url: {"type": "input_image", "image_url": url},
        lambda _id, url: {"type": "image_url", "image_url": {"url": url.replace("image/png", "image/.png")}},
        lambda _id, url: {"type": "image_url", "image_url": {"url": url.replace("image/png", "")}},
        lambda _id, url: {"type": "image_url", "image_url": {"url": url.replace("image/png", "text/plain")}},
    ],
)
def test_parts_may_be_written_in_many_ways(client: OpenAI, upstream: ScriptedUpstream, written: Any) -> None:
    data = sights.written(sights.quarters(), "PNG")
    part = written(upload(client, data).id, data_url(data))
    ask(client, "watching", part)
    (seen,) = upstream.received[-1].pictures
    assert sights.corners(seen) == list(sights.CORNERS)


def test_several_pictures_keep_their_order_and_what_is_said_with_them(
    client: OpenAI, upstream: ScriptedUpstream
) -> None:
    ids = [
        upload(client, sights.written(Image.new("RGB", (30, 30), colour), "BMP")).id
        for colour in (sights.RED, sights.BLUE)
    ]
    low = {"type": "image_url", "image_url": {"url": f"ms://{ids[0]}", "detail": "low"}}
    ask(client, "seeing", "one", low, "two", shows(f"ms://{ids[1]}"))
    first, red, second, blue = upstream.received[-1].shown
    assert (first, second) == ("one", "two")
    assert isinstance(red, Image.Image)
    assert isinstance(blue, Image.Image)
    assert (sights.pixel(red, 9, 9), sights.pixel(blue, 9, 9)) == (sights.RED, sights.BLUE)
    assert upstream.received[-1].json["messages"][0]["content"][1]["image_url"]["detail"] == "low"


def test_an_animation_is_shown_in_pictures(client: OpenAI, upstream: ScriptedUpstream) -> None:
    shades = [Image.new("RGB", (40, 30), (20 * number, 0, 0)) for number in range(12)]
    data = sights.written(shades[0], "GIF", save_all=True, append_images=shades[1:], duration=250)
    made = upload(client, data, name="a.gif")
    assert made.media == {"width": 40, "height": 30, "codec": "gif", "frames": 12, "duration": 3.0}
    ask(client, "seeing", shows(f"ms://{made.id}"))
    pictures = upstream.received[-1].pictures
    assert [sights.pixel(one, 5, 5)[0] for one in pictures] == [0, 80, 140, 220]
    assert upstream.received[-1].texts[-1] == "[picture 12 of 12]"
