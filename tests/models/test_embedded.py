"""The embedded model as a child process, with a model small enough to be made here."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from moonshelf.chat import Chat
from moonshelf.errors import InvalidRequest, Unavailable
from moonshelf.errors.installation import NoLocalModel
from moonshelf.limits.turns import Turns
from moonshelf.models.embedded import Address, Embedded, LocalModel
from moonshelf.models.offers import Offers
from moonshelf.models.upstream import Client
from patience import PATIENCE_S, until
from samples import tiny_model

pytest.importorskip("xllamacpp", reason="the extra [local] is not installed")

HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model.write(tmp_path_factory.mktemp("weights") / "tiny.gguf")


def embedded(weights: Path, *, idle_s: float = 60) -> Embedded:
    model = LocalModel("tiny", weights, context_length=2_048)
    return Embedded(model, max_tokens=16, threads=1, idle_s=idle_s)


def running(weights: Path, use: Callable[[Embedded], Awaitable[None]], *, idle_s: float = 60) -> None:
    async def run() -> None:
        one = embedded(weights, idle_s=idle_s)
        try:
            await use(one)
        finally:
            await one.close()

    asyncio.run(run())


async def listens(address: Address) -> bool:
    async with httpx.AsyncClient() as client:
        try:
            await client.get(address.base_url + "/models")
        except httpx.TransportError:
            return False
        return True


async def ask(chat: Chat, messages: object, **more: object) -> tuple[dict[str, str], Any]:  # whatever JSON it answers
    body = json.dumps({"model": "kimi-k2-turbo-preview", "messages": messages, **more}).encode()
    async with chat.complete(body, {}, account="a") as answer:
        return dict(answer.headers), json.loads(await answer.read())


def chatting(weights: Path, use: Callable[[Chat], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Chat(Offers(embedded=embedded(weights)), Client(), embedded_tokens=300) as chat:
            await use(chat)

    asyncio.run(run())


def test_a_model_of_any_name_is_answered_by_the_embedded_one_under_its_own(weights: Path) -> None:
    async def use(chat: Chat) -> None:
        headers, answer = await ask(chat, HELLO)
        assert answer["model"] == "tiny"
        assert answer["usage"]["completion_tokens"] <= 16
        assert "x-moonshelf-context" not in headers

    chatting(weights, use)


def test_what_was_chosen_of_a_long_document_is_said_in_a_header(weights: Path) -> None:
    async def use(chat: Chat) -> None:
        system = {"role": "system", "content": "It rained. " * 2_000}
        headers, _ = await ask(chat, [system, *HELLO])
        kind, _, figures = headers["x-moonshelf-context"].partition("; ")
        chosen, _, all_of_it = figures.removesuffix(" tokens").partition(" of ")
        assert kind == "lead+passages"
        assert 0 < int(chosen) <= 300 < int(all_of_it)

    chatting(weights, use)


def test_a_prompt_over_the_models_context_is_refused_in_kimis_words(weights: Path) -> None:
    async def use(chat: Chat) -> None:
        with pytest.raises(InvalidRequest, match=r"^Input token length too long$"):
            await ask(chat, [{"role": "user", "content": "much " * 300}] * 3)

    chatting(weights, use)


@pytest.mark.parametrize("senseless", [{"response_format": {"type": "none such"}}, {"tools": 3}, {"n": 3}])
def test_what_the_model_refuses_is_refused_in_its_words(weights: Path, senseless: dict[str, object]) -> None:
    async def use(chat: Chat) -> None:
        with pytest.raises(InvalidRequest, match=r"^Invalid request: \w+"):
            await ask(chat, HELLO, **senseless)

    chatting(weights, use)


def test_the_child_is_started_once_and_again_after_it_died(weights: Path) -> None:
    async def use(one: Embedded) -> None:
        async with one.turn("a") as first:
            assert await listens(first)
        async with one.turn("a") as second:
            assert second == first
        for pid in children():
            os.kill(pid, 9)
        await asyncio.to_thread(until, lambda: not asyncio.run(listens(first)))
        async with one.turn("a") as third:
            assert third != first
            assert await listens(third)

    running(weights, use)


def shown(pid: int, what: str) -> bytes:
    return Path(f"/proc/{pid}/{what}").read_bytes()


def children() -> list[int]:
    found = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return [int(pid) for pid in found.split() if b"moonshelf.models.llama" in shown(int(pid), "cmdline")]


def test_the_child_ends_when_idle(weights: Path) -> None:
    async def use(one: Embedded) -> None:
        async with one.turn("a") as address:
            pass
        await asyncio.to_thread(until, lambda: not asyncio.run(listens(address)))

    running(weights, use, idle_s=0.2)


def test_other_users_of_the_machine_cannot_use_the_child(weights: Path) -> None:
    async def use(one: Embedded) -> None:
        async with one.turn("a") as address, httpx.AsyncClient() as client:
            url = f"{address.base_url}/chat/completions"
            assert (await client.post(url, json={"messages": HELLO})).status_code == 401
            assert address.key.encode() not in shown(children()[0], "cmdline")
            assert address.key not in repr(address)

    running(weights, use)


def test_the_child_gets_no_keys_of_model_servers(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOONSHOT_API_KEY", "sk-secret")

    async def use(one: Embedded) -> None:
        async with one.turn("a"):
            assert b"sk-secret" not in shown(children()[0], "environ")

    running(weights, use)


def test_the_child_ends_with_its_parent_even_if_that_is_killed(weights: Path) -> None:
    program = f"""
import asyncio
from pathlib import Path
from moonshelf.models.embedded import Embedded, LocalModel

async def main():
    model = LocalModel("tiny", Path({str(weights)!r}), context_length=512)
    async with Embedded(model, threads=1).turn("a") as address:
        print(address.base_url, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        address = Address(next(line.strip() for line in parent.stdout if line.startswith("http")), "")
        assert asyncio.run(listens(address))
        parent.kill()
    until(lambda: not asyncio.run(listens(address)))


def test_weights_that_cannot_be_loaded_are_no_model(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF, not")

    async def use(chat: Chat) -> None:
        for _ in range(2):
            with pytest.raises(Unavailable, match="The embedded model tiny is not available"):
                await ask(chat, HELLO)
        assert children() == []

    chatting(broken, use)


def test_a_caller_who_leaves_during_the_start_leaves_no_child_behind(weights: Path) -> None:
    async def use(one: Embedded) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), one.turn("a"):
                pass
        async with one.turn("b") as address:
            assert await listens(address)
            assert len(children()) == 1

    running(weights, use)


def test_a_request_larger_than_any_book_is_not_even_unpacked(weights: Path) -> None:
    async def use(chat: Chat) -> None:
        with pytest.raises(InvalidRequest, match=r"^Input token length too long$"):
            await ask(chat, [{"role": "user", "content": "x" * 2**25}])

    chatting(weights, use)


@pytest.mark.parametrize(
    ("library", "processor", "remedy"),
    [(None, "avx2", r"pip install '\.\[local\]'"), ("there", "sse4_2", "needs a processor with AVX2")],
)
def test_a_machine_that_cannot_run_it_is_told_why(
    weights: Path, monkeypatch: pytest.MonkeyPatch, library: str | None, processor: str, remedy: str
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: library)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr(Path, "read_text", lambda _: f"flags : fpu {processor}")
    assert re.search(remedy, embedded(weights).lack() or "")


def test_what_is_missing_is_said_with_the_remedy(tmp_path: Path) -> None:
    one = embedded(tmp_path / "none.gguf")
    assert "moonshelf models pull" in (one.lack() or "")
    assert Offers(embedded=one).now() == []

    async def use(chat: Chat) -> None:
        with pytest.raises(NoLocalModel, match="run `moonshelf models pull`"):
            await ask(chat, HELLO)

    chatting(tmp_path / "none.gguf", use)


def test_an_account_that_asks_often_lets_others_in_between() -> None:
    served: list[str] = []

    async def one(turns: Turns, account: str) -> None:
        async with turns.take(account):
            served.append(account)
            await asyncio.sleep(0.01)

    async def run() -> None:
        turns = Turns()
        await asyncio.gather(*(one(turns, account) for account in ["busy"] * 4 + ["quiet"]))

    asyncio.run(run())
    assert served == ["busy", "busy", "quiet", "busy", "busy"]


def test_a_turn_given_up_is_passed_on() -> None:
    async def run() -> None:
        turns = Turns()
        async with turns.take("a"):
            waiting = [asyncio.ensure_future(turns.take(account).__aenter__()) for account in "bc"]
            await asyncio.sleep(0)
            waiting[0].cancel()
        with suppress(asyncio.CancelledError):
            await waiting[0]
        await asyncio.wait_for(waiting[1], PATIENCE_S)

    asyncio.run(run())
