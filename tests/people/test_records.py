"""What is written down of people: kept as long as was said, and told as it is asked for."""

from contextlib import closing

import pytest
from sqlalchemy import func, select, update

import shelves
from moonshelf import db
from moonshelf.db import now, tables
from moonshelf.errors import Unavailable
from moonshelf.people import audit, usage
from moonshelf.people.audit import Audit
from moonshelf.people.usage import HOUR_S, Usage


def _note(shelf: shelves.Shelf, account: str, *deeds: str, subject: str = "s") -> None:
    with shelf.database.write() as tx:
        for deed in deeds:
            audit.note(tx, account, deed, subject)


def test_the_audit_log_is_read_back_page_by_page_and_kind_by_kind(shelf: shelves.Shelf) -> None:
    log = Audit(shelf.database, keep_s=60)
    for number in range(5):
        _note(shelf, "acct_gone", f"deed.{number % 2}", subject=f"{number}")
    first = log.latest(limit=2)
    assert first[0].account == "acct_gone"
    rest = log.latest(limit=9, before=first[-1].id)
    assert {one.subject for one in (*first, *rest)} == set("01234")
    assert (len(first), len(rest)) == (2, 3)
    assert {one.subject for one in log.latest(limit=9, action="deed.1")} == {"1", "3"}


def test_a_subject_is_cut_and_an_entry_forgotten_in_time(shelf: shelves.Shelf) -> None:
    log = Audit(shelf.database, keep_s=60)
    _note(shelf, "acct_1", "old", "older")
    with shelf.database.write() as tx:
        tx.execute(update(tables.audit).values(at=int(now(tx)) - 100))
    _note(shelf, "acct_1", "new", subject="x" * 1_000)
    log.expire()
    (entry,) = log.latest(limit=9)
    assert (entry.action, len(entry.subject)) == ("new", 300)


def test_usage_is_added_up_by_the_hour_for_whom_and_since_when_it_is_asked(shelf: shelves.Shelf) -> None:
    counts = Usage(shelf.database, keep_s=2 * HOUR_S)
    with shelf.database.write() as tx:
        hour = int(now(tx)) // HOUR_S * HOUR_S
        for account in ("ada", "ben"):
            for ago in (0, 1, HOUR_S, 3 * HOUR_S):
                usage.add(tx, account, "pages", 1, at=hour + HOUR_S / 2 - ago)
    told = counts.sums(since=hour - HOUR_S, step_s=HOUR_S, account_id="ada")
    assert [(one.at - hour, one.what, one.count) for one in told] == [(-HOUR_S, "pages", 1), (0, "pages", 2)]
    assert [one.count for one in counts.sums(since=0, step_s=HOUR_S)] == [2, 2, 4]
    assert counts.by_account(since=hour) == {"ada": {"pages": 2}, "ben": {"pages": 2}}
    with shelf.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(tables.usage)).scalar_one() == 6
    counts.expire()
    assert [one.count for one in counts.sums(since=0, step_s=HOUR_S)] == [2, 4]


def test_requests_that_could_not_be_written_down_are_not_lost(shelf: shelves.Shelf) -> None:
    with closing(db.connect("postgresql://nobody@127.0.0.1:9/gone")) as gone:
        counts = Usage(gone, keep_s=HOUR_S)
        counts.count("ada", "requests")
        with pytest.raises(Unavailable):
            counts.write_down()
    counts.count("ada", "requests")
    counts._db = shelf.database
    for _ in range(2):
        counts.write_down()
    assert [one.count for one in counts.sums(since=0, step_s=HOUR_S)] == [2]
