"""Ten 4-megapixel images in one message: sent as data URLs straight to a model server, and by their ids.

The client that sends data URLs encodes them each time, as it must; *ready* is a body that lies ready, which no client
has. The model server is a process of its own, as it is in life. Prints medians, what the server adds to each, the
processor time it takes, and how its memory grows over many such requests.
"""

import base64
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from live import Live
from servers.upstream import ScriptedUpstream

IMAGES, ROUNDS, MORE = 10, 15, 600
SIZE = (2464, 1632)  # 4.02 megapixels
KINDS = ("JPEG", "TIFF")  # one that models take as it is, one that is converted


def main() -> None:
    """Measure, and print."""
    with _model_server() as server, tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "upstreams.toml"
        table = '[[upstream.model]]\nid = "seeing"\nvision = true\n'
        config.write_text(f'[[upstream]]\nname = "scripted"\nbase_url = "{server.base_url}"\n{table}')
        live = Live(Path(folder) / "data", upstreams=config, log_level="warning").start()
        try:
            for kind in KINDS:
                _compare(kind, server, live)
        finally:
            live.stop()


@dataclass(frozen=True)
class _ModelServer:
    base_url: str
    _process: Connection

    def last(self) -> bytes:
        """Return the body of the last request to it."""
        self._process.send(True)  # noqa: FBT003 anything but None
        return self._process.recv_bytes()


@contextmanager
def _model_server() -> Iterator[_ModelServer]:
    """Run the scripted model server as a process."""
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(there,))
    process.start()
    try:
        yield _ModelServer(here.recv(), here)
    finally:
        here.send(None)
        process.join()


def _serve(asked: Connection) -> None:
    with ScriptedUpstream() as upstream:
        asked.send(upstream.base_url)
        while True:
            if asked.poll(0.2):
                if asked.recv() is None:
                    return
                asked.send_bytes(upstream.received[-1].body)
            del upstream.received[:-1]


def _compare(kind: str, server: _ModelServer, live: Live) -> None:
    images = [_image(kind, number) for number in range(IMAGES)]
    with live.http() as http, httpx.Client(base_url=server.base_url, timeout=60) as straight:
        ids = [_upload(http, one, f"{number}.{kind.lower()}") for number, one in enumerate(images)]
        by_id = _body([f"ms://{one}" for one in ids])
        first_s, sent = _timed(lambda: _ask(http, by_id)), server.last()
        print(f"{kind}: {IMAGES} images of {SIZE[0]}x{SIZE[1]}, {len(sent) / 1e6:.1f} MB as data URLs")
        ready, direct, through = [], [], []
        began_s = _processor_s(live.pid)
        ours = [_timed(lambda: _ask(http, by_id)) for _ in range(ROUNDS)]
        own_s = (_processor_s(live.pid) - began_s) / ROUNDS
        for _ in range(ROUNDS):  # in turn, so that whatever else the machine does falls upon all
            ready.append(_timed(lambda: _ask(straight, sent)))
            ours.append(_timed(lambda: _ask(http, by_id)))
            direct.append(_timed(lambda: _ask(straight, _inline(images, kind))))
            through.append(_timed(lambda: _ask(http, sent)))
        _print(kind, {"data URLs": direct, "data URLs, ready": ready}, {"by id": ours, "data URLs": through})
        print(f"{kind}: by id: {own_s * 1000:.0f} ms of the server's processor time, {first_s * 1000:.0f} ms at first")
        resident = [_resident(live.pid)]
        for number in range(1, MORE + 1):
            _ask(http, by_id)
            if number % (MORE // 6) == 0:
                resident.append(_resident(live.pid))
        print(f"{kind}: resident MB, each {MORE // 6} more requests:", *(f"{one:.0f}" for one in resident))


def _print(kind: str, straight: Mapping[str, list[float]], ours: Mapping[str, list[float]]) -> None:
    for name, times in straight.items():
        print(f"{kind}: straight to the model server, {name}: {statistics.median(times) * 1000:.0f} ms")
    for name, times in ours.items():
        took = statistics.median(times)
        added = (f"{took / statistics.median(one) - 1:+.0%} to {other}" for other, one in straight.items())
        print(f"{kind}: through the server, {name}: {took * 1000:.0f} ms, {', '.join(added)}")


def _inline(images: list[bytes], kind: str) -> bytes:
    return _body([f"data:image/{kind.lower()};base64,{base64.b64encode(one).decode()}" for one in images])


def _image(kind: str, number: int) -> bytes:
    """Draw something like a photograph: soft shapes under a little noise, as large in JPEG as a telephone's."""
    into = BytesIO()
    soft = Image.effect_noise((77 + number, 51), 90).resize(SIZE, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(SIZE, 12)
    Image.merge("RGB", (soft, grain, Image.blend(soft, grain, 0.3))).save(into, kind, quality=88)
    return into.getvalue()


def _upload(http: httpx.Client, data: bytes, name: str) -> str:
    answer = http.post("/files", files={"file": (name, data)}, data={"purpose": "image"})
    return str(answer.raise_for_status().json()["id"])


def _body(urls: list[str]) -> bytes:
    content = [{"type": "image_url", "image_url": {"url": one}} for one in urls]
    return json.dumps({"model": "seeing", "messages": [{"role": "user", "content": content}]}).encode()


def _ask(http: httpx.Client, body: bytes) -> None:
    http.post("/chat/completions", content=body, headers={"content-type": "application/json"}).raise_for_status()


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _processor_s(pid: int) -> float:
    """Return the processor seconds that process *pid* has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    """Return the megabytes that process *pid* occupies."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
