"""Throughput of no-op slices through the real queue and claim, beside pgqueuer's own rate in the same run.

    python bench/scale.py [SLICES]

Worker processes take tokens from PostgreSQL, claim the fairest slice of eight accounts and finish it, so each slice is
one token, one claim and one commit of its result, and nothing is read. Start latency is from the push of a lone token
to the end of its slice, on an idle installation. pgqueuer runs no-op jobs by its own loop, batches of ten, in another
database of the same server. CPU is what the workers and PostgreSQL took together, a slice or a job.
"""

import asyncio
import multiprocessing
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median, quantiles

import psycopg
from pgqueuer import PgQueuer
from pgqueuer.db import PsycopgDriver
from pgqueuer.models import Job
from pgqueuer.types import QueueExecutionMode
from sqlalchemy import Connection, bindparam, select, update

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import databases
import shelves
from moonshelf import db
from moonshelf.db.listening import Listener
from moonshelf.db.prepared import Prepared
from moonshelf.db.tables import slices
from moonshelf.limits.tiers import Tiers
from moonshelf.queue.postgres import PostgresQueue
from moonshelf.work.claims import Claim
from moonshelf.work.paces import Paces
from moonshelf.work.slices import Slices
from servers.postgres import Postgres, cpu_s

PROCESSES = (1, 2, 4, 8, 16)
ACCOUNTS = 8
LONE = 100
DONE = Prepared(update(slices).where(slices.c.id == bindparam("held")).values(state="done", pages_done=1))


def worker(url: str, ready: Event, stop: Event, done: "Synchronized[int]") -> None:
    """Claim and finish slices on one thread until told to stop."""
    database = db.connect(url)
    queue, listener = PostgresQueue(database), Listener(url, name="the bench")
    queue.hear(listener)
    listener.start()
    line = Slices(queue, slice_pages=16, paces=Paces(workers=1), tiers=Tiers({}, default=""))

    def claim(tx: Connection, ticket: str | None) -> Claim | None:
        return line.claim(tx, ticket=ticket)

    def work(claim: Claim) -> None:
        with database.write() as tx:
            line.hold(tx, claim, pages_done=1)
            DONE.count(tx, {"held": claim.slice_id})
        with done.get_lock():
            done.value += 1

    stopping = threading.Event()
    thread = threading.Thread(target=queue.serve, args=(claim, work, stopping))
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


@dataclass(frozen=True)
class Run:
    """What one crew did."""

    rate: float
    cpu_ms: float
    lone_ms: list[float]


def throughput(site: Site, server: Postgres, processes: int, count: int) -> Run:
    """Measure slices a second, and the start latencies of lone slices."""
    spawning = multiprocessing.get_context("spawn")
    stop, ready, done = spawning.Event(), [spawning.Event() for _ in range(processes)], spawning.Value("i", 0)
    crew = [spawning.Process(target=worker, args=(site.url, one, stop, done)) for one in ready]
    for process in crew:
        process.start()
    for one in ready:
        one.wait()
    time.sleep(1.5)

    def spent() -> float:
        return server.cpu_s() + sum(cpu_s(int(process.pid or 0)) for process in crew)

    def until(total: int, pause_s: float) -> None:
        while done.value < total:
            time.sleep(pause_s)

    site.push(count)
    began, before = time.perf_counter(), spent()
    until(count, 0.02)
    rate, cpu_ms = count / (time.perf_counter() - began), (spent() - before) / count * 1000
    lone = []
    for number in range(LONE):
        time.sleep(0.02)
        began = time.perf_counter()
        site.push(1)
        until(count + number + 1, 0.0005)
        lone.append((time.perf_counter() - began) * 1000)
    stop.set()
    for process in crew:
        process.join()
    return Run(rate, cpu_ms, lone)


async def pgqueuer_rate(url: str, count: int) -> tuple[float, float]:
    """Return the no-op jobs a second of pgqueuer's own loop, and the seconds of CPU that it took."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        runner = PgQueuer(PsycopgDriver(connection))

        @runner.entrypoint("noop")
        async def noop(_: Job) -> None:
            return

        await runner.qm.queries.enqueue(["noop"] * count, [None] * count, [0] * count)
        began, cpu = time.perf_counter(), time.process_time()
        await runner.run(mode=QueueExecutionMode.drain, batch_size=10)
        return count / (time.perf_counter() - began), time.process_time() - cpu


def peer(url: str, server: Postgres, processes: int, count: int) -> tuple[float, float]:
    """Run *processes* of pgqueuer's loops beside each other, and add their rates up."""
    command = [sys.executable, __file__, "--peer", url, str(count // processes)]
    before = server.cpu_s()
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    told = [one.communicate()[0].split() for one in running]
    cpu_s = server.cpu_s() - before + sum(float(cpu) for _, cpu in told)
    return sum(float(rate) for rate, _ in told), cpu_s / count * 1000


async def install_pgqueuer(url: str) -> None:
    """Give pgqueuer a database as it likes it."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await PgQueuer(PsycopgDriver(connection)).qm.queries.install()


def main() -> None:
    """Print a table."""
    if "--peer" in sys.argv:
        print(*asyncio.run(pgqueuer_rate(sys.argv[-2], int(sys.argv[-1]))))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    postgres = Postgres(fsync="on", full_page_writes="on").start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            site, plain = Site(databases.on_postgresql(postgres), Path(folder)), postgres.database()
            asyncio.run(install_pgqueuer(plain))
            print("processes  slices/s  of pgqueuer's  cpu ms  of pgqueuer's  start p50 ms  start p99 ms")
            for processes in PROCESSES:
                run = throughput(site, postgres, processes, count)
                rate, cpu_ms = peer(plain, postgres, processes, count)
                speed = f"{run.rate:8.0f}  {run.rate / rate:5.2f} of {rate:4.0f}"
                cost = f"{run.cpu_ms:6.2f}  {run.cpu_ms / cpu_ms:5.2f} of {cpu_ms:4.2f}"
                start = f"{median(run.lone_ms):12.1f}  {quantiles(run.lone_ms, n=100)[98]:12.1f}"
                print(f"{processes:9}  {speed}  {cost}  {start}", flush=True)
            site.shelf.database.close()
    finally:
        postgres.stop()


if __name__ == "__main__":
    main()
