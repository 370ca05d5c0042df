"""A job: one claimed slice, read in a child or joined with the others, and what comes of it kept under its claim."""

import errno
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Event
from typing import BinaryIO

import structlog
from structlog.contextvars import bound_contextvars

from moonshelf.errors import BlobLost, ExtractionError, GivenUp, Unavailable
from moonshelf.extraction.reading import Cancelled, Haste, Include, Joined, Read, Terms
from moonshelf.storage import BlobKey, put_pieces
from moonshelf.wiring import Services
from moonshelf.work.claims import Claim, ClaimLost, document_blob, facts_blob, markdown_blob
from moonshelf.work.paces import Effort
from moonshelf.work.slices import MOST_ATTEMPTS
from moonshelf.worker.watch import Watch

_SHORTAGES = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOSPC, errno.EDQUOT}  # no file's fault
_PAUSE_S = 1.0  # after something was unavailable
_log = structlog.get_logger()


class Job:
    """What one worker does for one claim. What was claimed as *quick* and turns out to be slow is left to others."""

    def __init__(self, services: Services, claim: Claim, stopping: Event, *, quick: bool = False) -> None:
        self._services = services
        self._ports = services.ports
        self._slices = services.slices
        self._readings = services.shelf.readings
        self._claim = claim
        self._stopping = stopping
        self._quick = quick
        self._began = time.monotonic()

    def run(self) -> None:
        """Do it. Raises ``Unavailable``; then it waits for another worker."""
        with bound_contextvars(file=self._claim.file_id):  # whatever is said on the way, by children too
            try:
                self._run()
            except Unavailable:
                self._give_back()
                raise
        self._services.shelf.bell.ring(self._claim.file_id)
        self._services.paces.save(self._ports.database)
        self._slices.wake(self._ports.database)

    def _run(self) -> None:
        try:
            self._do()
        except ClaimLost:
            _log.info("slice.lost", slice=self._claim.slice_id)
            self._discard()
        except ExtractionError as error:
            self._fail(error)
        except Cancelled:
            self._put_back(slow=self._quick and not self._stopping.is_set())
        except BlobLost:  # that costs an attempt, or a worker would look for it for ever
            self._put_back(tried=True)
        except Unavailable:
            raise
        except Exception as error:  # the outermost loop: a bug costs an attempt, not the worker
            if isinstance(error, OSError) and error.errno in _SHORTAGES:
                raise Unavailable("Room for reading") from error
            _log.error("slice.broken", slice=self._claim.slice_id, exc_info=error)
            self._put_back(tried=True)
        else:
            took_ms = round(self._took_s() * 1000)
            _log.info("slice.done", kind=self._claim.kind, first_page=self._claim.first_page, ms=took_ms)

    def _do(self) -> None:
        if self._claim.attempts >= MOST_ATTEMPTS:
            raise GivenUp(attempts=MOST_ATTEMPTS)
        if self._claim.kind == "join":
            self._commit(self._join())
            self._services.paces.joined(pages=self._claim.last_page or 1, took_s=self._took_s())
            return
        read = self._read()
        self._learn(read)
        if read.joined is not None:
            self._commit(read.joined, pages=read.pages_total)
        else:
            self._commit_part(read)

    def _took_s(self) -> float:
        return time.monotonic() - self._began

    def _read(self) -> Read:
        file, source = self._readings.source(self._claim)
        watch = Watch(self._services, self._claim, self._stopping)
        usually_quick = self._services.paces.quick(self._claim.route)
        haste: Haste = "quick" if self._quick else "brisk" if usually_quick else "patient"
        terms = Terms(haste, watch.progress, watch.cancelled)
        include = Include.of(file.include)
        with source:
            return self._services.reader.read(source, file.media_type, self._claim.pages, include=include, terms=terms)

    def _join(self) -> Joined:
        with self._ports.database.read() as tx:
            parts = self._slices.parts(tx, self._claim.file_id)
        watch = Watch(self._services, self._claim, self._stopping)
        return self._services.reader.join(self._opened(parts), terms=Terms(cancelled=watch.cancelled))

    def _opened(self, parts: Iterable[BlobKey]) -> Iterator[BinaryIO]:
        """Open one blob after the other: a long file has hundreds of parts."""
        for blob in parts:
            with self._readings.held(self._claim):
                part = self._ports.blobs.open(blob)
            with part:
                yield part

    def _learn(self, read: Read) -> None:
        """Learn what reading takes here, for the cost of the next and the forecast of those that wait."""
        paces, took_s = self._services.paces, self._took_s()
        effort = Effort(read.last - read.first + 1, read.recognised, took_s=took_s, cpu_s=read.cpu_s)
        if self._claim.pages is None:
            paces.opened(self._claim.route, effort, pages_total=read.pages_total)
        else:
            paces.read(effort)

    def _commit_part(self, read: Read) -> None:
        """Keep the facts of one slice; the opening one also queues the others."""
        claim, pages = self._claim, read.last - read.first + 1
        self._own(pages=pages)
        self._put(facts_blob(claim.token), [read.facts])
        with self._ports.database.write() as tx:
            self._slices.settle(tx, claim)
            self._slices.hold(tx, claim, pages_done=pages)
            if claim.pages is None:
                self._services.paces.proved_slow(claim.account_id, claim.route)  # it goes on for pages
                self._readings.counted(tx, claim, pages=read.pages_total)
                ocr_share = read.recognised / max(1, pages)
                self._slices.extend(tx, claim, pages_read=pages, pages_total=read.pages_total, ocr_share=ocr_share)
            self._slices.finish(tx, claim, pages=pages)

    def _commit(self, joined: Joined, *, pages: int | None = None) -> None:
        """Keep the document; *pages* are told by the claim that read the whole file, of most files the only one."""
        claim = self._claim
        self._own(pages=pages or 0)
        self._put(document_blob(claim.token), joined.document_pieces())
        self._put(markdown_blob(claim.token), joined.markdown_pieces())
        with self._ports.database.write() as tx:
            self._slices.settle(tx, claim)
            self._readings.succeed(tx, claim, title=joined.title, degraded=joined.degraded, pages=pages)
        _log.info("file.read", account=claim.account_id, pages=joined.pages, degraded=joined.degraded)

    def _own(self, *, pages: int) -> None:
        """Have the claim outlive a crash of the database before anything is written under it, or nobody would own that.

        Where other machines claim too, claims do not wait for the disk.
        """
        if self._ports.database.shared:
            with self._ports.database.write() as tx:
                self._slices.hold(tx, self._claim, pages_done=pages)

    def _put(self, blob: BlobKey, pieces: Iterable[bytes]) -> None:
        put_pieces(self._ports.blobs, blob, pieces, spool=self._ports.spool)

    def _fail(self, error: ExtractionError) -> None:
        _log.info("file.unreadable", account=self._claim.account_id, code=error.code, reason=str(error))
        try:
            with self._ports.database.write() as tx:
                self._slices.settle(tx, self._claim)
                self._readings.fail(tx, self._claim, reason=str(error), code=error.code)
        except ClaimLost:
            self._discard()

    def _give_back(self) -> None:
        """Put back what could not be ended, which may not be possible either until the database is there again.

        On a machine alone nobody else would do it before the next start; where others share the database, they do.
        """
        while True:
            try:
                self._put_back()
            except Unavailable as error:
                _log.warning("slice.held", slice=self._claim.slice_id, reason=str(error))
                if self._ports.database.shared or self._stopping.wait(_PAUSE_S):
                    raise
            else:
                return

    def _put_back(self, *, tried: bool = False, slow: bool = False) -> None:
        with self._ports.database.write() as tx:
            self._slices.settle(tx, self._claim)
            self._slices.release(tx, self._claim, tried=tried, slow=slow)
            counts = self._readings.counts(tx, self._claim)
        if not counts:
            with suppress(Unavailable):  # as what it waits for may well be the storage; the next claim buries the rest
                self._discard()

    def _discard(self) -> None:
        """Remove what was written under a claim that no row names any more."""
        for blob in (facts_blob, document_blob, markdown_blob):
            self._ports.blobs.delete(blob(self._claim.token))
