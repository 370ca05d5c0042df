"""Files of a machine's first account: added, and read by a worker that does one job."""

import threading

import shelves
from moonshelf import wiring
from moonshelf.worker.job import Job


def add(services: wiring.Services, data: bytes = b"text", *, media_type: str = "text/plain") -> tuple[str, str]:
    """Add a file; return its account and its id."""
    account = wiring.people.first_account(services.people.accounts).id
    lease = services.shelf.uploads.begin(account, size=len(data))
    spooled = shelves.spooled(services.ports.spool, data, media_type=media_type)
    return account, services.shelf.files.add(lease, spooled).id


def work(services: wiring.Services, *, quick: bool = False) -> None:
    """Do the job whose turn it is, if there is one."""
    with services.ports.database.write() as tx:
        claim = services.slices.claim(tx, quick=quick)
    if claim is not None:
        Job(services, claim, threading.Event(), quick=quick).run()
