"""Models that read text only; what nobody is shown; what is kept; what it costs."""

import sqlite3
from contextlib import closing
from typing import Any

import openai
import pytest
from openai import OpenAI
from PIL import Image

from clients.seeing import Part, ask, data_url, refused, shows, upload
from live import Live
from patience import until
from samples import sights
from servers.upstream import ScriptedUpstream


def test_a_model_without_eyes_gets_the_text_and_is_told_so(client: OpenAI, upstream: ScriptedUpstream) -> None:
    data = sights.sign("Platform 9")
    made = upload(client, data, name="sign.png")
    ask(client, "blind", shows(f"ms://{made.id}"), shows(data_url(data)), "Where?")
    stored, sent, question = upstream.received[-1].texts
    assert stored.startswith(
        "[image 'sign.png', 900x160 pixels: no vision model configured; text read from the image:]\nPlatform 9"
    )
    assert sent.startswith("[image, 900x160 pixels: no vision model configured")
    assert "Platform 9" in sent
    assert question == "Where?"


def test_an_image_without_text_is_refused_with_the_setting_to_change(client: OpenAI) -> None:
    made = upload(client, sights.written(sights.quarters(), "PNG"))
    for _ in range(2):  # the second time from what was kept
        why = refused(client, "blind", shows(f"ms://{made.id}"))
        assert "vision = true in the file of MOONSHELF_UPSTREAMS" in why


def test_a_video_is_read_out_too(client: OpenAI, upstream: ScriptedUpstream) -> None:
    silent = upload(client, sights.film([sights.RED, sights.BLUE]), name="a.mp4", purpose="video")
    assert "no text in it" in refused(client, "blind", shows(f"ms://{silent.id}", "video"))
    assert upstream.received == []


def test_ids_that_are_unknown_foreign_or_for_reading_are_refused(client: OpenAI, seen_by: Live) -> None:
    mine = upload(client, sights.written(sights.quarters(), "PNG"))
    text = upload(client, b"words", name="a.txt", purpose="file-extract")
    with seen_by.openai() as stranger:
        for asker, id_ in ((client, "file_nobody"), (stranger, mine.id)):
            with pytest.raises(openai.NotFoundError, match="No such File object"):
                ask(asker, "seeing", shows(f"ms://{id_}"))
    assert "has the purpose 'file-extract'" in refused(client, "seeing", shows(f"ms://{text.id}"))
    assert "has the purpose 'image'" in refused(client, "seeing", shows(f"ms://{mine.id}", "video"))


def test_a_model_server_with_files_of_its_own_gets_their_ids_unchanged(
    client: OpenAI, upstream: ScriptedUpstream
) -> None:
    mine = upload(client, sights.written(sights.quarters(), "PNG"))
    theirs = [shows("ms://file_theirs"), {"type": "file", "file": {"file_id": "file-theirs"}}]
    ask(client, "keeping", *theirs, shows(f"ms://{mine.id}"))
    *first, last = upstream.received[-1].json["messages"][0]["content"]
    assert first == theirs
    assert last["image_url"]["url"].startswith("data:image/png;base64,")


@pytest.mark.parametrize(
    ("part", "why"),
    [
        (shows("https://example.com/a.png"), "allow 'example.com' in MOONSHELF_MEDIA_HOSTS"),
        (shows("http://127.0.0.1/a.mp4", "video"), "unsupported video url"),
        (shows("file:///etc/passwd"), "unsupported image url"),
        (shows("data:image/png;base64,!!!"), "unsupported image"),
        (shows("data:image/png"), "comma"),
        (shows(data_url(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")), "unsupported image format"),
        (shows("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"), "unsupported image format"),
        (shows(data_url(b"\x89PNG\r\n\x1a\n" + bytes(30))), "the image cannot be used: the file is damaged"),
        ({"type": "image_url"}, "needs image_url"),
        ({"type": "image_url", "image_url": {"url": 3}}, "needs image_url"),
        ({"type": 5, "image_url": {"url": "http://10.0.0.1/"}}, "unsupported image url"),
        ({"image_url": {"url": "http://10.0.0.1/"}}, "unsupported image url"),
    ],
)
def test_what_cannot_be_shown_is_refused_and_reaches_no_model(
    client: OpenAI, upstream: ScriptedUpstream, part: Part, why: str
) -> None:
    assert why in refused(client, "seeing", part)
    assert upstream.received == []


def test_many_pictures_are_refused_when_together_they_are_too_large(client: OpenAI, upstream: ScriptedUpstream) -> None:
    noise = sights.written(Image.effect_noise((2000, 2000), 90), "PNG")
    made = upload(client, noise)
    parts = [shows(f"ms://{made.id}")] * (100 * 2**20 // len(noise) + 1)
    assert "larger than 100 MB together" in refused(client, "watching", *parts)
    assert upstream.received == []


def test_an_image_that_is_known_is_still_no_video(client: OpenAI) -> None:
    image = data_url(sights.written(sights.quarters(), "PNG"))
    for _ in range(2):
        ask(client, "watching", shows(image))
        assert "unsupported video" in refused(client, "watching", shows(image, "video"))


def _rows(seen_by: Live, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(seen_by.data / "moonshelf.sqlite")) as database:
        return database.execute(f"SELECT blob FROM {table}").fetchall()  # noqa: S608 our own name


def _blobs(seen_by: Live) -> set[str]:
    return {path.name for path in (seen_by.data / "blobs").rglob("*") if path.is_file()}


def test_what_was_made_is_kept_once_in_no_quota_and_goes_with_the_file(
    client: OpenAI, seen_by: Live, upstream: ScriptedUpstream
) -> None:
    before_rows, before = set(_rows(seen_by, "renditions")), _blobs(seen_by)
    data = sights.written(sights.quarters(1500, 900), "TIFF")
    twins = [upload(client, data, name=name) for name in ("a.tiff", "b.tiff")]
    for made in twins * 2:
        ask(client, "seeing", shows(f"ms://{made.id}"))
    assert len({one.body[one.body.find(b"base64") :] for one in upstream.received}) == 1
    made_rows = set(_rows(seen_by, "renditions")) - before_rows
    assert len(made_rows) == 1
    assert len(list(client.files.list())) == 2
    client.files.delete(twins[0].id)
    assert made_rows <= set(_rows(seen_by, "renditions"))
    client.files.delete(twins[1].id)
    assert not made_rows & set(_rows(seen_by, "renditions"))
    until(lambda: _blobs(seen_by) <= before)


def _tokens(seen_by: Live, key: str, model: str, *parts: Part) -> int:
    with seen_by.http(key) as http:
        messages = [{"role": "user", "content": parts}]
        answer = http.post("/tokenizers/estimate-token-count", json={"model": model, "messages": messages})
        return int(answer.raise_for_status().json()["data"]["total_tokens"])


def test_estimates_count_what_the_model_is_shown(seen_by: Live) -> None:
    key = seen_by.key()
    with seen_by.openai(key) as client:
        image = upload(client, sights.written(sights.quarters(1120, 560), "PNG"))
        video = upload(client, sights.film([sights.RED] * 5), name="a.mp4", purpose="video")
        sign = upload(client, sights.sign("Platform 9"))
    assert _tokens(seen_by, key, "watching", shows(f"ms://{image.id}")) == 40 * 20
    assert _tokens(seen_by, key, "seeing", shows(f"ms://{image.id}")) == 19 * 10  # 512x256 is what it gets
    assert _tokens(seen_by, key, "watching", shows(f"ms://{video.id}", "video")) == 5 * 6
    assert 30 < _tokens(seen_by, key, "blind", shows(f"ms://{sign.id}")) < 90
