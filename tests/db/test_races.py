"""What two machines do at the same moment on PostgreSQL comes out as if one had followed the other.

Each test holds one of them between two steps, sees in the database that the other waits, and only then lets go: so it
is the same race every time.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text

import databases
import shelves
from moonshelf.db import Database, lock, now
from moonshelf.db.tables import accounts, files, limit_buckets, slices, uploads
from moonshelf.db.tables import identities as table
from moonshelf.limits import Charge, Rate
from moonshelf.limits.sql import SqlLimits
from moonshelf.limits.tiers import Tiers
from moonshelf.people import usage
from moonshelf.people.accounts import add
from moonshelf.people.identities import Identities
from moonshelf.people.openid import Person
from moonshelf.queue import Outstanding
from moonshelf.queue.local import LocalQueue
from moonshelf.work.claims import Claim
from moonshelf.work.paces import Paces
from moonshelf.work.slices import Slices
from patience import until
from servers.postgres import Postgres

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


@pytest.fixture
def shelf(postgres: Postgres, tmp_path: Path) -> Iterator[shelves.Shelf]:
    built = shelves.build(tmp_path, url=databases.on_postgresql(postgres))
    yield built
    built.database.close()


@contextmanager
def _held(database: Database) -> Iterator[tuple[Connection, Callable[[int], None]]]:
    """Open a transaction; the other one waits until so many transactions wait for a lock."""

    def waiting() -> int:
        with database.read() as tx:
            return int(tx.execute(_WAITING).scalar_one())

    with database.write() as tx:
        yield tx, lambda wanted: until(lambda: waiting() >= wanted)


def test_of_two_workers_who_claim_at_once_both_are_charged_to_their_account(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    files = {shelf.add(account).id, shelf.add(account, name="b.txt").id, shelf.add(account, name="c.txt").id}
    served = select(accounts.c.served).where(accounts.c.id == account)
    claims = [shelf.claim()]
    with shelf.database.read() as tx:
        once = tx.execute(served).scalar_one()
    with ThreadPoolExecutor(1) as pool:
        with _held(shelf.database) as (tx, until_waiting):
            claims.append(shelf.slices.claim(tx))
            other = pool.submit(shelf.claim)
            until_waiting(1)
        claims.append(other.result())
    assert {claim.file_id for claim in claims if claim} == files
    with shelf.database.read() as tx:
        assert tx.execute(served).scalar_one() == pytest.approx(3 * once)


def test_two_uploads_of_one_name_that_settle_at_once_get_a_name_each(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    leases = [shelf.uploads.begin(account, size=4) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        with _held(shelf.database) as (tx, until_waiting):
            for hour in (0, usage.HOUR_S):  # the next one too, which may begin meanwhile
                usage.add(tx, account, "files", 0, at=now(tx) + hour)
            made = []
            for waiting, lease in enumerate(leases, start=1):  # the first one has its name and is not committed
                made.append(pool.submit(shelf.add, account, lease=lease))
                until_waiting(waiting)
        names = sorted(one.result().filename for one in made)
    assert names == ["a (1).txt", "a.txt"]


def test_a_reading_that_is_committed_while_its_file_is_deleted_waits_and_holds_up_nobody(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file, claim = shelf.add(account), shelf.claim()
    assert claim is not None

    def commit() -> None:
        with shelf.database.write() as tx:
            shelf.readings.succeed(tx, claim, title="", degraded=False, pages=3)

    with ThreadPoolExecutor(1) as pool:
        with _held(shelf.database) as (tx, until_waiting):
            lock(tx, accounts, account)  # as a deletion begins
            reading = pool.submit(commit)
            until_waiting(1)
            lock(tx, files, file.id)
        reading.result()
    assert shelf.files.get(account, file.id).pages == 3


@pytest.mark.parametrize("number", [0, 1])
def test_an_account_that_is_removed_while_an_upload_settles_waits_and_holds_up_nobody(
    shelf: shelves.Shelf, number: int
) -> None:
    account = shelf.account()
    leases = [shelf.uploads.begin(account, size=4) for _ in range(2)]
    with ThreadPoolExecutor(1) as pool:
        with _held(shelf.database) as (tx, until_waiting):
            lock(tx, uploads, leases[number].id)  # as an upload begins to settle
            removing = pool.submit(shelf.departures.remove, account)
            until_waiting(1)
            lock(tx, accounts, account)
        removing.result()
    with shelf.database.read() as tx:
        assert tx.execute(select(uploads)).all() == tx.execute(select(accounts.c.id)).all() == []


class _Meanwhile(LocalQueue):
    """The queue of a machine that others work beside: something happens while it counts its tokens."""

    def __init__(self, database: Database, happens: Callable[[], object]) -> None:
        super().__init__(database, look_s=0.05, pause_s=0.05)
        self._happens = happens

    def outstanding(self, tx: Connection) -> Outstanding:
        del tx
        self._happens()
        return Outstanding(unspent=0, taken=frozenset())


def _finish(shelf: shelves.Shelf, claim: Claim) -> None:
    with shelf.database.write() as tx:
        shelf.slices.finish(tx, claim, pages=1)


def _go_on(shelf: shelves.Shelf, claim: Claim) -> None:
    with shelf.database.write() as tx:
        shelf.slices.release(tx, claim)
    assert shelf.claim() is not None


@pytest.mark.parametrize(("happens", "becomes"), [(_finish, "done"), (_go_on, "claimed")])
def test_what_came_to_an_end_or_to_another_worker_is_not_put_back_by_a_start(
    shelf: shelves.Shelf, happens: Callable[[shelves.Shelf, Claim], None], becomes: str
) -> None:
    shelf.add(shelf.account())
    claim = shelf.claim()
    assert claim is not None
    queue = _Meanwhile(shelf.database, lambda: happens(shelf, claim))
    starting = Slices(queue, slice_pages=16, paces=Paces(workers=1), tiers=Tiers({}, default=""))
    with shelf.database.write() as tx:
        starting.resume(tx)
    with shelf.database.read() as tx:
        assert tx.execute(select(slices.c.state).where(slices.c.id == claim.slice_id)).scalar_one() == becomes


def test_what_died_with_its_worker_is_put_back_by_a_start(shelf: shelves.Shelf) -> None:
    shelf.add(shelf.account())
    claim = shelf.claim()
    assert claim is not None
    queue = _Meanwhile(shelf.database, lambda: None)
    with shelf.database.write() as tx:
        Slices(queue, slice_pages=16, paces=Paces(workers=1), tiers=Tiers({}, default="")).resume(tx)
    with shelf.database.read() as tx:
        assert tx.execute(select(slices.c.state).where(slices.c.id == claim.slice_id)).scalar_one() == "waiting"


def test_two_requests_that_are_charged_for_the_same_buckets_never_wait_for_each_other(shelf: shelves.Shelf) -> None:
    limits = SqlLimits(shelf.database)
    first, second = Charge("a", Rate(10, 60)), Charge("b", Rate(10, 60))
    limits.settle([first, second])
    locked = select(limit_buckets.c.bucket).where(limit_buckets.c.bucket == "b").with_for_update()
    with ThreadPoolExecutor(2) as pool:
        with _held(shelf.database) as (tx, until_waiting):
            tx.execute(locked)
            taken = []
            for waiting, charges in enumerate(([second, first], [first, second]), start=1):
                taken.append(pool.submit(limits.take, charges))
                until_waiting(waiting)
        assert all(one.result().passed for one in taken)


def test_somebody_new_who_comes_in_two_tabs_at_once_gets_one_account(shelf: shelves.Shelf) -> None:
    identities, person = Identities(shelf.database), Person("https://id.example", "1", "ada@id.example", admin=False)
    with ThreadPoolExecutor(1) as pool:
        with _held(shelf.database) as (tx, until_waiting):
            first = add(tx, person.name, role="member").id
            tx.execute(
                insert(table).values(
                    issuer=person.issuer, subject="1", account_id=first, name=person.name, follows=True
                )
            )
            second = pool.submit(identities.enter, person)
            until_waiting(1)
        assert second.result() == first
