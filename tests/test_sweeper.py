"""When the sweeper does a round, and when it only removes what was just buried."""

from collections.abc import Iterator
from contextlib import contextmanager

import shelf as shelves
from moonshelf.limits.local import LocalLimits
from moonshelf.shelf.sweeper import Sweeper
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
