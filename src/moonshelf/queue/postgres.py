"""Tokens in PostgreSQL, carried by pgqueuer: durable, shared by any number of machines, taken from the dead.

The tables, their SQL and their upgrades are pgqueuer's, so its tools show what happens here. Its loop is not used:
a worker here is a thread that takes a token when it is free, so no machine holds tokens that another could spend.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from threading import Event
from typing import Final, Generic, TypeVar
from uuid import uuid4

import structlog
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.models import Job
from pgqueuer.queries import EntrypointExecutionParameter, Queries
from pgqueuer.types import QueueEntrypoint, QueueManagerId
from sqlalchemy import BigInteger, Connection, Text, delete, func, literal_column, select, text
from sqlalchemy import table as sql_table

from moonshelf.db import Database, hurry
from moonshelf.db.listening import Listener
from moonshelf.errors import Unavailable
from moonshelf.queue import Outstanding
from moonshelf.queue.driver import finished, on
from moonshelf.queue.heartbeat import Heart
from moonshelf.queue.wakeups import Wakeups

HEARTBEAT_S: Final = 6.0
"""A token whose holder shows no life for so long is given to another worker."""
_BEATS: Final = 4  # in that time
_PAUSE_S: Final = 1.0  # after something was unavailable
_INSTALLING: Final = 0x70677175  # the advisory lock that one of several starting machines holds
_LOOK_S: Final = 2.0  # how often a free worker looks for a token that nobody called out, or a dead worker's
_KEPT: Final = "interval '1 day'"  # pgqueuer writes down what becomes of each token, and removes none of it
_CHANNEL: Final = "moonshelf_work"  # of our own: pgqueuer's tells of every change to a token, not only of new ones
_QUICK: Final = "quick"  # what the channel says of quick tokens
_KINDS: Final = {False: QueueEntrypoint("moonshelf.slice"), True: QueueEntrypoint("moonshelf.quick")}
_ANY: Final = EntrypointExecutionParameter(concurrency_limit=0)
_ID: Final = literal_column("id", BigInteger)
_STATUS: Final = literal_column("status::text", Text)
_LOGGED_AT_ONCE: Final = 16  # spent tokens
_Claim = TypeVar("_Claim")
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
        self._wakeups = {False: Wakeups(), True: Wakeups()}
        self._heart = Heart(self._beat, every_s=heartbeat_s / _BEATS)

    def install(self) -> None:
        """Bring pgqueuer's schema to its installed release's; safe to call by several processes at once.

        What was done once is not done at every start: it takes locks that all uploads and claims would wait for.
        """
        table, trigger = self._statements[0].qualified.queue_table, self._statements[0].settings.trigger
        mark = f"of pgqueuer {version('pgqueuer')}, its notifications off"
        with self._db.raw() as connection:
            connection.execute(select(func.pg_advisory_lock(_INSTALLING)))
            try:
                if (
                    connection.execute(select(func.obj_description(func.to_regclass(table), "pg_class"))).scalar()
                    == mark
                ):
                    return
                queries = self._on(connection)
                if not finished(queries.schema_is_installed()):
                    finished(queries.install())
                finished(queries.apply_upgrade())
                # They tell of every change to a token, which nobody hears; yet for each, PostgreSQL wakes every
                # connection that listens for anything, and lets no two transactions commit at once.
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}"))
                connection.execute(text(f"COMMENT ON TABLE {table} IS '{mark}'"))
            finally:
                connection.execute(select(func.pg_advisory_unlock(_INSTALLING)))

    def hear(self, listener: Listener) -> None:
        """Learn of new tokens from *listener*."""
        listener.on(_CHANNEL, lambda said: self._wakeups[said == _QUICK].wake_one())

    def push(self, tx: Connection, tokens: int, *, quick: bool = False) -> None:
        """Add rows in *tx*; its commit tells every machine."""
        if tokens:
            finished(self._on(tx).enqueue([_KINDS[quick]] * tokens, [None] * tokens, [0] * tokens))
            tx.execute(select(func.pg_notify(_CHANNEL, _QUICK if quick else "")))

    def serve(
        self,
        claim: Callable[[Connection, str | None], _Claim | None],
        work: Callable[[_Claim], None],
        stopping: Event,
        *,
        quick: bool = False,
    ) -> None:
        """Take tokens while there are any, those of dead workers too; then wait for one to be called out."""
        wakeups = self._wakeups[quick]
        with self._heart.beating():
            while not stopping.is_set():
                token = self._take(claim, stopping, quick=quick)
                if token is None:
                    wakeups.wait(self._look_s)
                    continue
                wakeups.wake_one()  # several tokens may have been called out at once: let a neighbour look too
                self._spend(token, work, stopping)
            wakeups.wake_one()  # it may have woken us for this alone: wake the next thread too

    def wake(self) -> None:
        """Have a serving thread of each kind look at its *stopping* now."""
        for wakeups in self._wakeups.values():
            wakeups.wake_one()

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

    def _take(
        self, claim: Callable[[Connection, str | None], _Claim | None], stopping: Event, *, quick: bool
    ) -> "_Token[_Claim] | None":
        """Take a token and claim what it is good for, in one transaction.

        A crash of the database may undo it, and nobody heartbeats for a token whose commit came to nobody's ears:
        either way it is given out again.
        """
        spent = self._heart.spent(at_least=_LOGGED_AT_ONCE)
        try:
            with self._db.write() as tx:
                hurry(tx)
                if spent:
                    self._log(tx, spent)
                found = finished(self._on(tx).dequeue(1, {_KINDS[quick]: _ANY}, self._me, None, self._heartbeat))
                token = _Token(found[0], claim(tx, str(found[0].id))) if found else None
        except Unavailable as error:
            self._heart.spend(*spent)
            _log.warning("queue.postponed", reason=str(error))
            stopping.wait(_PAUSE_S)
            return None
        if token is not None:
            self._heart.keep(token.job)
        return token

    def _spend(self, token: "_Token[_Claim]", work: Callable[[_Claim], None], stopping: Event) -> None:
        try:
            if token.claim is not None:
                work(token.claim)
        except Unavailable as error:
            # Without a heartbeat it is given out again, to us or to a worker that fares better.
            self._heart.forget(token.job)
            _log.warning("queue.postponed", reason=str(error))
            stopping.wait(_PAUSE_S)
        else:
            self._heart.spend(token.job)

    def _log(self, tx: Connection, spent: Sequence[Job]) -> None:
        finished(self._on(tx).log_jobs([(job, "successful", None) for job in spent]))

    def _beat(self, held: Sequence[Job], spent: Sequence[Job], *, tidy: bool) -> None:
        with self._db.write() as tx:
            hurry(tx)
            if held:
                finished(self._on(tx).update_heartbeat([job.id for job in held]))
            if spent:
                self._log(tx, spent)
            if tidy:
                for name in (
                    self._statements[0].qualified.queue_table_log,
                    self._statements[0].qualified.statistics_table,
                ):
                    old = literal_column("created") < func.now() - text(_KEPT)
                    tx.execute(delete(sql_table(name)).where(old))

    def _on(self, tx: Connection) -> Queries:
        return Queries(on(tx), *self._statements)


@dataclass(frozen=True, slots=True)
class _Token(Generic[_Claim]):
    job: Job
    claim: _Claim | None  # what it was good for
