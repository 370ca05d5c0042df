"""A lock that goes to who waited longest; and writers of SQLite, who take turns by one."""

import threading
import time
from collections.abc import Callable
from functools import partial

import shelves
from moonshelf.db.fair_lock import FairLock
from patience import until


def test_threads_go_in_the_order_in_which_they_came() -> None:
    lock, went = FairLock(), list[int]()

    def go(number: int) -> None:
        with lock:
            went.append(number)

    def waiting(number: int) -> bool:
        return len(lock) == number

    threads = [threading.Thread(target=go, args=(number,)) for number in range(8)]
    with lock:
        for number, one in enumerate(threads, 1):
            one.start()
            until(partial(waiting, number))
    for one in threads:
        one.join()
    assert went == list(range(8))
    assert not lock


def test_a_writer_waits_for_no_more_than_those_before_it(alone: Callable[..., shelves.Shelf]) -> None:
    database = alone().database
    over, turns = threading.Event(), list[int]()

    def hammer() -> None:
        while not over.is_set():
            with database.write():
                turns.append(0)
                time.sleep(0.002)

    threads = [threading.Thread(target=hammer) for _ in range(3)]
    for one in threads:
        one.start()
    try:
        waited = []
        for _ in range(20):
            before = len(turns)
            with database.write():
                waited.append(len(turns) - before)
    finally:
        over.set()
    for one in threads:
        one.join()
    assert max(waited) <= 4
