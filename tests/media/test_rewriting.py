"""Messages of whatever make: each is told or refused, and turns are shared."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.seeing import data_url, shows
from moonshelf import wiring
from moonshelf.errors import InvalidRequest
from moonshelf.errors.limits import Overloaded
from moonshelf.errors.requests import NoSuchFile
from moonshelf.limits.turns import Turns
from moonshelf.media import rewriting
from moonshelf.media.conversion import Media
from moonshelf.models import envelopes
from moonshelf.models.upstream import Model
from moonshelf.settings import Settings
from samples import sights

_TEXTS = st.sampled_from(
    ["", "text", "image_url", "video_url", "input_image", "file", "ms://x", "data:,", "http://a", "é"]
)
_KEYS = st.sampled_from(["type", "image_url", "video_url", "url", "file_id", "file", "text", "detail"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=10,
)
MESSAGE = st.fixed_dictionaries({"role": st.just("user"), "content": JSON | st.lists(JSON, max_size=3)}) | JSON


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Media]:
    services = wiring.build(Settings(data=tmp_path_factory.mktemp("media") / "data"))
    yield services.media
    services.reader.close()
    services.ports.database.close()


@settings(max_examples=300, deadline=None)
@given(messages=st.lists(MESSAGE, max_size=3), vision=st.booleans(), own_files=st.booleans())
def test_any_messages_are_told_or_refused(media: Media, messages: list[object], vision: bool, own_files: bool) -> None:  # noqa: FBT001 Hypothesis passes by name
    raw = msgspec.Raw(json.dumps(messages).encode())
    model = Model("m", vision=vision, own_files=own_files)
    try:
        told = asyncio.run(rewriting.told(raw, model, media, "nobody"))
    except (InvalidRequest, NoSuchFile):
        assert rewriting.shows_media(raw)
        return
    after = json.loads(msgspec.json.encode(told.messages))
    assert len(json.loads(msgspec.json.encode(told.spoken))) == len(messages)
    assert after == messages
    assert not told.changed


def test_what_is_fetched_into_memory_is_told_of_and_may_be_refused(media: Media) -> None:
    picture = data_url(sights.written(sights.quarters(), "BMP"), "image/bmp")
    messages = msgspec.Raw(json.dumps([{"role": "user", "content": [shows(picture)] * 2}]).encode())
    held: list[int] = []

    def refuse(_bytes: int) -> None:
        raise Overloaded(wait_s=1)

    with pytest.raises(Overloaded):
        asyncio.run(rewriting.told(messages, Model("m", vision=True), media, "other", hold=refuse))
    for _ in range(2):
        asyncio.run(rewriting.told(messages, Model("m", vision=True), media, "somebody", hold=held.append))
    assert len(held) == 1  # then it is at hand, for all requests together


def test_what_is_no_json_is_for_the_model_server_to_refuse(media: Media, tmp_path: Path) -> None:
    assert tmp_path.exists()
    for wrong in (b'[{"content": [{"type": "image_url", ]}]', b"[[", b'{"a": 1}', b'["' + b"[" * 5000):
        told = asyncio.run(rewriting.told(msgspec.Raw(wrong), Model("m"), media, "nobody"))
        assert not told.changed


@pytest.mark.parametrize("more", [b'"\xff": 1', b'"a": ' + b"[" * 990 + b"]" * 990])
def test_a_message_that_cannot_be_written_anew_is_refused_or_goes_on_as_it_came(media: Media, more: bytes) -> None:
    part = json.dumps(shows(data_url(sights.written(sights.quarters(), "BMP"), "image/bmp"))).encode()
    for wrong in (b'[{%s, "content": [%s]}]' % (more, part), b'[{"content": [{%s, %s]}]' % (more, part[1:])):
        raw = msgspec.Raw(wrong)
        with suppress(InvalidRequest):
            told = asyncio.run(rewriting.told(raw, Model("m", vision=True), media, "nobody"))
            if told.changed:
                envelopes.with_messages(b'{"messages": %s}' % wrong, told.messages, model="m")


def test_as_many_have_a_turn_as_there_are_places_and_accounts_alternate() -> None:
    order: list[str] = []
    running: list[int] = []

    async def work(turns: Turns, account: str, gate: asyncio.Event) -> None:
        async with turns.take(account):
            order.append(account)
            running.append(running[-1] + 1 if running else 1)
            await gate.wait()
            await asyncio.sleep(0)
            running.append(running[-1] - 1)

    async def run() -> None:
        turns, gate = Turns(2), asyncio.Event()
        tasks = [asyncio.ensure_future(work(turns, account, gate)) for account in "aaaab"]
        await asyncio.sleep(0.01)
        assert order == ["a", "a"]
        gate.set()
        await asyncio.gather(*tasks)
        async with turns.take("c"), turns.take("c"):  # all places came back
            pass

    asyncio.run(run())
    assert max(running) == 2
    assert order.index("b") < 4  # not behind all of a's
