"""Weights, caps and learned costs in the claim; and the forecast made of the same."""

import time
from collections.abc import Callable

import pytest

import shelves
from moonshelf.limits.tiers import Tier, Tiers
from moonshelf.work.claims import Claim
from moonshelf.work.forecast import Forecast
from moonshelf.work.paces import Effort, Paces
from moonshelf.work.promises import Promises
from moonshelf.work.routes import JOIN, PAGES, Route


def _end(shelf: shelves.Shelf, claim: Claim) -> None:
    with shelf.database.write() as tx:
        shelf.slices.end(tx, claim.file_id)
    shelf.slices.wake(shelf.database)


def _learned(workers: int = 1) -> Paces:
    """Know that a page of text takes 0.1 s, one by OCR 2 s, and an opening slice of plain text 1 s."""
    paces = Paces(workers=workers)
    paces.read(Effort(10, 0, took_s=1.0, cpu_s=1.0))
    paces.read(Effort(10, 10, took_s=20.0, cpu_s=20.0))
    paces.opened(Route.opening("text/plain", 4), Effort(1, 0, took_s=1.0, cpu_s=1.0), pages_total=1)
    return paces


def _etas(shelf: shelves.Shelf, account: str, paces: Paces, tiers: Tiers) -> dict[str, float]:
    with shelf.database.read() as tx:
        return dict(Forecast(paces, tiers).of(tx, account))


def test_two_accounts_are_served_by_the_weights_of_their_tiers(alone: Callable[..., shelves.Shelf]) -> None:
    tiers = Tiers({"gold": Tier(weight=3.0)}, default="")
    shelf = alone(tiers=tiers)
    gold, plain = shelf.accounts.create("gold", tier="gold").id, shelf.account("plain")
    for number in range(40):
        shelf.add(gold, f"g{number}".encode())
        shelf.add(plain, f"p{number}".encode())
    served = [claim.account_id for _ in range(40) if (claim := shelf.claim())]
    assert 29 <= served.count(gold) <= 31


def test_a_capped_account_has_no_more_slices_read_and_goes_on_when_one_ends(
    alone: Callable[..., shelves.Shelf],
) -> None:
    shelf = alone(tiers=Tiers({"few": Tier(slices=2)}, default=""))
    few, free = shelf.accounts.create("few", tier="few").id, shelf.account("free")
    for number in range(5):
        shelf.add(few, f"f{number}".encode())
    claims = [shelf.claim() for _ in range(4)]
    assert [claim is not None for claim in claims] == [True, True, False, False]
    shelf.add(free, b"others go on")
    assert (other := shelf.claim()) is not None
    assert other.account_id == free
    assert claims[0] is not None
    with shelf.database.read() as tx:
        before = shelf.queue.outstanding(tx).unspent
    _end(shelf, claims[0])
    with shelf.database.read() as tx:
        assert shelf.queue.outstanding(tx).unspent == before + 1, "or nobody would look"
    assert (following := shelf.claim()) is not None
    assert following.account_id == few
    assert shelf.claim() is None


def test_what_takes_long_here_costs_much_here(alone: Callable[..., shelves.Shelf]) -> None:
    paces = _learned()
    paces.opened(Route.opening("application/pdf", 4), Effort(1, 0, took_s=9.0, cpu_s=9.0), pages_total=1)
    shelf = alone(paces=paces)
    slow, fast = shelf.account("slow"), shelf.account("fast")
    for number in range(30):
        shelf.add(slow, f"s{number:03}".encode(), media_type="application/pdf")
        shelf.add(fast, f"f{number:03}".encode())
    served = [claim.account_id for _ in range(20) if (claim := shelf.claim())]
    assert 1 <= served.count(slow) <= 3


def test_paces_are_learned_saved_and_shared(alone: Callable[..., shelves.Shelf]) -> None:
    shelf = alone()
    paces = _learned(workers=2)
    assert paces.cost(PAGES, pages=10, ocr_pages=0) == pytest.approx(1.0)
    assert paces.cost(PAGES, pages=10, ocr_pages=5) == pytest.approx(10.5)
    paces.joined(pages=100, took_s=1.0)
    paces.opened(Route.opening("application/pdf", 2**20), Effort(16, 0, took_s=1.6, cpu_s=1.6), pages_total=116)
    assert paces.rest(Route.opening("application/pdf", 2**20)) == pytest.approx(10 + 1.16)
    assert paces.rest(Route.opening("application/pdf", 2**26)) == pytest.approx(10 + 1.16), "what is known of its type"
    paces.save(shelf.database)
    other = Paces(workers=0)
    with shelf.database.read() as tx:
        other.load(tx)
    assert other.cost(PAGES, pages=10, ocr_pages=0) == pytest.approx(1.0)
    assert other.cost(JOIN, pages=100, ocr_pages=0) == pytest.approx(1.0)
    assert other.rest(Route.opening("application/pdf", 2**20)) == pytest.approx(11.16)


def test_bombs_among_letters_do_not_make_letters_slow() -> None:
    paces = Paces(workers=1)
    route = Route.opening("application/pdf", 3000)
    for _ in range(5):
        paces.opened(route, Effort(2, 0, took_s=0.02, cpu_s=0.02), pages_total=2)
    paces.opened(route, Effort(1, 0, took_s=40.0, cpu_s=40.0), pages_total=1)
    assert paces.quick(route), "one that took the processor for long"
    paces.opened(route, Effort(16, 0, took_s=0.02, cpu_s=0.02), pages_total=4000)
    for _ in range(3):
        paces.opened(route, Effort(2, 0, took_s=0.02, cpu_s=0.02), pages_total=2)
    assert paces.quick(route), "one that claims very many pages"
    for _ in range(9):
        paces.opened(route, Effort(1, 0, took_s=40.0, cpu_s=40.0), pages_total=1)
    assert not paces.quick(route)


def test_the_forecast_counts_what_comes_before_and_what_others_get(alone: Callable[..., shelves.Shelf]) -> None:
    paces, tiers = _learned(workers=2), Tiers({"gold": Tier(weight=2.0)}, default="")
    shelf = alone(paces=paces, tiers=tiers)
    ada = shelf.account("ada")
    files = [shelf.add(ada, f"{number:04}".encode()).id for number in range(10)]
    etas = _etas(shelf, ada, paces, tiers)
    assert [round(etas[file], 2) for file in files] == [1.0, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]
    bob = shelf.account("bob")
    for number in range(4):
        shelf.add(bob, f"b{number:03}".encode())
    etas = _etas(shelf, ada, paces, tiers)
    assert etas[files[1]] == pytest.approx(2.0), "until two of hers are done he gets two done"
    assert etas[files[9]] == pytest.approx(7.0), "he has no more than four"
    shelf.accounts.set_tier(bob, "gold")
    assert _etas(shelf, ada, paces, tiers)[files[1]] == pytest.approx(3.0), "he gets twice as much"
    assert _etas(shelf, bob, paces, tiers)[_last(shelf, bob)] == pytest.approx(3.0)


def test_the_forecast_of_a_long_file_counts_its_pages(alone: Callable[..., shelves.Shelf]) -> None:
    paces, tiers = _learned(), Tiers({}, default="")
    shelf = alone(paces=paces, tiers=tiers)
    ada = shelf.account("ada")
    scan = shelf.add(ada, b"scan").id
    claim = shelf.claim()
    assert claim is not None
    with shelf.database.write() as tx:
        shelf.slices.extend(tx, claim, pages_read=16, pages_total=48, ocr_share=1.0)
        shelf.slices.finish(tx, claim, pages=16)
    paces.joined(pages=48, took_s=4.8)
    assert _etas(shelf, ada, paces, tiers)[scan] == pytest.approx(64.0 + 4.8), "its pages, and all of them joined"
    short = shelf.add(ada, b"text").id
    etas = _etas(shelf, ada, paces, tiers)
    assert etas[short] == pytest.approx(1.0)
    assert etas[scan] == pytest.approx(65.0 + 4.8)


def test_what_is_read_for_long_is_forecast_as_what_takes_long(alone: Callable[..., shelves.Shelf]) -> None:
    paces, tiers = _learned(), Tiers({}, default="")
    route = Route.opening("application/pdf", 4)
    paces.opened(route, Effort(1, 0, took_s=0.1, cpu_s=0.1), pages_total=1)
    paces.opened(route, Effort(1, 1, took_s=8.0, cpu_s=8.0), pages_total=1)
    shelf = alone(paces=paces, tiers=tiers)
    ada = shelf.account("ada")
    scan = shelf.add(ada, b"scan", media_type="application/pdf").id
    claim = shelf.claim()
    assert claim is not None
    assert _etas(shelf, ada, paces, tiers)[scan] == pytest.approx(0.05)
    with shelf.database.write() as tx:
        shelf.slices.slow_down(tx, claim)
    assert _etas(shelf, ada, paces, tiers)[scan] == pytest.approx(4.0)


def test_promises_that_are_not_kept_are_made_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each book takes twice as long as what waits when it comes, because as much comes after it; scans are on time."""
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    paces = Paces(workers=1)
    promises, said = Promises(paces), []
    book, scan = Route.opening("application/pdf", 2**20), Route.opening("application/pdf", 2**20).slowed()
    for number in range(60):
        said.append((10.0 * paces.lateness(book), 20.0 * paces.lateness(scan)))
        waiting = {f"book-{number}": book, f"scan-{number}": scan}
        for waited in range(20):
            forecast = {f"book-{number}": 10.0 - waited / 2, f"scan-{number}": 20.0 - waited}
            promises.keep("ada", forecast, waiting=waiting)
            clock[0] += 1
        promises.keep("ada", {}, waiting={})
    promises.keep("ada", {"being-read": 10.0}, waiting={})
    clock[0] += 100
    before = paces.lateness(book)
    promises.keep("ada", {}, waiting={})
    assert paces.lateness(book) == before
    assert said[0] == (10.0, 20.0)
    errors = [abs(seconds - 20) / 20 for both in said[10:] for seconds in both]
    assert max(errors) < 0.3


def test_a_route_that_nothing_is_known_of_is_as_late_as_its_type() -> None:
    paces = Paces(workers=1)
    paces.came(Route.opening("application/pdf", 4), promised_s=10.0, took_s=20.0)
    paces.came(Route.opening("text/plain", 4), promised_s=10.0, took_s=5.0)
    assert paces.lateness(Route.opening("application/pdf", 2**30)) == pytest.approx(1.4)
    assert paces.lateness(Route.opening("text/plain", 2**30)) == pytest.approx(1.0), "from what was known of all"
    assert paces.lateness(PAGES) == pytest.approx(1.4 / 1.2)


def _last(shelf: shelves.Shelf, account: str) -> str:
    found = shelf.files.list(account, purpose=None, after=None, limit=1, newest_first=True)
    return found.files[0].id
