"""The file that names model servers, and the connection to one."""

import asyncio
import json
import threading
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from moonshelf.chat import Chat
from moonshelf.errors import Unavailable
from moonshelf.errors.installation import NoLocalModel
from moonshelf.errors.requests import NoSuchModel
from moonshelf.models import roster
from moonshelf.models.offers import Offers
from moonshelf.models.upstream import Client, Model, Upstream
from patience import PATIENCE_S
from servers.upstream import STREAM, WHOLE, Script, ScriptedUpstream

GOOD = """
[[upstream]]
name = "kimi"
base_url = "https://api.example.com/v1/"
key_env = "KIMI_KEY"
[[upstream.model]]
id = "large"
aliases = ["big"]
vision = true
video = true
context_length = 262144
[[upstream]]
name = "here"
base_url = "http://127.0.0.1:8000/v1"
[[upstream.model]]
id = "small"
"""


def load(tmp_path: Path, text: str, **environ: str) -> tuple[Upstream, ...]:
    file = tmp_path / "upstreams.toml"
    file.write_text(text)
    return roster.load(file, environ)


def complaint(tmp_path: Path, text: str, **environ: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        load(tmp_path, text, **environ)
    return str(stopped.value).removeprefix(str(tmp_path))


def test_model_servers_are_read_with_their_keys_from_the_environment(tmp_path: Path) -> None:
    kimi, here = load(tmp_path, GOOD, KIMI_KEY="sk-1")
    assert kimi.models == (Model("large", ("big",), vision=True, video=True, context_length=262144),)
    assert (kimi.base_url, kimi.key, here.key) == ("https://api.example.com/v1", "sk-1", None)
    assert "sk-1" not in repr(kimi)


def test_a_misspelt_field_stops_the_start_and_is_named(tmp_path: Path) -> None:
    wrong = complaint(tmp_path, GOOD.replace("vision", "visoin"), KIMI_KEY="sk-1")
    first, see = wrong.splitlines()
    assert first == "/upstreams.toml: [[upstream]] 1, [[model]] 1, visoin is not known; did you mean vision?"
    assert see == "See 'A real model' in README.md, and docs/api.md."


def test_a_missing_field_stops_the_start_and_is_named(tmp_path: Path) -> None:
    wrong = complaint(tmp_path, GOOD.replace('id = "small"', ""))
    assert wrong.startswith("/upstreams.toml: [[upstream]] 2, [[model]] 1, id is missing.\n")


def test_a_missing_key_stops_the_start_and_its_variable_is_named(tmp_path: Path) -> None:
    wrong = complaint(tmp_path, GOOD)
    assert wrong == "/upstreams.toml: [[upstream]] 'kimi' takes its key from the variable KIMI_KEY, which is not set."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[upstream]", "is not valid TOML"),
        ("", "/upstreams.toml: upstream is missing."),
        ("upstream = []", "upstream is empty."),
        ("upstream = [3]", "[[upstream]] 1, it must be a table."),
        ("[upstream]", 'upstream must be a list (["…"], or tables under [[…]]).'),
        (GOOD.replace("262144", '"many"'), "[[upstream]] 1, [[model]] 1, context_length must be a whole number."),
        (GOOD.replace('["big"]', '"big"'), "[[upstream]] 1, [[model]] 1, aliases must be a list (["),
        (GOOD.replace('id = "small"', "id = 7"), "[[upstream]] 2, [[model]] 1, id must be text in quotation marks."),
        (GOOD.replace("vision = true", 'vision = "yes"'), "vision must be true or false."),
        (GOOD.replace("small", "big"), "the model name 'big' is given more than once"),
        (GOOD.replace("http://127", "127"), "[[upstream]] 2, base_url must be a valid URL"),
    ],
)
def test_what_makes_no_sense_stops_the_start(tmp_path: Path, text: str, why: str) -> None:
    assert why in complaint(tmp_path, text, KIMI_KEY="sk-1")


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"MOONSHELF_UPSTREAMS: .*none\.toml cannot be read"):
        roster.load(tmp_path / "none.toml", {})


LARGE = Model("large", ("big",))
SMALL = Model("small")
SERVERS = (Upstream("one", "http://127.0.0.1:9/v1", (LARGE, SMALL)),)


def test_unknown_names_get_the_default_model_only_if_they_are_to() -> None:
    with pytest.raises(NoSuchModel):
        Offers(SERVERS).find("gpt")
    assert Offers(SERVERS, default_for_unknown=True).find("gpt").model is LARGE
    assert Offers(SERVERS, default_for_unknown=True, default="small").find("gpt").model is SMALL
    assert Offers(SERVERS).find("big").model is LARGE


def test_a_default_that_nobody_offers_stops_the_start() -> None:
    with pytest.raises(SystemExit, match="MOONSHELF_DEFAULT_MODEL: no model server offers 'none'"):
        Offers(SERVERS, default="none")


def test_a_server_without_any_model_says_so() -> None:
    with pytest.raises(NoLocalModel, match="MOONSHELF_UPSTREAMS"):
        Offers().find("gpt")


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    async def ask(upstream: Upstream) -> None:
        client = Client()
        try:
            async with client.send(upstream, [b"{}"], {}) as answer:
                await answer.read()
        finally:
            await client.close()

    with ScriptedUpstream() as scripted:
        scripted.answer(Script((WHOLE,), breaks=True))
        with pytest.raises(Unavailable, match="'scripted'"):
            asyncio.run(ask(Upstream("scripted", scripted.base_url, ())))


def test_connections_are_kept_for_the_next_request() -> None:
    async def ask(upstream: Upstream) -> None:
        body = json.dumps({"model": "large", "messages": [{}]}).encode()
        async with Chat(Offers((upstream,)), Client()) as chat:
            for _ in range(3):
                async with chat.complete(body, {}, account="a") as answer:
                    assert await answer.read() == WHOLE

    with ScriptedUpstream() as scripted:
        asyncio.run(ask(Upstream("scripted", scripted.base_url, (LARGE,))))
        assert len(scripted.received) == 3
        assert scripted.connections == 1


def test_any_number_of_answers_are_waited_for_at_once() -> None:
    async def ask(upstream: Upstream) -> None:
        client = Client()
        async with asyncio.timeout(PATIENCE_S), AsyncExitStack() as asked:
            asked.push_async_callback(client.close)
            for _ in range(101):  # aiohttp's own limit is a hundred
                await asked.enter_async_context(client.send(upstream, [b'{"stream": true}'], {}))

    with ScriptedUpstream() as scripted:
        scripted.answer(*(Script(STREAM, held=threading.Semaphore(1)) for _ in range(101)))
        asyncio.run(ask(Upstream("scripted", scripted.base_url, ())))
