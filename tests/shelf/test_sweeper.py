"""When the sweeper does a round, when it only removes what was just buried, and what a round goes through."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import shelves
from moonshelf import wiring
from moonshelf.errors import Unavailable
from moonshelf.limits.local import LocalLimits
from moonshelf.people.audit import Audit
from moonshelf.people.usage import Usage
from moonshelf.settings import Settings
from moonshelf.shelf.multipart import MultipartUploads
from moonshelf.shelf.parts import Parts
from moonshelf.shelf.sweeper import Sweeper, Swept
from patience import until


@contextmanager
def _sweeping(shelf: shelves.Shelf, rounds: list[str]) -> Iterator[Sweeper]:
    sweeper = _sweeper(shelf, lambda: rounds.append("round"), every_s=3600)
    sweeper.start()
    try:
        until(lambda: rounds)  # the first, at once
        yield sweeper
    finally:
        sweeper.stop()


def _sweeper(shelf: shelves.Shelf, *chores: Callable[[], None], every_s: float = 60) -> Sweeper:
    return Sweeper(shelf.uploads, shelf.files, shelf.gravedigger, chores, every_s=every_s)


def test_what_was_buried_goes_without_a_round(shelf: shelves.Shelf) -> None:
    rounds, account = list[str](), shelf.account()
    with _sweeping(shelf, rounds) as sweeper:
        file = shelf.add(account)
        assert list(shelf.blobs.keys())
        shelf.files.delete(account, file.id)
        sweeper.dig_soon()
        until(lambda: not list(shelf.blobs.keys()))
    assert len(rounds) == 1


def test_a_round_comes_at_once_where_something_was_let_go_of(shelf: shelves.Shelf) -> None:
    rounds: list[str] = []
    with _sweeping(shelf, rounds) as sweeper:
        sweeper.sweep_soon()
        until(lambda: len(rounds) == 2)


def test_a_round_ends_what_ran_out_and_removes_what_nobody_names(build: Callable[..., shelves.Shelf]) -> None:
    shelf, left = build(lease_s=-1), list[object]()
    lease = shelf.uploads.begin(shelf.account(), size=4)
    shelf.blobs.put(lease.blob, shelf.spool(b"text").path)
    sweeper = _sweeper(shelf, lambda: left.append(shelf.uploads.expire()))
    assert sweeper.sweep() == Swept(uploads=1, files=0, blobs=1)
    assert left == [0], "the chores come when uploads have ended, as what ends with them must go too"
    assert list(shelf.blobs.keys()) == []


@pytest.mark.parametrize("error", [Unavailable("The database"), KeyError("a bug")])
def test_a_round_that_failed_is_followed_by_the_next(shelf: shelves.Shelf, error: Exception) -> None:
    said: list[str] = []

    def fail_once() -> None:
        said.append("first")
        if len(said) == 1:
            raise error

    sweeper = _sweeper(shelf, fail_once, lambda: said.append("second"), every_s=0.01)
    sweeper.start()
    until(lambda: said.count("second") >= 2)
    sweeper.stop()
    assert said[:3] == ["first", "first", "second"]


def test_a_sweeper_that_is_told_to_stop_begins_no_round(shelf: shelves.Shelf) -> None:
    rounds: list[str] = []
    sweeper = _sweeper(shelf, lambda: rounds.append("round"))
    sweeper.start()
    until(lambda: rounds)
    sweeper.stop()
    assert len(rounds) == 1


def test_a_server_sweeps_all_that_is_kept_for_a_while_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[str] = []
    for kept, name in ((LocalLimits, "sweep"), *((one, "expire") for one in (Usage, Audit, Parts, MultipartUploads))):
        monkeypatch.setattr(kept, name, lambda _, whose=kept.__name__: swept.append(whose))
    services = wiring.build(Settings(data=tmp_path))
    services.shelf.sweeper.sweep()
    services.ports.database.close()
    assert swept == ["LocalLimits", "Usage", "Audit", "Parts", "MultipartUploads"]
