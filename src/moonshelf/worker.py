"""The worker: claims the fairest slice, has it read in a child, and commits what came of it."""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Event, Thread
from typing import BinaryIO

import structlog
from sqlalchemy import Connection
from structlog.contextvars import bound_contextvars

from moonshelf.errors import ExtractionError, GivenUp, Unavailable
from moonshelf.extraction.reading import Cancelled, Haste, Include, Joined, Read, Terms
from moonshelf.storage import BlobKey, BlobStore, put_pieces
from moonshelf.wiring import Services
from moonshelf.work.slices import MOST_ATTEMPTS, Claim, ClaimLost, document_blob, facts_blob, markdown_blob
from moonshelf.work.trials import Trials

_log = structlog.get_logger()
_QUICK = 2  # workers for short files: one reads while the other waits for the disk
_TRIED_S = 5.0  # after so long it is an attempt, if the server dies now
_LONG_S = 2.0  # after so long a file is none of those that are read in a blink
_PAUSE_S = 1.0  # after something was unavailable
_NOTE_S = 1.0  # how often progress is written down, and how soon a deleted file stops being read


class Crew:
    """Worker threads; the reading itself happens in child processes, so threads are enough."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stopping = Event()
        self._threads: list[Thread] = []
        self._trials = Trials(services.slices, services.ports.queue)

    def start(self) -> None:
        """Take up what an earlier life of this server left, then what comes."""
        services, workers = self._services, self._services.settings.workers
        if workers:
            services.reader.check()  # no document is read where its reader would not be confined
        if not services.ports.database.shared:
            services.shelf.uploads.interrupt()  # whoever was sending lost the connection with that life
        with services.ports.database.write() as tx:
            services.slices.resume(tx)
        for number in range(workers):
            self._hire(f"worker-{number + 1}", quick=False)
        for number in range(min(workers, _QUICK)):  # or a page would wait for the books that came before it
            self._hire(f"worker-quick-{number + 1}", quick=True)

    def stop(self) -> None:
        """Put back what is being read and end; another start goes on with it."""
        self._stopping.set()
        self._services.ports.queue.wake()
        for thread in self._threads:
            thread.join()
        self._services.reader.close()

    def _hire(self, name: str, *, quick: bool) -> None:
        thread = Thread(target=self._serve, name=name, kwargs={"quick": quick})
        thread.start()
        self._threads.append(thread)

    def _serve(self, *, quick: bool) -> None:
        services, stopping, trials = self._services, self._stopping, self._trials

        def claim(tx: Connection, ticket: str | None) -> Claim | None:
            return trials.claim(tx, ticket) if quick else services.slices.claim(tx, ticket=ticket)

        def spend(claim: Claim) -> None:
            try:
                work(services, claim, stopping, quick=quick)
            finally:
                if quick:
                    trials.end(services.ports.database)

        services.ports.queue.serve(claim, spend, stopping, quick=quick)


def work(services: Services, claim: Claim, stopping: Event, *, quick: bool = False) -> None:
    """Read what is claimed. Raises ``Unavailable``; then it waits for another worker.

    What was claimed as *quick* work and turns out to be slow is left to others.
    """
    with bound_contextvars(file=claim.file_id):  # whatever is said on the way, by children too
        try:
            _work(services, claim, stopping, quick=quick)
        except Unavailable:
            _give_back(services, claim, stopping)
            raise
    services.shelf.bell.ring(claim.file_id)
    services.paces.save(services.ports.database)
    services.slices.wake(services.ports.database)


def _work(services: Services, claim: Claim, stopping: Event, *, quick: bool) -> None:
    began = time.monotonic()
    try:
        _do(services, claim, stopping, began, quick=quick)
    except ClaimLost:
        _log.info("slice.lost", slice=claim.slice_id)
        _discard(services, claim)
    except ExtractionError as error:
        _fail(services, claim, error)
    except Cancelled:
        _put_back(services, claim, slow=quick and not stopping.is_set())
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - the outermost loop: a bug costs an attempt, not the worker
        _log.error("slice.broken", slice=claim.slice_id, exc_info=error)
        _put_back(services, claim, tried=True)
    else:
        took_ms = round((time.monotonic() - began) * 1000)
        _log.info("slice.done", kind=claim.kind, first_page=claim.first_page, ms=took_ms)


def _give_back(services: Services, claim: Claim, stopping: Event) -> None:
    """Put back what could not be ended, which may not be possible either until the database is there again.

    On a machine alone nobody else would do it before the next start; where others share the database, they do.
    """
    while True:
        try:
            _put_back(services, claim)
        except Unavailable as error:
            _log.warning("slice.held", slice=claim.slice_id, reason=str(error))
            if services.ports.database.shared or stopping.wait(_PAUSE_S):
                raise
        else:
            return


def _put_back(services: Services, claim: Claim, *, tried: bool = False, slow: bool = False) -> None:
    with services.ports.database.write() as tx:
        services.slices.settle(tx, claim)
        services.slices.release(tx, claim, tried=tried, slow=slow)
        counts = services.shelf.readings.counts(tx, claim)
    if not counts:
        with suppress(Unavailable):  # as what it waits for may well be the storage; the next claim buries what is left
            _discard(services, claim)


def _do(services: Services, claim: Claim, stopping: Event, began: float, *, quick: bool) -> None:
    if claim.attempts >= MOST_ATTEMPTS:
        raise GivenUp(attempts=MOST_ATTEMPTS)
    if claim.kind == "join":
        _commit(services, claim, _join(services, claim, stopping))
        services.paces.joined(pages=claim.last_page or 1, took_s=time.monotonic() - began)
        return
    read = _read(services, claim, stopping, quick=quick)
    _learn(services, claim, read, took_s=time.monotonic() - began)
    if read.joined is not None:
        _commit(services, claim, read.joined, pages=read.pages_total)
    else:
        _commit_part(services, claim, read)


def _learn(services: Services, claim: Claim, read: Read, *, took_s: float) -> None:
    """Learn what reading takes here, for the cost of the next and the forecast of those that wait."""
    pages, recognised = read.last - read.first + 1, read.recognised
    if claim.last_page is None:
        route, total = claim.route, read.pages_total
        services.paces.opened(route, pages=pages, recognised=recognised, total=total, took_s=took_s, cpu_s=read.cpu_s)
    else:
        services.paces.read(pages=pages, recognised=recognised, took_s=took_s)


def _read(services: Services, claim: Claim, stopping: Event, *, quick: bool) -> Read:
    file, source = services.shelf.readings.source(claim)
    watch = _Watch(services, claim, stopping)
    haste: Haste = "quick" if quick else "brisk" if services.paces.quick(claim.route) else "patient"
    with source:
        return services.reader.read(
            source,
            file.media_type,
            None if claim.last_page is None else (claim.first_page, claim.last_page),
            include=Include.of(file.include),
            terms=Terms(haste, watch.progress, watch.cancelled),
        )


def _join(services: Services, claim: Claim, stopping: Event) -> Joined:
    with services.ports.database.read() as tx:
        parts = services.slices.parts(tx, claim.file_id)
    watch = _Watch(services, claim, stopping)
    try:
        return services.reader.join(_opened(services.ports.blobs, parts), terms=Terms(cancelled=watch.cancelled))
    except KeyError:  # deleted with its file, just now
        raise ClaimLost from None


def _opened(blobs: BlobStore, keys: Iterable[BlobKey]) -> Iterator[BinaryIO]:
    """Open one blob after the other: a long file has hundreds of parts."""
    for key in keys:
        with blobs.open(key) as part:
            yield part


def _own(services: Services, claim: Claim, *, pages: int) -> None:
    """Have *claim* outlive a crash of the database before anything is written under it, or nobody would own that.

    Where other machines claim too, claims do not wait for the disk.
    """
    if services.ports.database.shared:
        with services.ports.database.write() as tx:
            services.slices.hold(tx, claim, pages_done=pages)


def _commit_part(services: Services, claim: Claim, read: Read) -> None:
    """Keep the facts of one slice; the opening one also queues the others."""
    pages = read.last - read.first + 1
    _own(services, claim, pages=pages)
    put_pieces(services.ports.blobs, facts_blob(claim.token), [read.facts], spool=services.ports.spool)
    with services.ports.database.write() as tx:
        services.slices.settle(tx, claim)
        services.slices.hold(tx, claim, pages_done=pages)
        if claim.last_page is None:
            services.paces.proved_slow(claim.account_id, claim.route)  # it goes on for pages
            services.shelf.readings.counted(tx, claim, pages=read.pages_total)
            services.slices.extend(
                tx,
                claim,
                pages_read=pages,
                pages_total=read.pages_total,
                ocr_share=read.recognised / max(1, pages),
            )
        services.slices.finish(tx, claim, pages=pages)


def _commit(services: Services, claim: Claim, joined: Joined, *, pages: int | None = None) -> None:
    """Keep the document; *pages* are told by the claim that read the whole file, as of most files the only one does."""
    _own(services, claim, pages=pages or 0)
    put_pieces(services.ports.blobs, document_blob(claim.token), joined.document_pieces(), spool=services.ports.spool)
    put_pieces(services.ports.blobs, markdown_blob(claim.token), joined.markdown_pieces(), spool=services.ports.spool)
    with services.ports.database.write() as tx:
        services.slices.settle(tx, claim)
        if pages is not None:
            services.shelf.readings.counted(tx, claim, pages=pages)
        services.shelf.readings.succeed(tx, claim, title=joined.title, degraded=joined.degraded)
    _log.info("file.read", account=claim.account_id, pages=joined.pages, degraded=joined.degraded)


def _fail(services: Services, claim: Claim, error: ExtractionError) -> None:
    _log.info("file.unreadable", account=claim.account_id, code=error.code, reason=str(error))
    try:
        with services.ports.database.write() as tx:
            services.slices.settle(tx, claim)
            services.shelf.readings.fail(tx, claim, reason=str(error), code=error.code)
    except ClaimLost:
        _discard(services, claim)


def _discard(services: Services, claim: Claim) -> None:
    """Remove what was written under a claim that no row names any more."""
    for blob in (facts_blob(claim.token), document_blob(claim.token), markdown_blob(claim.token)):
        services.ports.blobs.delete(blob)


class _Watch:
    """Notes progress at most once a second, and learns on the way whether anybody still wants the result."""

    def __init__(self, services: Services, claim: Claim, stopping: Event) -> None:
        self._services = services
        self._claim = claim
        self._stopping = stopping
        self._began = self._noted = time.monotonic()
        self._pages = 0
        self._pages_total = 0
        self._counted = claim.last_page is not None  # it is the opening slice that counts them
        self._lost = False
        self._looks_quick = services.paces.quick(claim.route)

    def progress(self, pages_done: int, pages_total: int) -> None:
        self._pages, self._pages_total = pages_done, pages_total

    def cancelled(self) -> bool:
        if not self._stopping.is_set() and time.monotonic() - self._noted > _NOTE_S:
            self._noted = time.monotonic()
            self._note()
        return self._lost or self._stopping.is_set()

    def _note(self) -> None:
        tried = self._noted - self._began > _TRIED_S
        try:
            with self._services.ports.database.write(durable=False) as tx:
                self._services.slices.hold(tx, self._claim, pages_done=self._pages, tried=tried)
                if self._pages_total and not self._counted:
                    self._services.shelf.readings.counted(tx, self._claim, pages=self._pages_total)
                    self._counted = True
                if self._looks_quick and self._noted - self._began > _LONG_S:
                    self._services.slices.slow_down(tx, self._claim)
                    self._looks_quick = False
        except ClaimLost:
            self._lost = True
