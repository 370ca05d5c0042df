"""Channels between parent and child: messages over a socket, each with its length before it.

A child has parsed hostile bytes and may be in other hands by now: its messages are decoded strictly into the types of
``messages``, never unpickled, and are bounded in size; descriptors that it sends are dropped by the kernel.
"""

import select
import socket
import struct
import time
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import msgspec

from moonshelf.errors import LimitReached

_MOST_BYTES = 256 * 2**20  # the facts of a page, above all
_LENGTH = struct.Struct(">I")
_PIECE = 1 << 20
_BLINK_S = 0.1  # how late a cancellation may be noticed


class Closed(Exception):
    """The other side is gone, or talks nonsense."""


class Overdue(Exception):
    """Nothing came in time."""


class Cancelled(Exception):
    """The caller no longer wants the answer."""


Cancel = Callable[[], bool]
"""Says whether the caller has lost interest; asked several times a second."""


def never() -> bool:
    """Be a caller who stays."""
    return False


Heard = TypeVar("Heard")


class Channel(Generic[Heard]):
    """A stream of length-prefixed messages over a connected socket, which it owns."""

    def __init__(
        self, end: socket.socket, decoder: "msgspec.msgpack.Decoder[Heard]", *, most_bytes: int = _MOST_BYTES
    ) -> None:
        """Talk over *end*; a message of more than *most_bytes* is nonsense."""
        self._socket = end
        self._decoder = decoder
        self._most_bytes = most_bytes
        self._poll = select.poll()
        self._poll.register(end, select.POLLIN)

    def send(self, message: msgspec.Struct, descriptors: Iterable[int] = ()) -> None:
        """Send *message* with open *descriptors*. Raises ``Closed`` where the other side does not take it.

        Raises ``LimitReached`` where the message is longer than the other side would believe.
        """
        body = msgspec.msgpack.encode(message)
        if len(body) > self._most_bytes:
            raise LimitReached(f"what was read of it takes more than {self._most_bytes / 2**20:.4g} MB")
        try:
            if passed := list(descriptors):
                socket.send_fds(self._socket, [_LENGTH.pack(len(body))], passed)
                self._socket.sendall(body)
            else:
                self._socket.sendall(_LENGTH.pack(len(body)) + body)
        except OSError as error:
            raise Closed from error

    def receive(self, *, timeout_s: float | None = None, cancelled: Cancel = never) -> Heard:
        """Wait for the next message. Raises ``Closed``, ``Overdue`` or ``Cancelled``."""
        until = None if timeout_s is None else time.monotonic() + timeout_s
        return self._decode(self._exactly(self._length(until, cancelled), until, cancelled))

    def receive_with_descriptors(self, count: int) -> tuple[Heard, list[int]]:
        """Wait for a message that brings *count* open files along; the caller closes them."""
        try:
            header, descriptors, _, _ = socket.recv_fds(self._socket, _LENGTH.size, count)
        except OSError as error:
            raise Closed from error
        if len(header) != _LENGTH.size or len(descriptors) != count:
            raise Closed
        body = self._exactly(self._checked(header), None, never)
        return self._decode(body), descriptors

    def close(self) -> None:
        """Close the socket; the other side notices."""
        self._socket.close()

    def _length(self, until: float | None, cancelled: Cancel) -> int:
        return self._checked(self._exactly(_LENGTH.size, until, cancelled))

    def _checked(self, header: bytes | bytearray) -> int:
        length = int(_LENGTH.unpack(header)[0])
        if length > self._most_bytes:
            raise Closed
        return length

    def _exactly(self, length: int, until: float | None, cancelled: Cancel) -> bytearray:
        # Grows with what has come, so a length that is a lie costs nothing; returned as it is, for it may be large.
        body = bytearray()
        while len(body) < length:
            self._wait(until, cancelled)
            try:
                piece = self._socket.recv(min(_PIECE, length - len(body)))
            except OSError as error:
                raise Closed from error
            if not piece:
                raise Closed
            body += piece
        return body

    def _wait(self, until: float | None, cancelled: Cancel) -> None:
        while True:
            if cancelled():
                raise Cancelled
            left = _BLINK_S if until is None else until - time.monotonic()
            if left <= 0:
                raise Overdue
            if self._poll.poll(min(left, _BLINK_S) * 1000):
                return

    def _decode(self, body: bytearray) -> Heard:
        try:
            return self._decoder.decode(body)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise Closed from error
