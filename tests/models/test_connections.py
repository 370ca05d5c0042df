"""Connections to model servers, against servers that speak HTTP in every way they may, and some they may not."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from moonshelf.errors import Unavailable
from moonshelf.models.upstream import Client, Upstream

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

FULL = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"


def says(*answers: bytes, closes: bool = False) -> Serve:
    """Serve one of *answers* after the other, as they are."""
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while left:
            await _request(reader)
            writer.write(left.pop(0))
            await writer.drain()
            if closes:
                return

    return serve


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return head + await reader.readexactly(size)


class Server:
    """Where a served function is reached, and how often somebody connected."""

    def __init__(self) -> None:
        self.upstream = Upstream("raw", "", ())
        self.connections = 0


@asynccontextmanager
async def serving(serve: Serve, *, tls: ssl.SSLContext | None = None, user: str = "") -> AsyncIterator[Server]:
    here = Server()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here.connections += 1
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", ssl=tls) as server:
        port = server.sockets[0].getsockname()[1]
        here.upstream = Upstream("raw", f"http{'s' if tls else ''}://{user}127.0.0.1:{port}/v1", ())
        yield here


@asynccontextmanager
async def opened(read_timeout_s: float = 5) -> AsyncIterator[Client]:
    client = Client(read_timeout_s=read_timeout_s)
    try:
        yield client
    finally:
        await client.close()


async def asks(client: Client, server: Server, body: bytes = b"{}") -> tuple[int, bytes]:
    async with client.send(server.upstream, [body], {}) as answer:
        return answer.status, await answer.read()


def asked(serve: Serve, *, times: int = 1, body: bytes = b"{}") -> tuple[list[tuple[int, bytes]], int]:
    """Ask *serve* so many times; return the answers, and how many connections they took."""

    async def ask() -> tuple[list[tuple[int, bytes]], int]:
        async with serving(serve) as server, opened() as client:
            answers = [await asks(client, server, body) for _ in range(times)]
        return answers, server.connections

    return uvloop.run(ask())


def test_an_answer_may_end_with_its_length_its_last_chunk_or_its_connection() -> None:
    chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n"
    endless = b"HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\nhi"
    assert asked(says(FULL, chunked), times=2) == ([(200, b"hi")] * 2, 1)
    assert asked(says(endless, FULL, closes=True), times=2) == ([(200, b"hi")] * 2, 2)


def test_an_interim_answer_is_passed_over() -> None:
    async def ask() -> None:
        hint = b"HTTP/1.1 103 Early Hints\r\nretry-after: 7\r\n\r\n"
        async with (
            serving(says(hint + FULL)) as server,
            opened() as client,
            client.send(server.upstream, [b"{}"], {}) as answer,
        ):
            assert (answer.status, await answer.read(), dict(answer.headers)) == (200, b"hi", {"content-length": "2"})

    uvloop.run(ask())


@pytest.mark.parametrize(
    "after", [b"connection: close\r\n\r\nhi", b"\r\nhiHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]
)
def test_a_connection_that_is_not_clean_is_not_used_again(after: bytes) -> None:
    unclean = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n" + after
    assert asked(says(unclean, FULL), times=2) == ([(200, b"hi")] * 2, 2)


def test_a_connection_that_its_server_closed_is_not_used_again() -> None:
    async def ask() -> int:
        async with serving(says(FULL, FULL, closes=True)) as server, opened() as client:
            assert await asks(client, server) == (200, b"hi")
            await asyncio.sleep(0.05)
            assert await asks(client, server) == (200, b"hi")
        return server.connections

    assert uvloop.run(ask()) == 2


def test_a_request_that_is_refused_midway_is_not_sent_to_its_end() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 No\r\ncontent-length: 2\r\n\r\nno")
        await writer.drain()
        await asyncio.sleep(0.2)  # and takes nothing more

    assert asked(refuse, times=2, body=bytes(32 * 2**20)) == ([(413, b"no")] * 2, 2)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x-more: and more\r\n" * 8192,
        b"",
    ],
)
def test_what_is_no_whole_answer_is_none(answer: bytes) -> None:
    with pytest.raises(Unavailable, match="'raw'"):
        asked(says(answer, closes=True))


def test_a_slow_reader_makes_the_server_wait() -> None:
    pieces, piece = 256, bytes(2**18)
    written = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        await _request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (pieces * len(piece)))
        for _ in range(pieces):
            writer.write(piece)
            await writer.drain()
            written += 1

    async def read() -> int:
        size = 0
        async with (
            serving(flood) as server,
            opened(0.5) as client,
            client.send(server.upstream, [b"{}"], {}) as answer,
        ):
            async for chunk in answer.chunks:
                if not size:
                    await asyncio.sleep(0.8)  # longer than the server may be silent
                    assert written < pieces / 2
                size += len(chunk)
        return size

    assert uvloop.run(read()) == pieces * len(piece)


def test_a_user_and_password_in_the_address_are_told_to_the_server() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await _request(reader)).partition(b"\r\n\r\n")[0]
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(head), head))
        await writer.drain()

    async def ask() -> bytes:
        async with serving(echo, user="me:my%20word@") as server, opened() as client:
            return (await asks(client, server))[1]

    head = uvloop.run(ask()).lower()
    assert b"authorization: basic bwu6bxkgd29yza==" in head
    assert b"host: 127.0.0.1:" in head


def test_a_server_must_prove_who_it_is(tmp_path: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(_certificate(tmp_path / "cert.pem"))

    async def ask() -> tuple[int, bytes]:
        async with serving(says(FULL), tls=tls) as server, opened() as client:
            return await asks(client, server)

    with pytest.raises(Unavailable) as refused:
        uvloop.run(ask())
    assert "CERTIFICATE_VERIFY_FAILED" in str(refused.value.__cause__)


def _certificate(path: Path) -> Path:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "raw")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + certificate.public_bytes(pem))
    return path
