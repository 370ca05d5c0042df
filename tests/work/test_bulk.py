"""What may wait is read when nothing else waits."""

from collections.abc import Callable
from dataclasses import replace

import shelf as shelves
from moonshelf.shelf.files import File
from moonshelf.work.paces import Paces, opening


def _add_bulk(shelf: shelves.Shelf, account: str, data: bytes = b"bulk") -> File:
    lease = shelf.uploads.begin(account, size=len(data))
    return shelf.files.add(lease, replace(shelf.spool(data), bulk=True), media_type="text/plain")


def _claimed(shelf: shelves.Shelf) -> tuple[str, int]:
    """Claim a slice, and return its file and first page."""
    claim = shelf.claim()
    assert claim is not None
    return claim.file_id, claim.first_page


def test_what_may_wait_lets_all_others_go_before_it(shelf: shelves.Shelf) -> None:
    patient, busy = shelf.account("patient"), shelf.account("busy")
    bulk = _add_bulk(shelf, patient)
    others = {shelf.add(account, str(number).encode()).id for number in range(9) for account in (patient, busy, busy)}
    assert {_claimed(shelf)[0] for _ in others} == others
    assert _claimed(shelf) == (bulk.id, 1)


def test_it_waits_from_its_opening_to_its_join(shelf: shelves.Shelf) -> None:
    patient, busy = shelf.account("patient"), shelf.account("busy")
    bulk, claim = _add_bulk(shelf, patient), shelf.claim()
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
    paces.opened(opening("text/plain", 4), pages=1, recognised=0, total=1, took_s=0.02, cpu_s=0.02)
    _add_bulk(shelf, shelf.account())
    assert shelf.claim(quick=True) is None
    assert shelf.claim() is not None
