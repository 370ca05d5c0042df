"""Images on the web: fetched from allowed hosts alone, and never from inside a network."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import pytest

from moonshelf.errors import InvalidRequest
from moonshelf.media import downloads
from moonshelf.media.downloads import Downloads, is_public
from moonshelf.media.references import Remote
from samples import sights

PICTURE = sights.written(sights.quarters(64, 48), "PNG")


class _Web(BaseHTTPRequestHandler):
    """Pictures, redirects, and what a hostile server sends."""

    def do_GET(self) -> None:
        port = cast("ThreadingHTTPServer", self.server).server_port
        moves = {
            "/moved": "/a.png",
            "/away": "http://elsewhere.test/a.png",
            "/in": f"http://127.0.0.2:{port}/a.png",
            "/file": "file:///etc/passwd",
            "/round": "/round",
        }
        asked.append(self.path)
        if self.path in moves:
            self.send_response(302)
            self.send_header("location", moves[self.path])
            self.end_headers()
        elif self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                for _ in range(1000):
                    self.wfile.write(bytes(65536))
        elif self.path in {"/a.png", "/fleeting.png"}:
            self.send_response(200)
            if self.path == "/fleeting.png":
                self.send_header("cache-control", "private, No-Store")
            self.end_headers()
            self.wfile.write(PICTURE)
        else:
            self.send_error(404)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


asked: list[str] = []


@pytest.fixture(scope="module")
def web() -> Iterator[int]:
    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), _Web)) as port:
        yield port


@contextmanager
def _serving(server: ThreadingHTTPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _fetch(url: str, *hosts: str, inside: str = "127.0.0.1") -> bytes:
    asked.clear()
    one = Downloads(hosts, most_bytes=1 << 20, may_connect=lambda address: address == inside)
    return asyncio.run(one.fetch(Remote(url, "image"), "acc"))


def _why(url: str, *hosts: str, **more: str) -> str:
    with pytest.raises(InvalidRequest, match="unsupported image url") as caught:
        _fetch(url, *hosts, **more)
    return str(caught.value)


def test_a_picture_is_fetched_from_an_allowed_host(web: int) -> None:
    assert _fetch(f"http://127.0.0.1:{web}/a.png", "127.0.0.1") == PICTURE
    assert _fetch(f"http://localhost:{web}/moved", "local*") == PICTURE


def test_what_was_fetched_lately_is_not_fetched_again_for_its_account(
    web: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Downloads(["*"], most_bytes=1 << 20, may_connect=lambda _: True)

    async def fetch(name: str, *accounts: str) -> int:
        asked.clear()
        for account in accounts:
            assert await one.fetch(Remote(f"http://127.0.0.1:{web}/{name}", "image"), account) == PICTURE
        return len(asked)

    assert asyncio.run(fetch("a.png", "a", "a", "b", "a", "b")) == 2
    assert asyncio.run(fetch("fleeting.png", "a", "a")) == 2
    monkeypatch.setattr(downloads, "_KEPT_S", 1e-6)  # it is kept for a while, not for ever
    assert asyncio.run(fetch("a.png", "a", "a")) == 2


def test_no_host_is_asked_that_was_not_allowed(web: int) -> None:
    assert "allow '127.0.0.1' in MOONSHELF_MEDIA_HOSTS" in _why(f"http://127.0.0.1:{web}/a.png")
    assert "allow" in _why(f"http://127.0.0.1:{web}/a.png", "example.com", "*.0.0.2")
    assert asked == []


def test_redirects_are_held_to_the_same_rules(web: int) -> None:
    assert "allow 'elsewhere.test'" in _why(f"http://127.0.0.1:{web}/away", "127.0.0.1")
    assert "not public" in _why(f"http://127.0.0.1:{web}/in", "*")
    assert "only plain http" in _why(f"http://127.0.0.1:{web}/file", "*")
    assert "more than 3 times" in _why(f"http://127.0.0.1:{web}/round", "*")
    assert asked == ["/round"] * 4


def test_size_and_time_are_capped(web: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "larger than 1 MB" in _why(f"http://127.0.0.1:{web}/endless", "*")
    assert "answers 404" in _why(f"http://127.0.0.1:{web}/none", "*")
    monkeypatch.setattr(downloads, "_MOST_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "longer than" in _why(f"http://127.0.0.1:{silent.getsockname()[1]}/", "*")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::ffff:127.0.0.1]", "0"],
)
def test_no_spelling_of_this_machine_gets_through(web: int, host: str) -> None:
    one = Downloads(["*"], most_bytes=1 << 20)
    asked.clear()
    with pytest.raises(InvalidRequest, match="unsupported image url"):
        asyncio.run(one.fetch(Remote(f"http://{host}:{web}/a.png", "image"), "acc"))
    assert asked == []


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "127.0.0.1", "0.0.0.0", "100.64.0.1"),  # noqa: S104
        *("224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1"),
    ],
)
def test_addresses_inside_a_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"])
def test_addresses_of_the_world_are_public(address: str) -> None:
    assert is_public(address)


def test_names_and_passwords_in_an_address_are_refused(web: int) -> None:
    assert "only plain http" in _why(f"http://user:secret@127.0.0.1:{web}/a.png", "*")
