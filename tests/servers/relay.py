"""A relay before PostgreSQL that can lose one commit, or the answer to one: nobody behind it knows which it was."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from typing import Final, Literal
from urllib.parse import urlsplit

_COMMIT: Final = b"Q\0\0\0\x0bCOMMIT\0"
_PIECE: Final = 65_536
What = Literal["question", "answer"]


class Relay:
    """Passes everything on, but for the one commit that is to get lost; that one's connection ends with it."""

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self._there = there.hostname, there.port
        self._here = socket.create_server(("127.0.0.1", 0))
        self.url = there._replace(netloc=f"postgres@127.0.0.1:{self._here.getsockname()[1]}").geturl()
        self.commits = 0
        self._lock = Lock()
        self._losing: tuple[int, What, Callable[[], object]] | None = None
        self._thread = Thread(target=self._serve, daemon=True)

    def start(self) -> "Relay":
        self._thread.start()
        return self

    def stop(self) -> None:
        with suppress(OSError):
            self._here.shutdown(socket.SHUT_RDWR)
        self._here.close()

    def lose(self, what: What, *, of: int, then: Callable[[], object] = lambda: None) -> None:
        """Lose this of the commit that comes as number *of* from now on, and call *then* before anybody can tell."""
        with self._lock:
            self.commits = 0
            self._losing = of, what, then

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._here.accept()
            except OSError:
                return  # stopped
            Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(self._there) as server:
            back = Thread(target=_answers, args=(server, client), daemon=True)
            back.start()
            self._pass(client, server)
            back.join()

    def _pass(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while piece := client.recv(_PIECE):
                if _COMMIT in piece and (lost := self._counted()):
                    what, then = lost
                    _end(client)  # before the answer can come
                    if what == "answer":
                        server.sendall(piece)
                        server.shutdown(socket.SHUT_WR)
                        while server.recv(_PIECE):
                            pass
                    then()
                    break
                server.sendall(piece)
        except OSError:
            pass
        _end(client)
        _end(server)

    def _counted(self) -> tuple[What, Callable[[], object]] | None:
        with self._lock:
            self.commits += 1
            if self._losing is None or self.commits != self._losing[0]:
                return None
            (_, what, then), self._losing = self._losing, None
            return what, then


def _answers(server: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while piece := server.recv(_PIECE):
            client.sendall(piece)
    _end(client)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
