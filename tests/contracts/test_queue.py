"""What every queue promises; a new one joins in ``QUEUES``."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from types import SimpleNamespace
from typing import cast

import pytest
from pgqueuer.models import Job
from sqlalchemy import Connection, text

import databases
import shelves
from moonshelf import db
from moonshelf.db import Database, keepalives, schema
from moonshelf.db.listening import Listener
from moonshelf.errors import Unavailable
from moonshelf.queue import Queue
from moonshelf.queue.heartbeat import Heart
from moonshelf.queue.local import LocalQueue
from moonshelf.queue.postgres import PostgresQueue, _Token
from patience import PATIENCE_S, until
from servers.postgres import Postgres

QUEUES: dict[str, Callable[[Database], Queue]] = {
    "local": lambda database: LocalQueue(database, look_s=10 * PATIENCE_S, pause_s=0.01),
    "postgres": lambda database: _installed(PostgresQueue(database, look_s=0.1, heartbeat_s=1)),
}


def _named(_: Connection, ticket: str | None) -> tuple[str | None]:
    """Claim what there always is: the ticket itself."""
    return (ticket,)


def _installed(queue: PostgresQueue) -> PostgresQueue:
    queue.install()
    queue.install()  # as every start does
    return queue


@pytest.fixture(params=QUEUES)
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Queue, Database]]:
    url = databases.on_postgresql(request.getfixturevalue("postgres")) if request.param == "postgres" else None
    shelf = shelves.build(tmp_path, url=url)
    yield QUEUES[request.param](shelf.database), shelf.database
    shelf.database.close()


class _Crew:
    """Serves a queue on threads until it has worked *wanted* times."""

    def __init__(
        self,
        queue: Queue,
        database: Database,
        *,
        wanted: int,
        pushed: int | None = None,
        fail_first: int = 0,
        quick: bool = False,
    ) -> None:
        self.tickets: list[str | None] = []
        self._database = database
        self._failures = fail_first
        self._wanted = wanted
        self._pushed = wanted if pushed is None else pushed
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._stopping = threading.Event()
        self._queue = queue
        serve = partial(queue.serve, _named, self._work, self._stopping, quick=quick)
        self._threads = [threading.Thread(target=serve) for _ in range(3)]

    def _work(self, claim: tuple[str | None]) -> None:
        with self._lock:
            if self._failures:
                self._failures -= 1
                raise Unavailable("The database")
            self.tickets += claim
            if len(self.tickets) >= self._wanted:
                self._done.set()

    def run(self) -> bool:
        for thread in self._threads:
            thread.start()
        with self._database.write() as tx:
            self._queue.push(tx, self._pushed)
        met = self._done.wait(PATIENCE_S)
        self._stopping.set()
        self._queue.wake()
        for thread in self._threads:
            thread.join(PATIENCE_S)
        return met and not any(thread.is_alive() for thread in self._threads)


def test_every_token_is_worked_once_and_stopping_ends_every_thread(served: tuple[Queue, Database]) -> None:
    queue, database = served
    crew = _Crew(queue, database, wanted=20)
    assert crew.run()
    assert len(crew.tickets) == 20
    assert len(set(crew.tickets)) in {1, 20}  # without tickets, or with one each
    with database.read() as tx:
        assert not queue.outstanding(tx).taken


def test_a_token_whose_work_was_unavailable_is_spent_again(served: tuple[Queue, Database]) -> None:
    assert _Crew(*served, wanted=3, fail_first=4).run()


def test_quick_tokens_are_spent_by_those_who_do_nothing_else(served: tuple[Queue, Database]) -> None:
    queue, database = served
    with database.write() as tx:
        queue.push(tx, 2, quick=True)
    crew = _Crew(queue, database, wanted=3)
    assert crew.run()
    assert len(crew.tickets) == 3, "a quick token was spent by a thread that does all work"
    assert _Crew(queue, database, wanted=2, pushed=0, quick=True).run()
    with database.read() as tx:
        assert not queue.outstanding(tx).taken


def test_a_token_that_was_lost_only_delays_its_work_here(shelf: shelves.Shelf) -> None:
    queue = LocalQueue(shelf.database, look_s=0.01)
    assert _Crew(queue, shelf.database, wanted=1, pushed=0).run()


def test_what_is_unavailable_is_left_alone_for_a_while(shelf: shelves.Shelf) -> None:
    queue, stopping, tried = LocalQueue(shelf.database, pause_s=10 * PATIENCE_S), threading.Event(), SimpleQueue[str]()

    def claim(_: Connection, __: str | None) -> None:
        tried.put("claim")
        raise Unavailable("The database")

    thread = threading.Thread(target=queue.serve, args=(claim, tried.put, stopping))
    thread.start()
    with shelf.database.write() as tx:
        queue.push(tx, 1)
    try:
        tried.get(timeout=PATIENCE_S)
        with pytest.raises(Empty):
            tried.get(timeout=0.2)
    finally:
        stopping.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()


@pytest.fixture
def database(postgres: Postgres, tmp_path: Path) -> Iterator[Database]:
    shelf = shelves.build(tmp_path, url=databases.on_postgresql(postgres))
    yield shelf.database
    shelf.database.close()


def _queue(database: Database, **settings: float) -> PostgresQueue:
    return _installed(PostgresQueue(database, **settings))


def test_a_push_that_is_rolled_back_never_was(database: Database) -> None:
    queue = _queue(database)
    with suppress(ZeroDivisionError), database.write() as tx:
        queue.push(tx, 3)
        raise ZeroDivisionError
    with database.write() as tx:
        queue.push(tx, 2)
    with database.read() as tx:
        assert queue.outstanding(tx).unspent == 2


def test_a_dead_holders_token_comes_again_under_the_same_ticket(database: Database) -> None:
    dead, living = _queue(database), _queue(database, look_s=0.1, heartbeat_s=1)
    with database.write() as tx:
        living.push(tx, 1)
    taken = dead._take(_named, threading.Event(), quick=False)  # and never a heartbeat
    assert taken is not None
    crew = _Crew(living, database, wanted=1, pushed=0)
    assert crew.run()
    assert crew.tickets == [str(taken.job.id)]


def test_what_is_spent_is_ended_though_it_could_not_be_at_first(database: Database) -> None:
    queue, stopping = _queue(database), threading.Event()
    stopping.set()  # or it would pause
    with database.write() as tx:
        queue.push(tx, 17)
    for _ in range(16):
        queue._spend(_taken(queue), lambda _: None, stopping)

    def unavailable(_: Connection, __: str | None) -> None:
        raise Unavailable("The database")

    assert queue._take(unavailable, stopping, quick=False) is None
    last = _taken(queue)
    with database.read() as tx:
        assert queue.outstanding(tx).taken == {str(last.job.id)}


def _taken(queue: PostgresQueue) -> _Token[tuple[str | None]]:
    token = queue._take(_named, threading.Event(), quick=False)
    assert token is not None
    return token


def test_a_token_is_kept_while_its_work_takes_long(database: Database) -> None:
    first, second = (_queue(database, look_s=0.1, heartbeat_s=2) for _ in range(2))
    with database.write() as tx:
        first.push(tx, 1)
    stopping, done, worked = threading.Event(), threading.Event(), []

    def beats_on(before: object) -> bool:
        with database.read() as tx:
            return bool(tx.execute(text("SELECT heartbeat FROM pgqueuer")).scalar_one() != before)

    def slowly(claim: tuple[str | None]) -> None:
        worked.append(claim)
        began = time.monotonic()
        while time.monotonic() - began < 2.2:  # longer than it may be silent
            with database.read() as tx:
                before = tx.execute(text("SELECT heartbeat FROM pgqueuer")).scalar_one()
            until(partial(beats_on, before))
        done.set()

    threads = [threading.Thread(target=queue.serve, args=(_named, slowly, stopping)) for queue in (first, second)]
    for thread in threads:
        thread.start()
    assert done.wait(PATIENCE_S)
    stopping.set()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(worked) == 1


def test_what_is_pushed_is_called_out_to_other_machines(database: Database, postgres: Postgres) -> None:
    del postgres
    with database.read() as tx:
        url = tx.engine.url.set(drivername="postgresql").render_as_string()
    listener, queue = Listener(url, name="a test"), _queue(database, look_s=10 * PATIENCE_S)
    queue.hear(listener)
    heard = SimpleQueue[str]()
    listener.on("told", heard.put)
    listener.start()
    assert heard.get(timeout=PATIENCE_S) == ""  # it is connected
    stopping, together = threading.Event(), threading.Barrier(3, timeout=PATIENCE_S)
    threads = [
        threading.Thread(target=queue.serve, args=(_named, lambda _: together.wait(), stopping)) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    until(lambda: queue._wakeups[False]._waiting == 2)  # they have looked, and found nothing
    with database.write() as tx:
        _queue(database).push(tx, 2)
    together.wait()  # both work, though they were called out as one
    until(lambda: queue._wakeups[False]._waiting == 2)
    stopping.set()
    queue.wake()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    listener.stop()


def test_a_listener_whose_connection_dies_hears_again_and_says_that_it_missed_something(database: Database) -> None:
    with database.read() as tx:
        url = tx.engine.url.set(drivername="postgresql").render_as_string()
    listener, heard = Listener(url, name="a test"), SimpleQueue[str]()
    listener.on("told", heard.put)
    listener.start()
    assert heard.get(timeout=PATIENCE_S) == ""
    with database.write() as tx:
        mine = "application_name = 'a test' AND datname = current_database()"
        tx.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))  # noqa: S608 - ours
    assert heard.get(timeout=PATIENCE_S) == ""
    with database.write() as tx:
        tx.execute(text("SELECT pg_notify('told', 'again')"))
    assert heard.get(timeout=PATIENCE_S) == "again"
    listener.stop()


def test_machines_that_start_at_once_make_one_schema_and_no_later_start_waits_for_work(postgres: Postgres) -> None:
    url = postgres.database()

    def start(_: int) -> None:
        with closing(db.connect(url)) as database:
            schema.migrate(database)
            PostgresQueue(database).install()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))
        with closing(db.connect(url)) as database, database.write() as tx:
            PostgresQueue(database).push(tx, 1)  # holds what a change of the schema would wait for
            pool.submit(start, 4).result(timeout=PATIENCE_S)


@pytest.mark.parametrize("error", [Unavailable("The database"), KeyError("a bug")])
def test_a_beat_that_is_missed_loses_no_token_and_tidying_comes_once_an_hour(error: Exception) -> None:
    beats: list[tuple[list[int], list[int], bool]] = []

    def beat(held: Sequence[Job], spent: Sequence[Job], *, tidy: bool) -> None:
        beats.append(([one.id for one in held], [one.id for one in spent], tidy))
        if len(beats) == 1:
            raise error

    heart = Heart(beat, every_s=0.01)
    spent, held = (cast("Job", SimpleNamespace(id=number)) for number in (1, 2))
    heart.spend(spent)
    with heart.beating():
        until(lambda: len(beats) >= 2)
        heart.keep(held)
        until(lambda: len(beats) >= 4)
        heart.forget(held)
    assert beats[:2] == [([1], [1], True)] * 2
    assert beats[2] == ([2], [], False)


def test_what_became_of_tokens_is_not_kept_for_ever(database: Database) -> None:
    queue = _queue(database)
    with database.write() as tx:
        queue.push(tx, 2)
        tx.execute(text("UPDATE pgqueuer_log SET created = now() - interval '2 days'"))
        queue.push(tx, 1)
    queue._beat((), (), tidy=True)
    with database.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM pgqueuer_log")).scalar_one() == 1


def test_a_database_lets_go_soon_of_what_a_machine_that_is_gone_had_locked(database: Database) -> None:
    if not database.shared:
        pytest.skip("SQLite is on the machine itself")
    with database.read() as tx:
        told = {name: str(tx.execute(text(f"SHOW {name}")).scalar_one()) for name in keepalives.THERE}
    assert told == keepalives.THERE
