"""What a server holds for itself: its spool goes with it, and one that died leaves nothing to those that come after."""

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from moonshelf.ownership import hold
from moonshelf.wiring import Services
from servers.objects import ObjectServer
from servers.postgres import Postgres
from shelves import spooled


@pytest.fixture
def shared(wired: Callable[..., Services], tmp_path: Path, postgres: Postgres, object_server: ObjectServer) -> Services:
    """Give a machine that shares its database and its data folder."""
    return wired(database_url=postgres.database(), storage_url=object_server.url(tmp_path.name))


def _spool(services: Services, name: str) -> Path:
    """Leave a spool with something in it, as a server does that dies, and its lock."""
    spool = services.settings.data / "spool" / name
    spool.mkdir()
    (spool / "half").write_bytes(b"half an upload")
    lock = spool.with_suffix(".lock")
    lock.touch()
    return lock


def test_spools_of_the_dead_are_cleared_and_those_of_the_living_are_let_be(shared: Services) -> None:
    dead, living = _spool(shared, "dead"), _spool(shared, "living")
    with living.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with hold(shared):
            assert not dead.exists()
            assert not dead.with_suffix("").exists()
            assert (living.with_suffix("") / "half").exists()
            assert shared.ports.spool.is_dir()
        assert sorted(shared.ports.spool.parent.iterdir()) == [living.with_suffix(""), living]


def test_a_start_alone_finds_an_empty_spool(wired: Callable[..., Services]) -> None:
    services = wired()
    half = services.ports.spool / "half"
    half.write_bytes(b"half an upload")
    with hold(services):
        assert services.ports.spool.is_dir()
        assert not half.exists()


def test_work_whose_token_was_lost_is_given_out_again_by_the_sweeper(shared: Services) -> None:
    account = shared.people.accounts.create("ada").id
    with hold(shared):
        shared.shelf.files.add(shared.shelf.uploads.begin(account, size=4), spooled(shared.ports.spool))
        database = shared.ports.database
        with database.write() as tx:
            assert shared.ports.queue.outstanding(tx).unspent == 1
            tx.execute(text("DELETE FROM pgqueuer"))
        shared.shelf.sweeper.sweep()
        with database.read() as tx:
            assert shared.ports.queue.outstanding(tx).unspent == 1
