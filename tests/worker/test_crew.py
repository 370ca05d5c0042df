"""A crew reads what is short at once, whatever keeps its other workers."""

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import update

from moonshelf import wiring
from moonshelf.db.tables import slices
from moonshelf.work.claims import Claim
from moonshelf.work.paces import Effort
from moonshelf.work.routes import Route
from moonshelf.worker.crew import Crew
from patience import PATIENCE_S, until
from worker.files import add


def test_two_short_files_are_read_at_once_while_long_ones_keep_the_workers(
    wired: Callable[..., wiring.Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    services = wired(workers=2)
    for size, took_s in ((4, 0.02), (40_000, 9.0)):
        route = Route.opening("text/plain", size)
        services.paces.opened(route, Effort(1, 0, took_s=took_s, cpu_s=took_s), pages_total=1)
    long = [add(services, b"long" * 10_000)[1] for _ in range(2)]
    reading, over, met = threading.Semaphore(0), threading.Event(), threading.Barrier(2)
    read = services.shelf.readings.source

    def holding(claim: Claim) -> object:
        if claim.file_id in long:
            reading.release()
            over.wait(PATIENCE_S)
        else:
            met.wait(PATIENCE_S)
        return read(claim)

    monkeypatch.setattr(services.shelf.readings, "source", holding)  # what keeps the workers busy
    crew = Crew(services)
    crew.start()
    assert all(reading.acquire(timeout=PATIENCE_S) for _ in long), "the workers read what is long"
    account, short = add(services)
    _, other = add(services, b"more")
    while "created" in [services.shelf.files.get(account, one).status for one in (short, other)] and not met.broken:
        time.sleep(0.01)
    over.set()
    crew.stop()
    assert not met.broken, "nobody read the second short file while the first was being read"


@pytest.mark.parametrize("started", [False, True])
def test_files_of_a_kind_that_was_never_read_wait_for_nothing_that_takes_long(
    wired: Callable[..., wiring.Services], monkeypatch: pytest.MonkeyPatch, *, started: bool
) -> None:
    services = wired(workers=2)
    reading, over = threading.Semaphore(0), threading.Event()
    read = services.shelf.readings.source

    def holding(claim: Claim) -> object:
        if claim.file_id in long:
            reading.release()
            over.wait(PATIENCE_S)
        return read(claim)

    monkeypatch.setattr(services.shelf.readings, "source", holding)  # what keeps the workers busy
    long = [add(services, b"long" * 10_000)[1] for _ in range(2)]
    with services.ports.database.write() as tx:
        tx.execute(update(slices).values(route=Route.opening("text/plain", 40_000).slowed().name))
    account, short = add(services) if started else ("", "")  # before there is a worker, or when all are busy
    crew = Crew(services)
    crew.start()
    assert all(reading.acquire(timeout=PATIENCE_S) for _ in long), "the workers read what is long"
    if not started:
        account, short = add(services)
    others = [add(services, bytes([65 + number]) * 4**number)[1] for number in range(2, 6)]
    try:
        until(lambda: {services.shelf.files.get(account, one).status for one in (short, *others)} == {"ok"})
    finally:
        over.set()
        crew.stop()
