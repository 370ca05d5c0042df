"""What the chat gateway adds to a model server, beside calling that directly and beside LiteLLM's proxy.

    python bench/gateways.py

One gateway after the other runs alone on one core, the model server and the client on the other: a gateway that has
just answered goes on working, and would do so on the core of the next. Requests go to the model server and to the
gateway in turn: medians, what the gateway adds to them, and its own processor time, which a busy machine leaves as it
is; until an answer is whole, and until a stream's first token. Then 200 streams at once, whose tokens are numbered: any
that is lost, or out of its order, is counted. LiteLLM is installed into an environment of its own, ``.venv-gateway``;
where it can't be, its lines are left out.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import aiohttp

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from live import Live, free_port
from memory import family

WARM, ROUNDS, STREAMS, TOKENS, PAUSE_S = 20, 300, 200, 40, 0.1
CORES = sorted(os.sched_getaffinity(0))
HOME = Path(__file__).parent.parent
ENVIRONMENT = HOME / ".venv-gateway"
LITELLM = ENVIRONMENT / "bin" / "litellm"
_SECRET = "sk-bench"  # noqa: S105 of a proxy that lives for a minute on loopback
_START_S = 300.0  # on a busy machine it takes a minute


@dataclass(frozen=True)
class Target:
    """Somewhere to send chats to; the model server itself has no process to look at."""

    name: str
    base_url: str
    key: str = "none"
    pid: int | None = None

    def cpu_s(self) -> float:
        """Return the processor time that it has used."""
        return sum(map(_cpu_s, family(self.pid))) if self.pid else 0.0


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# -- the model server ---------------------------------------------------------------------------------------------


def _model_server(told: Connection) -> None:
    asyncio.run(_serve(told))


async def _serve(told: Connection) -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", backlog=1024)
    told.send(server.sockets[0].getsockname()[1])
    async with server:
        await asyncio.to_thread(told.recv)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            body = json.loads(await _body(reader, head) or b"{}")  # LiteLLM also asks what there is
            await (_stream(writer, body["messages"][0]["content"]) if body.get("stream") else _whole(writer))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _body(reader: asyncio.StreamReader, head: str) -> bytes:
    if "transfer-encoding: chunked" not in head:
        return await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0] or 0))
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body


async def _whole(writer: asyncio.StreamWriter) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "Yes."}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    answer = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "scripted"}
    body = json.dumps(answer | {"choices": [choice], "usage": usage}).encode()
    writer.write(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    )
    await writer.drain()


async def _stream(writer: asyncio.StreamWriter, asked: str) -> None:
    """Send as many tokens as *asked* says, numbered."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    for number in range(int(asked)):
        await asyncio.sleep(PAUSE_S if number else 0)
        choice = {"index": 0, "delta": {"role": "assistant", "content": f"{number} "}, "finish_reason": None}
        chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
        _event(writer, json.dumps(chunk | {"choices": [choice]}).encode())
        await writer.drain()
    _event(writer, b"[DONE]")
    writer.write(b"0\r\n\r\n")
    await writer.drain()


def _event(writer: asyncio.StreamWriter, data: bytes) -> None:
    line = b"data: %s\n\n" % data
    writer.write(b"%x\r\n%s\r\n" % (len(line), line))


# -- who stands before it -----------------------------------------------------------------------------------------


@contextmanager
def model_server() -> Iterator[Target]:
    """Run the model server as a process."""
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_model_server, args=(there,))
    process.start()
    try:
        yield Target("direct", f"http://127.0.0.1:{here.recv()}/v1")
    finally:
        here.send(None)
        process.join(5)
        process.kill()


@contextmanager
def on_core(number: int) -> Iterator[None]:
    """Have what is started in the block run on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORES[number % len(CORES)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def moonshelf(folder: Path, server: Target) -> Iterator[Target]:
    """Run our own server, which reads nothing here."""
    roster = folder / "upstreams.toml"
    roster.write_text(
        f'[[upstream]]\nname = "scripted"\nbase_url = "{server.base_url}"\n[[upstream.model]]\nid = "scripted"\n'
    )
    live = Live(folder / "data", upstreams=roster, workers=0, log_level="warning")
    with on_core(0):
        live.start()
    try:
        yield Target("moonshelf", f"{live.url}/v1", live.key(), live.pid)
    finally:
        live.kill()


def install() -> bool:
    """Make LiteLLM's environment, unless it is there; say whether it is."""
    if not LITELLM.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        pip = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--quiet", "litellm[proxy]"]
        subprocess.run(pip, check=False)
    return LITELLM.exists()


@contextmanager
def litellm(folder: Path, server: Target) -> Iterator[Target]:
    """Run LiteLLM's proxy."""
    config, port = folder / "litellm.yaml", free_port()
    model = {"model": "openai/scripted", "api_base": server.base_url, "api_key": "none"}
    settings = {
        "model_list": [{"model_name": "scripted", "litellm_params": model}],
        "general_settings": {"master_key": _SECRET},
    }
    config.write_text(json.dumps(settings))  # which is YAML too
    environ = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR"}
    options = ["--config", str(config), "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    with on_core(0), (folder / "litellm.log").open("wb") as log:
        process = subprocess.Popen([str(LITELLM), *options], env=environ, stdout=log, stderr=log, cwd=folder)
    try:
        _wait(f"http://127.0.0.1:{port}/health/liveliness")
        yield Target("litellm", f"http://127.0.0.1:{port}/v1", _SECRET, process.pid)
    finally:
        process.kill()
        process.wait()


def _wait(url: str) -> None:
    async def answers() -> bool:
        async with aiohttp.ClientSession() as session, session.get(url) as got:
            return got.status == 200  # noqa: PLR2004

    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        try:
            if asyncio.run(answers()):
                return
        except aiohttp.ClientError:
            time.sleep(0.2)
    raise TimeoutError(url)


# -- what is measured ---------------------------------------------------------------------------------------------


class Caller:
    """Sends chats to one target."""

    def __init__(self, session: aiohttp.ClientSession, target: Target) -> None:
        self._session = session
        self._url = f"{target.base_url}/chat/completions"
        self._headers = {"authorization": f"Bearer {target.key}"}

    async def whole(self) -> float:
        """Return the milliseconds until an answer was whole."""
        began = time.perf_counter()
        async with self._session.post(self._url, json=_question(1), headers=self._headers) as got:
            await got.read()
            assert got.status == 200, await got.text()  # noqa: PLR2004
        return (time.perf_counter() - began) * 1000

    async def first(self) -> float:
        """Return the milliseconds until a stream's first token."""
        began = time.perf_counter()
        async with self._session.post(self._url, json=_question(1, stream=True), headers=self._headers) as got:
            async for line in got.content:
                if b'"content":' in line:
                    took = (time.perf_counter() - began) * 1000
                    await got.read()
                    return took
        raise ValueError(got.status)

    async def tokens(self) -> list[int]:
        """Return the numbers of a long stream's tokens as they came."""
        came = []
        async with self._session.post(self._url, json=_question(TOKENS, stream=True), headers=self._headers) as got:
            async for line in got.content:
                if line.startswith(b"data: {"):
                    content = json.loads(line[6:])["choices"][0]["delta"].get("content")
                    came += [int(content)] if content else []
        return came


def _question(tokens: int, *, stream: bool = False) -> Mapping[str, object]:
    return {"model": "scripted", "messages": [{"role": "user", "content": str(tokens)}], "stream": stream}


async def measure(server: Target, gateway: Target) -> None:
    """Measure *gateway* beside the model server alone, and print."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        callers = {target.name: Caller(session, target) for target in (server, gateway)}
        for what, ask in (("whole answer", Caller.whole), ("first token", Caller.first)):
            await _compare(what, gateway, {name: partial(ask, caller) for name, caller in callers.items()})
        await _crowd(gateway, callers[gateway.name])


async def _compare(what: str, gateway: Target, asked: Mapping[str, Callable[[], Awaitable[float]]]) -> None:
    for ask in asked.values():
        for _ in range(WARM):
            await ask()
    before = gateway.cpu_s()
    took: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, ask in asked.items():
            took[name].append(await ask())
    direct, here = median(took["direct"]), median(took[gateway.name])
    cpu_ms = (gateway.cpu_s() - before) / ROUNDS * 1000
    print(f"{what:12} {gateway.name:10} p50 {here:.2f} ms, {here - direct:+.2f}; {cpu_ms:.2f} ms of processor")


async def _crowd(target: Target, caller: Caller) -> None:
    before, began = target.cpu_s(), time.monotonic()
    streams = await asyncio.gather(*(caller.tokens() for _ in range(STREAMS)))
    took, wrong = time.monotonic() - began, sum(one != list(range(TOKENS)) for one in streams)
    cpu_s = target.cpu_s() - before
    print(f"{STREAMS} streams  {target.name:10} {wrong} lost or disordered, {took:.1f} s, {cpu_s:.2f} s of processor")


def main() -> None:
    """Start everybody in turn, measure, and print."""
    gateways = (moonshelf, litellm) if install() else (moonshelf,)
    with on_core(1), tempfile.TemporaryDirectory() as folder, model_server() as server:
        for gateway in gateways:
            with gateway(Path(folder), server) as target:
                asyncio.run(measure(server, target))


if __name__ == "__main__":
    main()
