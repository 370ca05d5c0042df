"""Claims are fair, exclusive and survive their workers."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text, update

import databases
import shelves
from moonshelf.db import hurry
from moonshelf.db.tables import accounts, slices
from moonshelf.limits.tiers import Tiers
from moonshelf.queue import Outstanding
from moonshelf.queue.local import LocalQueue
from moonshelf.work.claims import ClaimLost, facts_blob
from moonshelf.work.fairness import fairest
from moonshelf.work.paces import Effort, Paces
from moonshelf.work.routes import Route
from moonshelf.work.slices import MOST_ATTEMPTS, Slices
from servers.postgres import Postgres


def _open(shelf: shelves.Shelf, account: str, *, pages: int, ocr_share: float = 0.0) -> None:
    """Add a file of *pages* and read its opening slice of 16."""
    file = shelf.add(account)
    claim = shelf.claim()
    assert claim is not None
    assert claim.file_id == file.id
    with shelf.database.write() as tx:
        shelf.slices.extend(tx, claim, pages_read=16, pages_total=pages, ocr_share=ocr_share)
        shelf.slices.finish(tx, claim, pages=16)


def test_a_thousand_page_scan_never_holds_up_another_accounts_invoice(shelf: shelves.Shelf) -> None:
    busy, calm = shelf.account("busy"), shelf.account("calm")
    _open(shelf, busy, pages=1000, ocr_share=1.0)
    assert (first := shelf.claim()) is not None
    assert first.account_id == busy
    invoice = shelf.add(calm, b"invoice")
    assert (following := shelf.claim()) is not None
    assert following.file_id == invoice.id


def test_two_busy_accounts_are_served_in_proportion_to_cost(shelf: shelves.Shelf) -> None:
    scans, texts = shelf.account("scans"), shelf.account("texts")
    _open(shelf, scans, pages=1600, ocr_share=1.0)
    _open(shelf, texts, pages=1600)
    served = [claim.account_id for _ in range(84) if (claim := shelf.claim())]
    # A slice of scans costs twenty times one of text, so about one in twenty-one is theirs.
    assert 3 <= served.count(scans) <= 6


def test_of_two_whose_turn_it_is_the_one_that_came_first_goes_first(shelf: shelves.Shelf) -> None:
    late, early = shelf.account("late"), shelf.account("early")
    first, second = shelf.add(early), shelf.add(late)
    claims = [shelf.claim(), shelf.claim()]
    assert [claim.file_id for claim in claims if claim] == [first.id, second.id]


def test_a_slice_whose_worker_died_is_told_to_be_read_from_its_start(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file, first = shelf.add(account), shelf.claim(ticket="1")
    assert first is not None
    with shelf.database.write() as tx:
        shelf.slices.hold(tx, first, pages_done=7)
    assert (again := shelf.claim(ticket="1")) is not None
    assert again.slice_id == first.slice_id
    with shelf.database.read() as tx:
        assert shelf.slices.progress(tx, account)[file.id].pages_done == 0


def test_an_idle_account_saves_up_no_credit(shelf: shelves.Shelf) -> None:
    early, late = shelf.account("early"), shelf.account("late")
    _open(shelf, early, pages=1600)
    for _ in range(50):
        assert shelf.claim() is not None
    _open(shelf, late, pages=1600)
    served = [claim.account_id for _ in range(20) if (claim := shelf.claim())]
    assert 9 <= served.count(early) <= 11


def test_every_files_first_page_comes_before_a_long_files_rest(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    _open(shelf, account, pages=160)
    short = shelf.add(account, b"short")
    assert (claim := shelf.claim()) is not None
    assert claim.file_id == short.id


def test_what_is_read_in_a_blink_waits_for_no_book(build: Callable[..., shelves.Shelf]) -> None:
    paces = Paces(workers=1)
    shelf = build(paces=paces)
    busy, calm = shelf.account("busy"), shelf.account("calm")
    for account in (busy, calm):
        _open(shelf, account, pages=160)
    words = b"a letter of some length"
    letter = shelf.add(calm, words)
    assert shelf.claim(quick=True) is None, "nobody knows yet how long letters take"
    paces.opened(Route.opening("text/plain", len(words)), Effort(1, 0, took_s=0.02, cpu_s=0.02), pages_total=1)
    claim = shelf.claim(quick=True)
    assert claim is not None
    assert claim.file_id == letter.id
    assert shelf.claim(quick=True) is None, "the pages of a book are nothing quick"
    with shelf.database.write() as tx:
        shelf.slices.release(tx, claim)
    for _ in range(20):  # by the clock, as everything is on a busy machine
        paces.opened(Route.opening("text/plain", len(words)), Effort(1, 0, took_s=9.0, cpu_s=0.02), pages_total=1)
    claim = shelf.claim(quick=True)
    assert claim is not None, "what takes long by the clock alone is quick"
    with shelf.database.write() as tx:
        shelf.slices.release(tx, claim, slow=True)
    assert shelf.claim(quick=True) is None, "it proved slow, and is left to the others"
    claimed = {claim.file_id for _ in range(20) if (claim := shelf.claim())}
    assert letter.id in claimed


def test_an_account_is_charged_for_what_its_files_took(
    build: Callable[..., shelves.Shelf], monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = build()
    bomber, calm = shelf.account("bomber"), shelf.account("calm")
    first = shelf.add(bomber, b"bomb")
    for _ in range(9):
        shelf.add(bomber, b"bomb")
    claim = shelf.claim()
    assert claim is not None
    assert claim.file_id == first.id
    monkeypatch.setattr(time, "monotonic", lambda: claim.began + 4.0)
    with shelf.database.write() as tx:
        shelf.slices.settle(tx, claim)
    monkeypatch.undo()
    letters = {shelf.add(calm, b"dear").id for _ in range(6)}
    served = {claim.file_id for _ in letters if (claim := shelf.claim())}
    assert served == letters, "a turn of four seconds counts as eight"


def test_racing_workers_never_share_a_slice(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    for number in range(12):
        shelf.add(account, str(number).encode())
    with ThreadPoolExecutor(8) as pool:
        claims = [claim for claim in pool.map(lambda _: shelf.claim(), range(20)) if claim]
    assert len({claim.slice_id for claim in claims}) == len(claims) == 12


def test_a_late_worker_cannot_overwrite(shelf: shelves.Shelf) -> None:
    shelf.add(shelf.account())
    late = shelf.claim()
    with shelf.database.write() as tx:
        shelf.slices.resume(tx)
    current = shelf.claim()
    assert late is not None
    assert current is not None
    assert late.slice_id == current.slice_id
    with shelf.database.write() as tx, pytest.raises(ClaimLost):
        shelf.slices.finish(tx, late, pages=1)
    with shelf.database.write() as tx:
        shelf.slices.finish(tx, current, pages=1)


def test_what_a_dead_worker_wrote_is_removed(shelf: shelves.Shelf) -> None:
    shelf.add(shelf.account())
    dead = shelf.claim()
    assert dead is not None
    shelf.blobs.put(facts_blob(dead.token), shelf.spool(b"facts").path)
    with shelf.database.write() as tx:
        shelf.slices.resume(tx)
    assert shelf.claim() is not None
    shelf.gravedigger.dig()
    assert facts_blob(dead.token) not in set(shelf.blobs.keys())


def test_the_last_slice_queues_the_join_and_the_join_knows_its_parts_in_order(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    _open(shelf, account, pages=48)
    claims = [shelf.claim(), shelf.claim()]
    assert shelf.claim() is None
    tokens = []
    for claim in reversed(claims):
        assert claim is not None
        tokens.append(claim.token)
        with shelf.database.write() as tx:
            shelf.slices.finish(tx, claim, pages=16)
    join = shelf.claim()
    assert join is not None
    assert join.kind == "join"
    with shelf.database.read() as tx:
        parts = shelf.slices.parts(tx, join.file_id)
    assert len(parts) == 3
    assert parts[1:] == [facts_blob(token) for token in reversed(tokens)]


def test_deleting_a_file_cancels_its_slices(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file = shelf.add(account)
    claim = shelf.claim()
    assert claim is not None
    shelf.files.delete(account, file.id)
    with shelf.database.write() as tx, pytest.raises(ClaimLost):
        shelf.slices.hold(tx, claim, pages_done=1)
    assert shelf.claim() is None
    assert shelf.held(account) == (0, 0)


def test_a_claim_that_ends_early_costs_no_attempt_however_it_ends(shelf: shelves.Shelf) -> None:
    shelf.add(shelf.account())
    for _ in range(5):
        claim = shelf.claim()
        assert claim is not None
        assert claim.attempts == 0
        with shelf.database.write() as tx:
            shelf.slices.hold(tx, claim, pages_done=1)
            shelf.slices.resume(tx)  # the server died
        claim = shelf.claim()
        assert claim is not None
        with shelf.database.write() as tx:
            shelf.slices.release(tx, claim)


def test_a_claim_that_was_tried_and_came_to_no_end_costs_an_attempt(shelf: shelves.Shelf) -> None:
    shelf.add(shelf.account())
    for attempts in (0, 2, 4):
        claim = shelf.claim()
        assert claim is not None
        assert claim.attempts == attempts
        with shelf.database.write() as tx:
            shelf.slices.hold(tx, claim, pages_done=1, tried=True)
            shelf.slices.hold(tx, claim, pages_done=2, tried=True)
            shelf.slices.resume(tx)  # the server died
        claim = shelf.claim()
        assert claim is not None
        with shelf.database.write() as tx:
            shelf.slices.release(tx, claim, tried=True)


def test_a_slice_whose_workers_die_comes_back_under_its_ticket_and_counts_them(shelf: shelves.Shelf) -> None:
    file = shelf.add(shelf.account())
    claim = None
    for deaths in range(MOST_ATTEMPTS + 1):
        claim = shelf.claim(ticket="7")
        assert claim is not None
        assert (claim.file_id, claim.attempts) == (file.id, deaths)
    assert claim is not None
    with shelf.database.write() as tx:  # but one that gives it back costs nothing
        shelf.slices.release(tx, claim)
        again = shelf.slices.claim(tx, ticket="8")
    assert again is not None
    assert again.attempts == MOST_ATTEMPTS


def test_a_claim_whose_token_is_gone_is_put_back_and_one_that_is_held_is_not(
    shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        shelf.add(shelf.account(str(_)))
    with shelf.database.write() as tx:
        held, orphan = shelf.slices.claim(tx, ticket="1"), shelf.slices.claim(tx, ticket="2")
    assert held is not None
    assert orphan is not None
    shared = Outstanding(unspent=0, taken=frozenset({"1"}))  # as a queue tells that others serve too
    monkeypatch.setattr(shelf.queue, "outstanding", lambda _: shared)
    with shelf.database.write() as tx:
        shelf.slices.resume(tx)
    claim = shelf.claim()
    assert claim is not None
    assert claim.slice_id == orphan.slice_id
    assert shelf.claim() is None


def test_looking_for_a_slice_passes_by_accounts_that_have_none(tmp_path: Path, postgres: Postgres) -> None:
    shelf = shelves.build(tmp_path, url=databases.on_postgresql(postgres))
    shelf.add(shelf.account())
    idle = [{"id": f"a{number}", "name": f"a{number}", "role": "member", "created_at": 0} for number in range(5000)]
    with shelf.database.write() as tx:
        tx.execute(insert(accounts), idle)
    with shelf.database.raw() as connection:
        connection.execute(text("ANALYZE"))
    with shelf.database.write() as tx:
        hurry(tx)  # as the queue does
        look = fairest(None).compile(tx.engine, compile_kwargs={"literal_binds": True})
        plan = tx.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {look}").scalar_one()[0]["Plan"]
    shelf.database.close()
    steps = [plan]
    for step in steps:
        steps += step.get("Plans", ())
    met = {
        step["Relation Name"]: step["Actual Rows"] * step["Actual Loops"] for step in steps if "Relation Name" in step
    }
    assert met["accounts"] == 1, plan


def test_files_whose_time_is_over_are_found_by_their_index(tmp_path: Path, postgres: Postgres) -> None:
    shelf, looks = (
        shelves.build(tmp_path, url=databases.on_postgresql(postgres)),
        list[tuple[str, Any]](),
    )  # Any: the driver's parameters
    with shelf.database.read() as tx:
        event.listen(
            tx.engine, "before_cursor_execute", lambda _1, _2, said, given, _3, _4: looks.append((said, given))
        )
    shelf.files.expire()
    look, given = next(one for one in looks if "FROM files" in one[0])
    with shelf.database.read() as tx:
        tx.exec_driver_sql("SET LOCAL enable_seqscan TO off")  # the table is empty
        plan = tx.exec_driver_sql(f"EXPLAIN {look}", given).scalars().all()
    shelf.database.close()
    assert any("Index Cond" in step for step in plan), plan


def test_a_late_worker_gives_back_nothing(shelf: shelves.Shelf) -> None:
    shelf.add(shelf.account())
    late = shelf.claim()
    with shelf.database.write() as tx:
        shelf.slices.resume(tx)
    assert shelf.claim() is not None
    assert late is not None
    with shelf.database.write() as tx:
        shelf.slices.release(tx, late)
    assert shelf.claim() is None


def test_what_comes_late_from_a_worker_that_was_given_up_is_removed_too(shelf: shelves.Shelf) -> None:
    shelf.add(shelf.account())
    dead = shelf.claim(ticket="7")
    assert shelf.claim(ticket="7") is not None
    assert dead is not None
    shelf.gravedigger.dig()
    shelf.blobs.put(facts_blob(dead.token), shelf.spool(b"held back by a cut link").path)
    shelf.gravedigger.dig()
    assert list(shelf.blobs.keys()) == [shelf.files.find(dead.account_id, dead.file_id).blob]


def test_what_is_done_under_a_ticket_is_not_done_again(shelf: shelves.Shelf) -> None:
    shelf.add(shelf.account())
    with shelf.database.write() as tx:
        done = shelf.slices.claim(tx, ticket="7")
        assert done is not None
        shelf.slices.hold(tx, done, pages_done=1)
        shelf.slices.finish(tx, done, pages=1)
    again = shelf.claim(ticket="7")
    assert again is not None
    assert again.kind == "join"
    assert shelf.claim() is None


def test_a_slice_that_is_given_back_begins_anew_and_has_a_token(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file = shelf.add(account)
    claim = shelf.claim()
    assert claim is not None
    with shelf.database.write() as tx:
        shelf.slices.hold(tx, claim, pages_done=5)
        before = shelf.queue.outstanding(tx).unspent
        assert shelf.slices.progress(tx, account)[file.id].pages_done == 5
        shelf.slices.release(tx, claim)
        assert shelf.queue.outstanding(tx).unspent == before + 1
        assert shelf.slices.progress(tx, account)[file.id].pages_done == 0


def test_a_start_gives_each_slice_that_waits_one_token(shelf: shelves.Shelf) -> None:
    for number in range(3):
        shelf.add(shelf.account(str(number)))
    assert shelf.claim() is not None
    queue = LocalQueue(shelf.database)
    started = Slices(queue, slice_pages=16, paces=Paces(workers=1), tiers=Tiers({}, default=""))
    for _ in range(2):
        with shelf.database.write() as tx:
            started.resume(tx)
            assert queue.outstanding(tx).unspent == 3


def test_a_slice_that_went_since_it_was_found_costs_its_account_nothing(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    shelf.add(account)
    order = shelf.slices._order
    with shelf.database.write() as tx:
        row = order.first(tx, None)
        assert row is not None
        tx.execute(update(slices).values(state="claimed", claim="another's"))
        values = {"claim": "mine", "ticket": None, "attempts": 0}
        assert not order.take(tx, row, served=row.start + 9, values=values)
        assert tx.execute(select(accounts.c.served).where(accounts.c.id == account)).scalar_one() == row.served
        assert tx.execute(select(slices.c.claim)).scalar_one() == "another's"
