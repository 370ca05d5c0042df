"""What may wait is read when nothing else waits."""

from collections.abc import Callable

import shelves
from moonshelf.work.paces import Effort, Paces
from moonshelf.work.routes import Route


def _claimed(shelf: shelves.Shelf) -> tuple[str, int]:
    """Claim a slice, and return its file and first page."""
    claim = shelf.claim()
    assert claim is not None
    return claim.file_id, claim.first_page


def test_what_may_wait_waits_until_nothing_else_does(shelf: shelves.Shelf) -> None:
    batch, person = shelf.account("batch"), shelf.account("person")
    late = [shelf.add(batch, f"b{number}".encode(), bulk=True).id for number in range(2)]
    soon = {shelf.add(account, f"i{account}".encode()).id for account in (batch, person, person)}
    assert {_claimed(shelf)[0] for _ in soon} == soon
    assert [_claimed(shelf)[0] for _ in late] == late


def test_it_waits_from_its_opening_to_its_join(shelf: shelves.Shelf) -> None:
    patient, busy = shelf.account("patient"), shelf.account("busy")
    bulk, claim = shelf.add(patient, bulk=True), shelf.claim()
    assert claim is not None
    with shelf.database.write() as tx:
        shelf.slices.extend(tx, claim, pages_read=16, pages_total=17, ocr_share=0.0)
        shelf.slices.finish(tx, claim, pages=16)
    urgent = [shelf.add(busy, str(number).encode()).id for number in range(9)]
    assert {_claimed(shelf)[0] for _ in urgent} == set(urgent)
    rest = shelf.claim()
    assert rest is not None
    assert (rest.file_id, rest.first_page, rest.last_page) == (bulk.id, 17, 17)
    with shelf.database.write() as tx:
        shelf.slices.finish(tx, rest, pages=1)
    urgent = [shelf.add(busy, str(number).encode()).id for number in range(9)]
    assert {_claimed(shelf)[0] for _ in urgent} == set(urgent)
    assert _claimed(shelf) == (bulk.id, 0)


def test_it_is_nothing_quick(build: Callable[..., shelves.Shelf]) -> None:
    paces = Paces(workers=1)
    shelf = build(paces=paces)
    paces.opened(Route.opening("text/plain", 4), Effort(1, 0, took_s=0.02, cpu_s=0.02), pages_total=1)
    shelf.add(shelf.account(), bulk=True)
    assert shelf.claim(quick=True) is None
    assert shelf.claim() is not None
