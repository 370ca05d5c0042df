"""Limits counted in this process: exact where it is the only one."""

import time
from collections import defaultdict
from collections.abc import Sequence
from threading import Lock

from moonshelf.limits import Charge, Slot, Verdict
from moonshelf.limits.gcra import increment, standing

_MOST_BUCKETS = 50_000  # before those that are full again are forgotten


class LocalLimits:
    """A number a bucket. It needs no durability: a restart forgives what one period holds."""

    remote = False

    def __init__(self) -> None:
        self._arrivals: dict[str, float] = {}
        self._slots: defaultdict[str, set[str]] = defaultdict(set)
        self._lock = Lock()

    def take(self, charges: Sequence[Charge], slots: Sequence[Slot] = ()) -> Verdict:
        """Take all of it or nothing."""
        with self._lock:
            now = time.monotonic()
            standings = tuple(standing(one, self._arrivals.get(one.bucket, 0.0), now) for one in charges)
            full = next((one for one in slots if len(self._slots.get(one.bucket, ())) >= one.most), None)
            verdict = Verdict(standings, full)
            if verdict.passed:
                self._charge(charges, now)
                for slot in slots:
                    self._slots[slot.bucket].add(slot.token)
        return verdict

    def settle(self, charges: Sequence[Charge]) -> None:
        """Charge what was spent in the end, whether or not it fits."""
        with self._lock:
            self._charge(charges, time.monotonic())

    def renew(self, slots: Sequence[Slot]) -> None:
        """Nothing to do: slots end with this process."""

    def leave(self, slots: Sequence[Slot]) -> None:
        """Give places back."""
        with self._lock:
            for slot in slots:
                held = self._slots.get(slot.bucket, set())
                held.discard(slot.token)
                if not held:
                    self._slots.pop(slot.bucket, None)

    def check(self) -> None:
        """Nothing to do: they are here."""

    def sweep(self) -> None:
        """Forget the buckets that are full again."""
        with self._lock:
            now = time.monotonic()
            self._arrivals = {bucket: arrival for bucket, arrival in self._arrivals.items() if arrival > now}

    def close(self) -> None:
        """Nothing is open."""

    def _charge(self, charges: Sequence[Charge], now: float) -> None:
        for one in charges:
            self._arrivals[one.bucket] = max(self._arrivals.get(one.bucket, 0.0), now) + increment(one)
        if len(self._arrivals) > _MOST_BUCKETS:
            self._arrivals = {bucket: arrival for bucket, arrival in self._arrivals.items() if arrival > now}
