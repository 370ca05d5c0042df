"""The crew: the worker threads of this process, those for all files and those for quick ones."""

from threading import Event, Thread

import structlog
from sqlalchemy import Connection

from moonshelf.wiring import Services
from moonshelf.work.claims import Claim
from moonshelf.work.trials import Trials
from moonshelf.worker.job import Job

_PAUSE_S = 1.0  # after a bug
_log = structlog.get_logger()
_QUICK = 2  # workers for short files: one reads while the other waits for the disk


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
                Job(services, claim, stopping, quick=quick).run()
            finally:
                if quick:
                    trials.end(services.ports.database)

        while not stopping.is_set():
            try:
                services.ports.queue.serve(claim, spend, stopping, quick=quick)
            except Exception as error:  # noqa: BLE001 - the outermost loop: a bug in claiming costs a pause, not the worker
                _log.error("worker.broken", exc_info=error)
                stopping.wait(_PAUSE_S)
