"""Tokens in PostgreSQL, carried by pgqueuer: durable, shared by any number of machines, taken from the dead.

The tables, their SQL and their upgrades are pgqueuer's, so its tools show what happens here. Its loop is not used:
a worker here is a thread that takes a token when it is free, so no machine holds tokens that another could spend.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Condition, Event, Lock, Thread
from typing import Final
from uuid import uuid4

import structlog
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.models import Job
from pgqueuer.queries import EntrypointExecutionParameter, Queries
from pgqueuer.types import JobId, QueueEntrypoint, QueueManagerId
from sqlalchemy import BigInteger, Connection, Text, delete, func, literal_column, select, text
from sqlalchemy import table as sql_table

from moonshelf.db import Database, hurry
from moonshelf.errors import Unavailable
from moonshelf.listening import Listener
from moonshelf.queue import Outstanding
from moonshelf.queue.driver import finished, on

HEARTBEAT_S: Final = 6.0
"""A token whose holder shows no life for so long is given to another worker."""
_BEATS: Final = 4  # in that time
_PAUSE_S: Final = 1.0  # after something was unavailable
_TIDY_S: Final = 3600.0
_INSTALLING: Final = 0x70677175  # the advisory lock that one of several starting machines holds
_LOOK_S: Final = 2.0  # how often a free worker looks for a token that nobody called out, or a dead worker's
_KEPT: Final = "interval '1 day'"  # pgqueuer writes down what becomes of each token, and removes none of it
_CHANNEL: Final = "moonshelf_work"  # of our own: pgqueuer's tells of every change to a token, not only of new ones
_QUICK: Final = "quick"  # what the channel says of quick tokens
_KINDS: Final = {False: QueueEntrypoint("moonshelf.slice"), True: QueueEntrypoint("moonshelf.quick")}
_ANY: Final = EntrypointExecutionParameter(concurrency_limit=0)
_ID: Final = literal_column("id", BigInteger)
_STATUS: Final = literal_column("status::text", Text)
_log = structlog.get_logger()


class PostgresQueue:
    """One token a row of pgqueuer's; the row's id is the ticket."""

    def __init__(self, database: Database, *, look_s: float = _LOOK_S, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._db = database
        self._look_s = look_s
        self._heartbeat = timedelta(seconds=heartbeat_s)
        # Kept, because each reads its settings from the environment and renders its statements.
        self._statements = QueryBuilderEnvironment(), QueryQueueBuilder(), QuerySchedulerBuilder()
        self._me = QueueManagerId(uuid4())
        self._bells = {False: _Bell(), True: _Bell()}
        self._heart = _Heart(self._beat, every_s=heartbeat_s / _BEATS)

    def install(self) -> None:
        """Bring pgqueuer's schema to its installed release's; safe to call by several processes at once."""
        with self._db.raw() as connection:
            connection.execute(select(func.pg_advisory_lock(_INSTALLING)))
            try:
                queries = self._on(connection)
                if not finished(queries.schema_is_installed()):
                    finished(queries.install())
                finished(queries.apply_upgrade())
            finally:
                connection.execute(select(func.pg_advisory_unlock(_INSTALLING)))

    def hear(self, listener: Listener) -> None:
        """Learn of new tokens from *listener*."""
        listener.on(_CHANNEL, lambda said: self._bells[said == _QUICK].ring())

    def push(self, tx: Connection, tokens: int, *, quick: bool = False) -> None:
        """Add rows in *tx*; its commit tells every machine."""
        if tokens:
            finished(self._on(tx).enqueue([_KINDS[quick]] * tokens, [None] * tokens, [0] * tokens))
            tx.execute(select(func.pg_notify(_CHANNEL, _QUICK if quick else "")))

    def serve(self, work: Callable[[str | None], None], stopping: Event, *, quick: bool = False) -> None:
        """Take tokens while there are any, those of dead workers too; then wait for one to be called out."""
        bell = self._bells[quick]
        with self._heart.beating():
            spent: Job | None = None
            while True:
                job = self._exchange(spent, stopping, quick=quick)
                spent = None
                if job is not None:
                    bell.ring()  # several tokens may have been called out at once: let a neighbour look too
                    spent = self._spend(job, work, stopping)
                elif stopping.is_set():
                    bell.ring()  # it may have woken us for this alone: wake the next thread too
                    return
                else:
                    bell.wait(self._look_s)

    def wake(self) -> None:
        """Have a serving thread of each kind look at its *stopping* now."""
        for bell in self._bells.values():
            bell.ring()

    def outstanding(self, tx: Connection) -> Outstanding:
        """Ask pgqueuer's table."""
        table = sql_table(self._statements[0].qualified.queue_table)
        plain = literal_column("entrypoint", Text) == _KINDS[False]
        unspent = select(func.count()).select_from(table).where(_STATUS == "queued", plain)
        taken = select(_ID).select_from(table).where(_STATUS == "picked")
        return Outstanding(
            unspent=tx.execute(unspent).scalar_one(),
            taken=frozenset(str(ticket) for ticket in tx.execute(taken).scalars()),
        )

    def _exchange(self, spent: Job | None, stopping: Event, *, quick: bool) -> Job | None:
        """Do away with the token that was *spent*, and take the next one."""
        job = None
        try:
            with self._db.write() as tx:
                # What a crash of the database undoes here costs nothing: the token is spent once more.
                hurry(tx)
                queries = self._on(tx)
                if spent is not None:
                    finished(queries.log_jobs([(spent, "successful", None)]))
                if not stopping.is_set():
                    found = finished(queries.dequeue(1, {_KINDS[quick]: _ANY}, self._me, None, self._heartbeat))
                    job = found[0] if found else None
        except Unavailable as error:
            _log.warning("queue.postponed", reason=str(error))
            stopping.wait(_PAUSE_S)
            return None
        finally:
            if spent is not None:
                self._heart.forget(spent.id)
        if job is not None:
            self._heart.keep(job.id)
        return job

    def _spend(self, job: Job, work: Callable[[str | None], None], stopping: Event) -> Job | None:
        try:
            work(str(job.id))
        except Unavailable as error:
            # Without a heartbeat it is given out again, to us or to a worker that fares better.
            self._heart.forget(job.id)
            _log.warning("queue.postponed", reason=str(error))
            stopping.wait(_PAUSE_S)
            return None
        return job

    def _beat(self, held: list[int], *, tidy: bool) -> None:
        with self._db.write() as tx:
            hurry(tx)
            if held:
                finished(self._on(tx).update_heartbeat([JobId(ticket) for ticket in held]))
            if tidy:
                for name in (
                    self._statements[0].qualified.queue_table_log,
                    self._statements[0].qualified.statistics_table,
                ):
                    old = literal_column("created") < func.now() - text(_KEPT)
                    tx.execute(delete(sql_table(name)).where(old))

    def _on(self, tx: Connection) -> Queries:
        return Queries(on(tx), *self._statements)


class _Bell:
    """Wakes threads that wait, one a ring; rings that nobody waited for are as one."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._rings = 0
        self._waiting = 0

    def ring(self) -> None:
        with self._condition:
            self._rings = min(self._rings + 1, max(self._waiting, 1))
            self._condition.notify()

    def wait(self, timeout_s: float) -> None:
        with self._condition:
            self._waiting += 1
            if self._condition.wait_for(lambda: self._rings > 0, timeout_s):
                self._rings -= 1
            self._waiting -= 1


class _Heart:
    """Shows life for the tokens that this process holds, on one thread while any thread serves."""

    def __init__(self, beat: Callable[..., None], *, every_s: float) -> None:
        self._beat = beat
        self._every_s = every_s
        self._lock = Lock()
        self._held: set[int] = set()
        self._served = 0
        self._stopping = Event()

    def keep(self, ticket: int) -> None:
        with self._lock:
            self._held.add(ticket)

    def forget(self, ticket: int) -> None:
        with self._lock:
            self._held.discard(ticket)

    @contextmanager
    def beating(self) -> Iterator[None]:
        with self._lock:
            self._served += 1
            if self._served == 1:
                self._stopping = Event()
                Thread(target=self._run, args=(self._stopping,), name="heartbeat").start()
        try:
            yield
        finally:
            with self._lock:
                self._served -= 1
                if not self._served:
                    self._stopping.set()

    def _run(self, stopping: Event) -> None:
        tidied = time.monotonic() - _TIDY_S
        while not stopping.wait(self._every_s):
            tidy = time.monotonic() - tidied > _TIDY_S
            with self._lock:
                held = list(self._held)
            try:
                if held or tidy:
                    self._beat(held, tidy=tidy)
            except Unavailable as error:
                _log.warning("heartbeat.missed", reason=str(error))
            else:
                tidied = time.monotonic() if tidy else tidied
