"""A model server of our own on a loopback port: it answers as it is told, and remembers what it was asked."""

import asyncio
import base64
import io
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from PIL import Image


def _event(word: str) -> bytes:
    choice = {"index": 0, "delta": {"content": word}}
    return f"data: {json.dumps({'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n".encode()


STREAM = (*map(_event, ("Once", " upon", " a", " time")), b"data: [DONE]\n\n")
WHOLE = json.dumps(
    {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted-large",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Once upon"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }
).encode()


@dataclass(frozen=True)
class Script:
    """One answer: chunks go out as they are, each after the pause, or released one by one where they are ``held``.

    ``breaks`` ends it in the middle.
    """

    chunks: Sequence[bytes] = (WHOLE,)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    pause_s: float = 0
    held: threading.Semaphore | None = None
    breaks: bool = False


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def shown(self) -> list[str | Image.Image | bytes]:
        """What a model that sees is shown, in order: texts, pictures decoded to pixels, and videos as bytes.

        Strict where model servers are: images and videos are objects with a data URL, which says truly what it holds.
        """
        contents = [message["content"] for message in self.json["messages"]]
        parts = [part for content in contents for part in ([content] if isinstance(content, str) else content)]
        return [part if isinstance(part, str) else _look(part) for part in parts]

    @property
    def pictures(self) -> list[Image.Image]:
        """The pictures alone."""
        return [one for one in self.shown if isinstance(one, Image.Image)]

    @property
    def texts(self) -> list[str]:
        """The texts alone."""
        return [one for one in self.shown if isinstance(one, str)]


def _look(part: Mapping[str, Any]) -> str | Image.Image | bytes:
    if part["type"] == "text":
        return str(part["text"])
    kind, _, payload = part[part["type"]]["url"].partition(";base64,")
    data = base64.b64decode(payload, validate=True)
    if part["type"] == "video_url":
        assert kind.startswith("data:video/")
        return data
    assert part["type"] == "image_url"
    image = Image.open(io.BytesIO(data))
    assert kind == f"data:{image.get_format_mimetype()}"
    image.load()
    return image


class ScriptedUpstream:
    """The server, in a thread of its own for the length of a ``with``."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.asked = threading.Event()
        self.left = threading.Event()  # a client went before its answer was complete
        self.connections = 0
        self._scripts: list[Script] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._server: asyncio.Server
        self.base_url = ""

    def roster(self, folder: Path, models: Mapping[str, str]) -> Path:
        """Write the file that makes this the upstream of *models*, each with more lines of its table."""
        tables = "".join(f'[[upstream.model]]\nid = "{name}"\n{more}\n' for name, more in models.items())
        file = folder / "upstreams.toml"
        file.write_text(f'[[upstream]]\nname = "scripted"\nbase_url = "{self.base_url}"\n{tables}')
        return file

    def answer(self, *scripts: Script) -> None:
        """Answer the next requests so; after that, each as it asks to be."""
        self._scripts.extend(scripts)

    def forget(self) -> None:
        """Start anew for the next test."""
        self.received.clear()
        self._scripts.clear()
        self.asked.clear()
        self.left.clear()

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1")
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.base_url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        asyncio.run_coroutine_threadsafe(_end_tasks(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while (request := await _read(reader)) is not None:
                self.received.append(request)
                self.asked.set()
                script = self._scripts.pop(0) if self._scripts else _usual(request)
                writing = asyncio.ensure_future(_write(writer, script))
                leaving = asyncio.ensure_future(reader.read(1))
                await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
                if not writing.done():
                    self.left.set()
                writing.cancel()
                if script.breaks or leaving.done():
                    return
                leaving.cancel()
                await asyncio.wait({leaving})
        except ConnectionError:
            self.left.set()
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    except asyncio.IncompleteReadError:
        return None
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(head[0].split(" ")[1], headers, body)


def _usual(request: Received) -> Script:
    if request.json.get("stream"):
        return Script(STREAM, headers={"content-type": "text/event-stream"})
    return Script()


async def _write(writer: asyncio.StreamWriter, script: Script) -> None:
    headers = {"transfer-encoding": "chunked", **script.headers}
    lines = [f"HTTP/1.1 {script.status:03} Scripted", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    for chunk in script.chunks:
        await asyncio.sleep(script.pause_s)
        while script.held is not None and not script.held.acquire(blocking=False):  # noqa: ASYNC110 - by a thread
            await asyncio.sleep(0.01)
        if lines:
            writer.write("\r\n".join(lines).encode("latin-1"))
            lines = []
        writer.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        await writer.drain()
    if not script.breaks:
        writer.write(b"0\r\n\r\n")
        await writer.drain()


async def _end_tasks() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)
