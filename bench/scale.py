"""Throughput of no-op slices through the real queue and claim, beside pgqueuer's own rate in the same run.

    python bench/scale.py [SLICES]

Worker processes take tokens from PostgreSQL, claim the fairest slice of eight accounts and finish it, so each slice is
one token, one claim and one commit of its result, and nothing is read. Start latency is from the push of a lone token
to its claim, on an idle installation. pgqueuer runs no-op jobs by its own loop, batches of ten, on the same server.
"""

import asyncio
import multiprocessing
import subprocess
import sys
import tempfile
import threading
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median, quantiles

import psycopg
from pgqueuer import PgQueuer
from pgqueuer.db import PsycopgDriver
from pgqueuer.models import Job
from pgqueuer.types import QueueExecutionMode
from sqlalchemy import func, select, update

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import shelf as shelves
from moonshelf import db
from moonshelf.limits.tiers import Tiers
from moonshelf.listening import Listener
from moonshelf.paces import Paces
from moonshelf.queue.postgres import PostgresQueue
from moonshelf.slices import Slices
from moonshelf.tables import slices
from postgres import Postgres

PROCESSES = (1, 2, 4, 8, 16)
ACCOUNTS = 8
LONE = 100


def worker(url: str, ready: Event, stop: Event) -> None:
    """Claim and finish slices on one thread until told to stop."""
    database = db.connect(url)
    queue, listener = PostgresQueue(database), Listener(url)
    queue.hear(listener)
    listener.start()
    line = Slices(queue, slice_pages=16, paces=Paces(workers=1), tiers=Tiers({}, default=""))

    def work(ticket: str | None) -> None:
        with database.write() as tx:
            claim = line.claim(tx, ticket=ticket)
        if claim is None:
            return
        with database.write() as tx:
            line.hold(tx, claim, pages_done=1)
            tx.execute(update(slices).where(slices.c.id == claim.slice_id).values(state="done", pages_done=1))

    stopping = threading.Event()
    thread = threading.Thread(target=queue.serve, args=(work, stopping))
    thread.start()
    ready.set()
    stop.wait()
    stopping.set()
    queue.wake()
    thread.join()
    listener.stop()
    database.close()


class Site:
    """An installation with eight accounts, each with one file whose slices are done over and over."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.shelf = shelves.build(folder, url=url)
        self.queue = PostgresQueue(self.shelf.database)
        self.queue.install()
        for number in range(ACCOUNTS):
            self.shelf.add(self.shelf.account(str(number)))
        with self.shelf.database.write() as tx:
            self.files = [(row.file_id, row.account_id) for row in tx.execute(select(slices))]
            tx.execute(update(slices).values(state="done"))

    def push(self, count: int) -> None:
        """Queue *count* slices."""
        rows = [
            {"file_id": file_id, "account_id": account, "kind": "read", "state": "waiting", "first_page": number}
            for number in range(count)
            for file_id, account in [self.files[number % ACCOUNTS]]
        ]
        with self.shelf.database.write() as tx:
            tx.execute(slices.insert(), [row | {"last_page": row["first_page"], "route": "pages"} for row in rows])
            self.queue.push(tx, count)

    def left(self) -> int:
        """Count the slices that are not done."""
        with self.shelf.database.read() as tx:
            return int(tx.execute(select(func.count()).where(slices.c.state != "done")).scalar_one())

    def until_done(self, pause_s: float) -> None:
        """Wait for the last one."""
        while self.left():
            time.sleep(pause_s)


def throughput(site: Site, processes: int, count: int) -> tuple[float, list[float]]:
    """Return slices a second, and the start latencies of lone slices in milliseconds."""
    spawning = multiprocessing.get_context("spawn")
    stop, ready = spawning.Event(), [spawning.Event() for _ in range(processes)]
    crew = [spawning.Process(target=worker, args=(site.url, one, stop)) for one in ready]
    for process in crew:
        process.start()
    for one in ready:
        one.wait()
    time.sleep(1.5)
    began = time.perf_counter()
    site.push(count)
    site.until_done(0.05)
    rate = count / (time.perf_counter() - began)
    lone = []
    for _ in range(LONE):
        time.sleep(0.02)
        began = time.perf_counter()
        site.push(1)
        site.until_done(0.001)
        lone.append((time.perf_counter() - began) * 1000)
    stop.set()
    for process in crew:
        process.join()
    return rate, lone


async def pgqueuer_rate(url: str, count: int) -> float:
    """Return the no-op jobs a second of pgqueuer's own loop."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        runner = PgQueuer(PsycopgDriver(connection))

        @runner.entrypoint("noop")
        async def noop(_: Job) -> None:
            return

        await runner.qm.queries.enqueue(["noop"] * count, [None] * count, [0] * count)
        began = time.perf_counter()
        await runner.run(mode=QueueExecutionMode.drain, batch_size=10)
        return count / (time.perf_counter() - began)


def peer(url: str, processes: int, count: int) -> float:
    """Run *processes* of pgqueuer's loops beside each other and add their rates up."""
    command = [sys.executable, __file__, "--peer", url, str(count // processes)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    return sum(float(one.communicate()[0]) for one in running)


def main() -> None:
    """Print a table."""
    if "--peer" in sys.argv:
        print(asyncio.run(pgqueuer_rate(sys.argv[-2], int(sys.argv[-1]))))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    postgres = Postgres(fsync="on", full_page_writes="on").start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            site = Site(postgres.database(), Path(folder))
            print("processes  slices/s  of pgqueuer's  start p50 ms  start p99 ms")
            for processes in PROCESSES:
                rate, lone = throughput(site, processes, count)
                theirs = peer(site.url, processes, count)
                p99 = quantiles(lone, n=100)[98]
                ratio = f"{rate / theirs:5.2f} of {theirs:4.0f}"
                print(f"{processes:9}  {rate:8.0f}  {ratio}  {median(lone):12.1f}  {p99:12.1f}", flush=True)
            site.shelf.database.close()
    finally:
        postgres.stop()


if __name__ == "__main__":
    main()
