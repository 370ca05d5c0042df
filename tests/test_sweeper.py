"""When the sweeper does a round, when it only removes what was just buried, and what a round goes through."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import shelf as shelves
from moonshelf.errors import Unavailable
from moonshelf.limits.local import LocalLimits
from moonshelf.shelf.sweeper import Sweeper, Swept
from patience import until


class _Rounds:
    """Records that tell how often they were asked to let go of what is too old."""

    def __init__(self) -> None:
        self.count = 0

    def expire(self) -> None:
        self.count += 1


@contextmanager
def _sweeping(shelf: shelves.Shelf, rounds: _Rounds) -> Iterator[Sweeper]:
    sweeper = Sweeper(
        shelf.uploads, shelf.gravedigger, LocalLimits(), every_s=3600, mend=lambda: None, records=[rounds]
    )
    sweeper.start(shelf.files)
    try:
        until(lambda: rounds.count)  # the first, at once
        yield sweeper
    finally:
        sweeper.stop()


def test_what_was_buried_goes_without_a_round(shelf: shelves.Shelf) -> None:
    rounds, account = _Rounds(), shelf.account()
    with _sweeping(shelf, rounds) as sweeper:
        file = shelf.add(account)
        assert list(shelf.blobs.keys())
        shelf.files.delete(account, file.id)
        sweeper.dig()
        until(lambda: not list(shelf.blobs.keys()))
    assert rounds.count == 1


def test_a_round_comes_at_once_where_something_was_let_go_of(shelf: shelves.Shelf) -> None:
    rounds = _Rounds()
    with _sweeping(shelf, rounds) as sweeper:
        sweeper.hurry()
        until(lambda: rounds.count == 2)


class _Counts(LocalLimits):
    """Counts that tell when they are swept."""

    def __init__(self, said: list[str]) -> None:
        super().__init__()
        self._said = said

    def sweep(self) -> None:
        self._said.append("limits")


class _Record:
    def __init__(self, said: list[str]) -> None:
        self._said = said

    def expire(self) -> None:
        self._said.append("record")


def _sweeper(shelf: shelves.Shelf, said: list[str], mend: Callable[[], None], *, every_s: float = 60) -> Sweeper:
    records = [_Record(said), _Record(said)]
    return Sweeper(shelf.uploads, shelf.gravedigger, _Counts(said), every_s=every_s, mend=mend, records=records)


def test_a_round_ends_what_ran_out_and_removes_what_nobody_names(build: Callable[..., shelves.Shelf]) -> None:
    shelf, said = build(lease_s=-1), list[str]()
    lease = shelf.uploads.begin(shelf.account(), size=4)
    shelf.blobs.put(lease.blob, shelf.spool(b"text").path)
    sweeper = _sweeper(shelf, said, lambda: said.append("mended"))
    assert sweeper.sweep(shelf.files) == Swept(uploads=1, files=0, blobs=1)
    assert said == ["mended", "limits", "record", "record"]
    assert list(shelf.blobs.keys()) == []


def test_a_round_that_was_unavailable_is_followed_by_the_next(shelf: shelves.Shelf) -> None:
    said: list[str] = []

    def mend() -> None:
        said.append("mended")
        if len(said) == 1:
            raise Unavailable("The database")

    sweeper = _sweeper(shelf, said, mend, every_s=0.01)
    sweeper.start(shelf.files)
    until(lambda: said.count("record") >= 2)
    sweeper.stop()
    assert said[:3] == ["mended", "mended", "limits"]


def test_a_sweeper_that_is_told_to_stop_begins_no_round(shelf: shelves.Shelf) -> None:
    said: list[str] = []
    sweeper = _sweeper(shelf, said, lambda: said.append("mended"))
    sweeper.start(shelf.files)
    until(lambda: said.count("record") == 2)
    sweeper.stop()
    assert said.count("mended") == 1
