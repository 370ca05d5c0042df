"""Speed of the main road, as ratios to a floor measured in the same run.

    python bench/speed.py            all three
    python bench/speed.py upload     one of upload, pdf, content

upload   CPU seconds of the server per GB of a 100 MB upload, beside sha256 and a write of the same bytes
pdf      a two-page PDF from upload to content in hand, beside reading its text with liteparse alone
content  GET content of a read file per CPU second of the server, beside its bare /healthz
"""

import hashlib
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import httpx
import liteparse
import pypdfium2

MOONSHELF = Path(sys.executable).with_name("moonshelf")
MANUAL = Path(__file__).parent.parent / "examples" / "bzip2-manual.pdf"
SIZE = 100 * 2**20
ROUNDS = 12
CONNECTIONS = 16
SECONDS = 5.0


@dataclass(frozen=True)
class Server:
    """A server of this bench's own."""

    port: int
    key: str
    pid: int

    def cpu_s(self) -> float:
        """CPU seconds that the server's own process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def client(self) -> httpx.Client:
        """Return a client with the server's key."""
        headers = {"authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}/v1", headers=headers, timeout=120)


@contextmanager
def serving(cores: set[int] | None = None) -> Iterator[Server]:
    """Run a server, on *cores* alone where they are given."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [str(MOONSHELF), "serve", "--port", str(port), "--data", f"{folder}/data"]
        env = os.environ | {"MOONSHELF_LOG_LEVEL": "error"}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=env)
        if cores:
            os.sched_setaffinity(process.pid, cores)
        assert process.stdout is not None
        printed = b""
        while not (found := re.search(rb"sk-\S+ ", printed)):
            if not (more := os.read(process.stdout.fileno(), 4096)):
                raise RuntimeError(f"the server ended with {process.wait()}:\n{printed.decode(errors='replace')}")
            printed += more
        _wait(port)
        yield Server(port, found[0].decode().strip(), process.pid)
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    while True:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)


def upload() -> None:
    """Compare CPU seconds per GB with hashing and writing alone, turn by turn.

    Each file is deleted, untimed, before the next, so that after the first turns memory is used again: what a virtual
    machine takes to hand out memory that it never used is the machine's.
    """
    data = os.urandom(SIZE)
    ours, floors = [], []
    with serving() as server, server.client() as http, tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            began = server.cpu_s()
            answer = http.post("/files", files={"file": (f"{number}.bin", data)})
            answer.raise_for_status()
            ours.append((server.cpu_s() - began) / SIZE * 1e9)
            http.delete(f"/files/{answer.json()['id']}").raise_for_status()
            floors.append(_floor(data, Path(folder)) / SIZE * 1e9)
    took, floor = median(ours), median(floors)
    print(f"upload   {took:.2f} CPU s/GB, {took / floor:.2f} times sha256 and a write of the same bytes ({floor:.2f})")


def _floor(data: bytes, folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    with (folder / "floor").open("wb") as target:
        hashlib.sha256(data)
        target.write(data)
        os.fsync(target.fileno())
    after = resource.getrusage(resource.RUSAGE_SELF)
    (folder / "floor").unlink()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def pdf() -> None:
    """Compare upload-to-content of a two-page PDF with its parsing alone."""
    with tempfile.TemporaryDirectory() as folder, serving() as server, server.client() as http:
        files = [two_pages(Path(folder), number) for number in range(40)]
        took = [_timed(partial(_round_trip, http, one)) for one in files]
        parser = liteparse.LiteParse(ocr_enabled=False, quiet=True)
        alone = [_timed(partial(parser.parse, str(one))) for one in files]
    ours, floor = median(took[5:]) * 1000, median(alone[5:]) * 1000
    print(
        f"pdf      p50 {ours:.0f} ms from upload to content, {ours / floor:.1f} times liteparse alone ({floor:.1f} ms)"
    )


def two_pages(folder: Path, number: int) -> Path:
    """Write two pages of the manual, other ones for each *number*, so that nothing is answered from what was read."""
    whole, part = pypdfium2.PdfDocument(MANUAL), pypdfium2.PdfDocument.new()
    first = number % (len(whole) - 1)
    part.import_pages(whole, [first, first + 1])
    path = folder / f"{number}.pdf"
    part.save(path)
    path.write_bytes(path.read_bytes() + b"\n%" + str(number).encode())
    return path


def _round_trip(http: httpx.Client, path: Path) -> None:
    file_id = http.post("/files", files={"file": (path.name, path.read_bytes())}).json()["id"]
    http.get(f"/files/{file_id}/content").raise_for_status()


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def content() -> None:
    """Compare GET content with the emptiest answer that the same server gives."""
    with serving({0}) as server, server.client() as http:
        os.sched_setaffinity(0, {1} if (os.cpu_count() or 1) > 1 else {0})
        file_id = http.post("/files", files={"file": ("a.txt", b"a page of text\n" * 100)}).json()["id"]
        http.get(f"/files/{file_id}/content").raise_for_status()
        bare = _rate(server, "/healthz")
        ours = _rate(server, f"/v1/files/{file_id}/content")
    print(f"content  {ours:.0f} requests per CPU second, {ours / bare:.2f} of the server's bare answer ({bare:.0f})")


def _rate(server: Server, path: str) -> float:
    """Answers for a second of the server's processor time, over connections that ask again as soon as answered.

    On an idle machine that is answers a second on one core; on a busy one it is still what the server costs.
    """
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.key}\r\n\r\n".encode()
    counts = [0] * CONNECTIONS
    deadline = time.monotonic() + SECONDS

    def ask(number: int) -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            size = _answer_size(connection, request)
            while time.monotonic() < deadline:
                connection.sendall(request)
                left = size
                while left > 0:
                    left -= len(connection.recv(65536))
                counts[number] += 1

    began = server.cpu_s()
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sum(counts) / (server.cpu_s() - began)


def _answer_size(connection: socket.socket, request: bytes) -> int:
    """Ask once, and learn how long each answer is: they are all alike but for their ids."""
    connection.sendall(request)
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, _, _ = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    found = re.search(rb"content-length: (\d+)", head)
    assert found
    size = len(head) + 4 + int(found[1])
    while len(got) < size:
        got += connection.recv(65536)
    return size


if __name__ == "__main__":
    for name in sys.argv[1:] or ("upload", "pdf", "content"):
        {"upload": upload, "pdf": pdf, "content": content}[name]()
