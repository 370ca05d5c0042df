"""What every queue promises; a new one joins in ``QUEUES``."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import shelf as shelves
from moonshelf.errors import Unavailable
from moonshelf.queue import Queue
from moonshelf.queue.local import LocalQueue

QUEUES: dict[str, Callable[[], Queue]] = {"local": lambda: LocalQueue(look_s=30, pause_s=0.01)}


@pytest.fixture(params=QUEUES)
def queue(request: pytest.FixtureRequest) -> Queue:
    return QUEUES[request.param]()


class _Served:
    """Serves a queue on threads until it has worked *wanted* times."""

    def __init__(self, queue: Queue, wanted: int, *, fail_first: int = 0) -> None:
        self.worked = 0
        self._failures = fail_first
        self._wanted = wanted
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._stopping = threading.Event()
        self._queue = queue
        self._threads = [threading.Thread(target=queue.serve, args=(self._work, self._stopping)) for _ in range(3)]

    def _work(self) -> None:
        with self._lock:
            if self._failures:
                self._failures -= 1
                raise Unavailable("The database")
            self.worked += 1
            if self.worked >= self._wanted:
                self._done.set()

    def run(self, tmp_path: Path) -> bool:
        shelf = shelves.build(tmp_path)
        for thread in self._threads:
            thread.start()
        with shelf.database.write() as tx:
            self._queue.push(tx, self._wanted)
        met = self._done.wait(10)
        self._stopping.set()
        with shelf.database.write() as tx:
            self._queue.push(tx, 1)
        for thread in self._threads:
            thread.join(10)
        shelf.database.close()
        return met and not any(thread.is_alive() for thread in self._threads)


def test_every_token_is_worked_and_stopping_ends_every_thread(queue: Queue, tmp_path: Path) -> None:
    served = _Served(queue, 20)
    assert served.run(tmp_path)
    assert served.worked == 20


def test_a_token_whose_work_was_unavailable_is_spent_again(queue: Queue, tmp_path: Path) -> None:
    assert _Served(queue, 3, fail_first=5).run(tmp_path)
