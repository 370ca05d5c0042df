"""A burst on one server: 64 clients of mixed work, each pausing between two files, while one account floods.

    python bench/load.py [SECONDS]

The flood sends 200-page PDFs without end. The same small PDFs are sent alone before the burst and after it, and batches
of each kind alone give the price of one; throughput is what was read, at these prices, to the time it took. An estimate
is judged each second of a file's life, but for the last two.
"""

import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median, quantiles

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from live import Live
from memory import Memory
from traffic import FILES

CLIENTS: Mapping[str, tuple[int, float]] = {  # how many, and the seconds that each pauses
    "small": (24, 8.0),
    "long": (3, 30.0),
    "scan": (5, 15.0),
    "docx": (12, 8.0),
    "list": (20, 2.0),
}
PRICED: Mapping[str, int] = {"small": 30, "long": 2, "scan": 6, "docx": 30}
ALONE, ACCOUNTS, FLOODS = 100, 8, 4
WATCHED = ("long", "scan")
NEAR_S = 2.0  # an estimate of less is not judged


@dataclass
class Seen:
    """What the clients saw."""

    took_s: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in CLIENTS})
    statuses: Counter[int] = field(default_factory=Counter)
    estimates: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in WATCHED})
    """How far each was off, to the time that was really left: more than 0 is too long."""


class Client:
    """One account's way to the server, which notes what it sees."""

    def __init__(self, http: httpx.Client, seen: Seen, numbers: Iterator[int]) -> None:
        self._http = http
        self._seen = seen
        self._numbers = numbers

    def turn(self, kind: str) -> None:
        """List the files, or send one and wait for its content."""
        began = time.monotonic()
        if kind == "list":
            self._seen.statuses[self._http.get("/files").status_code] += 1
        elif file_id := self.send(kind):
            if kind in WATCHED:
                self._watch(kind, file_id)
            self._seen.statuses[self._http.get(f"/files/{file_id}/content").status_code] += 1
        self._seen.took_s[kind].append(time.monotonic() - began)

    def send(self, kind: str) -> str | None:
        """Upload another file of *kind*; None if it was refused."""
        ending, made = FILES[kind]
        number = next(self._numbers)
        answer = self._http.post("/files", files={"file": (f"{kind}-{number}.{ending}", made(number))})
        self._seen.statuses[answer.status_code] += 1
        return str(answer.json()["id"]) if answer.is_success else None

    def done(self) -> Counter[str]:
        """Count the files of each kind in thousandths, as far as they were read."""
        read: Counter[str] = Counter()
        for file in self._http.get("/files").json()["data"]:
            share = 1.0 if file["status"] == "ok" else (file["pages_done"] or 0) / (file["pages_total"] or 1)
            read[file["filename"].partition("-")[0]] += round(share * 1000)
        return read

    def _watch(self, kind: str, file_id: str) -> None:
        said: list[tuple[float, float]] = []
        while (file := self._http.get(f"/files/{file_id}").json()).get("eta_seconds") is not None:
            said.append((time.monotonic(), file["eta_seconds"]))
            time.sleep(1)
        now = time.monotonic()
        self._seen.estimates[kind] += [(at + eta - now) / (now - at) for at, eta in said if now - at > NEAR_S]


class Load:
    """A server under the burst."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._numbers = count()
        self._keys = [live.key(f"load-{number}") for number in range(ACCOUNTS)]
        self._flood = live.key("flood")
        self.seen = Seen()
        self.held_mb: list[float] = []

    def alone(self) -> list[float]:
        """Return the seconds that a small file takes while nothing else is asked for."""
        seen = Seen()
        with self._live.http() as http:
            for _ in range(ALONE):
                Client(http, seen, self._numbers).turn("small")
        return seen.took_s["small"]

    def price(self, kind: str) -> float:
        """Return the seconds of the machine that a file of *kind* takes, sent in a batch of its own."""
        with self._live.http() as http, ThreadPoolExecutor(4) as pool:
            client = Client(http, Seen(), self._numbers)
            began = time.monotonic()
            list(pool.map(client.turn, [kind] * PRICED[kind]))
            return (time.monotonic() - began) / PRICED[kind]

    def burst(self, seconds: float) -> float:
        """Let all clients loose, and return how many seconds' worth of work was read in each second."""
        prices = {kind: self.price(kind) for kind in PRICED}
        until = time.monotonic() + seconds
        kinds = [kind for kind, (many, _) in CLIENTS.items() for _ in range(many)]
        threads = [threading.Thread(target=self._client, args=(n, kind, until)) for n, kind in enumerate(kinds)]
        threads += [threading.Thread(target=self._flooding, args=(until,)) for _ in range(FLOODS)]
        for one in threads:
            one.start()
        memory = Memory(self._live.pid)
        while time.monotonic() < until:
            self.held_mb.append(memory.look())
            time.sleep(1)
        done = self._done()
        for one in threads:
            one.join()
        return sum(done[kind] / 1000 * price for kind, price in prices.items()) / seconds

    def clear(self) -> None:
        """Delete every file, so that nothing waits to be read any more."""
        for key in (*self._keys, self._flood):
            with self._live.http(key) as http:
                for file in http.get("/files").json()["data"]:
                    http.delete(f"/files/{file['id']}")

    def _client(self, number: int, kind: str, until: float) -> None:
        _, pause_s = CLIENTS[kind]
        time.sleep(pause_s * (number % 12) / 12)
        with self._live.http(self._keys[number % ACCOUNTS]) as http:
            client = Client(http, self.seen, self._numbers)
            while time.monotonic() < until:
                client.turn(kind)
                time.sleep(max(0.0, min(pause_s, until - time.monotonic())))

    def _flooding(self, until: float) -> None:
        with self._live.http(self._flood) as http:
            client = Client(http, self.seen, self._numbers)
            while time.monotonic() < until:
                if client.send("long") is None:
                    time.sleep(1)

    def _done(self) -> Counter[str]:
        done: Counter[str] = Counter()
        for key in (*self._keys, self._flood):
            with self._live.http(key) as http:
                done += Client(http, Seen(), self._numbers).done()
        return done


def main(seconds: float) -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as folder:
        live = Live(Path(folder) / "data", log_level="warning").start()
        try:
            load = Load(live)
            alone = load.alone()
            throughput = load.burst(seconds)
            load.clear()
            alone += load.alone()
        finally:
            live.kill()
    _print(load, alone, throughput)


def _print(load: Load, alone: list[float], throughput: float) -> None:
    seen, held = load.seen, load.held_mb
    for kind, took in seen.took_s.items():
        print(f"{kind:6} {len(took):5} turns, p50 {median(took):.2f} s, p99 {_p99(took):.2f} s")
    ratio = _p99(seen.took_s["small"]) / _p99(alone)
    print(f"small files: p99 {ratio:.1f} times that of the same alone (p50 {median(alone):.3f}, {_p99(alone):.3f} s)")
    print(f"work read in a second: {throughput:.2f} seconds' worth; answers by status: {dict(seen.statuses)}")
    errors = {"all": [off for kind in WATCHED for off in seen.estimates[kind]], **seen.estimates}
    for kind, off in errors.items():
        if off:
            far = median(map(abs, off))
            print(f"estimates of {kind}: median error {far:.0%}, median {median(off):+.0%} of {len(off)}")
    settled = held[len(held) // 4 : len(held) // 2]
    print(f"held: {median(settled):.0f} MB in the second quarter, {median(held[-len(settled) :]):.0f} in the last")


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98] if len(times) > 1 else times[0]


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 120)
