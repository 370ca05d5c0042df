"""One worker for quick files at a time tries what nobody knows, and nothing is forgotten meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import shelves
from moonshelf.work.claims import Claim
from moonshelf.work.paces import Effort, Paces
from moonshelf.work.trials import Trials


def _claimed(shelf: shelves.Shelf, trials: Trials) -> Claim | None:
    with shelf.database.write() as tx:
        return trials.claim(tx, None)


def _quick_tokens(shelf: shelves.Shelf) -> int:
    return shelf.queue._tokens[True].qsize()


def test_one_tries_what_nobody_knows_while_the_other_waits_for_what_is_quick(shelf: shelves.Shelf) -> None:
    trials, account = Trials(shelf.slices, shelf.queue), shelf.account()
    unknown = [shelf.add(account, b"x" * 4**size).id for size in range(1, 4)]
    with ThreadPoolExecutor(1) as other:
        first = _claimed(shelf, trials)
        assert first is not None
        assert first.file_id == unknown[0]
        before = _quick_tokens(shelf)
        assert other.submit(_claimed, shelf, trials).result() is None, "two of them tried at once"
        trials.end(shelf.database)
        assert _quick_tokens(shelf) == before + 1, "the token of what was passed by is lost"
        second = other.submit(_claimed, shelf, trials).result()
        assert second is not None
        assert second.file_id == unknown[1]
        assert _claimed(shelf, trials) is None
        other.submit(trials.end, shelf.database).result()
    third = _claimed(shelf, trials)
    assert third is not None
    assert third.file_id == unknown[2]


def test_what_nobody_knows_is_tried_and_what_proves_slow_is_left_to_the_others(shelf: shelves.Shelf) -> None:
    bomber, calm = shelf.account("bomber"), shelf.account("calm")
    shelf.add(bomber, b"book")
    book = shelf.claim()
    assert book is not None
    with shelf.database.write() as tx:
        shelf.slices.extend(tx, book, pages_read=16, pages_total=160, ocr_share=0)
    first, second = shelf.add(bomber, b"bomb"), shelf.add(bomber, b"boom")
    tried = shelf.claim(quick=True, unknown="behind")
    assert tried is not None
    assert tried.file_id == first.id
    with shelf.database.write() as tx:
        shelf.slices.release(tx, tried, slow=True)
    assert shelf.claim(quick=True, unknown="behind") is None, "what an account sends is as slow as what it sent before"
    letter = shelf.add(calm, b"dear")
    claim = shelf.claim(quick=True, unknown="behind")
    assert claim is not None, "what others send is not"
    assert claim.file_id == letter.id
    assert shelf.claim(quick=True, unknown="behind") is None, "pages of a book are never tried"
    assert {claim.file_id for _ in range(12) if (claim := shelf.claim())} >= {first.id, second.id}


def test_what_nobody_knows_has_its_turn_though_quick_files_come_as_fast_as_they_are_read(
    build: Callable[..., shelves.Shelf],
) -> None:
    paces = Paces(workers=1)
    shelf = build(paces=paces)
    account = shelf.account()
    shelf.add(account, b"one")
    claim = shelf.claim()
    assert claim is not None
    paces.opened(claim.route, Effort(1, 0, took_s=0.1, cpu_s=0.1), pages_total=1)
    shelf.read(claim)
    page = shelf.add(account, b"<p>", media_type="text/html")
    letters = [shelf.add(account, data) for data in map(b"%03d".__mod__, range(8))]
    trials = Trials(shelf.slices, shelf.queue)
    claims: list[str] = []
    for _ in range(9):
        if (claim := _claimed(shelf, trials)) is not None:
            claims.append(claim.file_id)
        trials.end(shelf.database)
    assert claims[0] == letters[0].id, "what is quick goes first"
    assert page.id in claims
    assert claims[-1] == letters[-1].id


def test_what_a_dead_worker_tried_has_a_token_where_it_is_not_tried_again(build: Callable[..., shelves.Shelf]) -> None:
    paces = Paces(workers=1)
    shelf = build(paces=paces)
    account = shelf.account()
    file = shelf.add(account)
    tried = shelf.claim(ticket="1", quick=True, unknown="behind")
    assert tried is not None
    paces.proved_slow(account, tried.route)
    before = shelf.queue._tokens[False].qsize()
    assert shelf.claim(ticket="1", quick=True, unknown="behind") is None
    assert shelf.queue._tokens[False].qsize() == before + 1
    claim = shelf.claim()
    assert claim is not None
    assert claim.file_id == file.id


def test_when_nothing_is_left_no_token_is_given_back(shelf: shelves.Shelf) -> None:
    trials = Trials(shelf.slices, shelf.queue)
    shelf.add(shelf.account())
    assert _claimed(shelf, trials) is not None
    trials.end(shelf.database)
    assert _claimed(shelf, trials) is None
    before = _quick_tokens(shelf)
    trials.end(shelf.database)
    assert _claimed(shelf, trials) is None
    assert _quick_tokens(shelf) == before


def test_a_turn_whose_claim_came_to_nothing_ends_with_the_next_claim(shelf: shelves.Shelf) -> None:
    trials = Trials(shelf.slices, shelf.queue)
    first = shelf.add(shelf.account())
    with suppress(ZeroDivisionError), shelf.database.write() as tx:
        assert trials.claim(tx, None) is not None
        raise ZeroDivisionError  # as a commit that fails
    claim = _claimed(shelf, trials)
    assert claim is not None
    assert claim.file_id == first.id
