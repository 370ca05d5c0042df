"""Hearing what other machines tell through PostgreSQL: LISTEN on one connection, for as long as the process runs."""

from collections.abc import Callable
from threading import Event, Thread

import psycopg
import structlog
from psycopg import sql
from psycopg.conninfo import make_conninfo

from moonshelf.db import keepalives

_LOOK_S = 0.5  # how soon it sees that it is to stop
_AGAIN_S = 1.0
_log = structlog.get_logger()

Heard = Callable[[str], None]
"""Takes a notification's payload, or an empty text where some may have been missed."""


class Listener:
    """One thread that calls back; a connection that breaks is made again, and what was missed meanwhile is said."""

    def __init__(self, url: str, *, name: str) -> None:
        """Listen at *url* on a connection that others see by *name*."""
        self._where = make_conninfo(url, application_name=name, **keepalives.HERE)
        self._heard: dict[str, Heard] = {}
        self._stopping = Event()
        self._thread: Thread | None = None

    def on(self, channel: str, heard: Heard) -> None:
        """Have *heard* called for each notification on *channel*; before the start."""
        self._heard[channel] = heard

    def start(self) -> None:
        """Listen in the background."""
        self._thread = Thread(target=self._run, name="listener")
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error as error:  # a standby's refusal to listen is no operational one
                _log.warning("listener.lost", reason=str(error))
                self._stopping.wait(_AGAIN_S)

    def _listen(self) -> None:
        with psycopg.connect(self._where, autocommit=True) as connection:
            keepalives.keep_there(connection)
            for channel in self._heard:
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            for heard in self._heard.values():
                heard("")
            while not self._stopping.is_set():
                for note in connection.notifies(timeout=_LOOK_S):
                    self._heard[note.channel](note.payload)
