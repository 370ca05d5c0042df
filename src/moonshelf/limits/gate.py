"""The gate: what a caller's tiers allow, taken when a request comes and settled when it is over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock

from moonshelf import ids
from moonshelf.errors.limits import RateLimited, TooManyAtOnce, TooManyRequests, TooManyTokens, TooManyUploadBytes
from moonshelf.limits import Charge, Limits, Rate, Slot, Standing, Verdict
from moonshelf.limits.tiers import Tier, Tiers

REQUESTS, TOKENS, DAY, BYTES = "requests", "tokens", "tokens_day", "bytes"
_MINUTE_S, _DAY_S = 60.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: an account, by one of its keys, each with the name of its tier if it has one."""

    account_id: str
    key_id: str
    tier: str | None = None
    key_tier: str | None = None
    scopes: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """Name account and key as Kimi's messages do."""
        return f"{self.account_id}<{self.key_id}>"


@dataclass
class Visit:
    """A request that was let in, what was taken for it, and how each bucket stood when it was last asked."""

    caller: Caller
    slots: tuple[Slot, ...] = ()
    standings: dict[str, tuple[Rate, Standing]] = field(default_factory=dict)
    taken: list[Charge] = field(default_factory=list)

    def nearest(self) -> dict[str, tuple[Rate, Standing]]:
        """Tell, for requests, tokens and bytes, the limit nearest to its end: the account's, the key's, or a day's."""
        nearest: dict[str, tuple[Rate, Standing]] = {}
        for bucket, (rate, standing) in self.standings.items():
            kind = TOKENS if _kind(bucket) == DAY else _kind(bucket)
            known = nearest.get(kind)
            if known is None or standing.remaining * known[0].amount < known[1].remaining * rate.amount:
                nearest[kind] = rate, standing
        return nearest


class Gate:
    """Lets callers in. Calls may block where ``remote`` says so, and raise ``Unavailable``."""

    def __init__(self, limits: Limits, tiers: Tiers) -> None:
        self._limits = limits
        self._tiers = tiers
        self._held: set[Slot] = set()
        self._lock = Lock()
        self.remote = limits.remote

    def limits(self, caller: Caller) -> bool:
        """Tell whether *caller* has any limit at all: most installations have none."""
        return any(_rates(tier) or tier.concurrency for _, tier in self._subjects(caller))

    def counts_tokens(self, caller: Caller) -> bool:
        """Tell whether the tokens that *caller* uses are limited."""
        return any(tier.tokens_per_minute or tier.tokens_per_day for _, tier in self._subjects(caller))

    def enter(self, visit: Visit) -> None:
        """Count one request and hold its places. Raises ``RateLimited``; *visit* tells how things stand."""
        slots = tuple(
            Slot(f"{subject}:at_once", tier.concurrency, ids.token())
            for subject, tier in self._subjects(visit.caller)
            if tier.concurrency
        )
        self._take(visit, {REQUESTS: 1, TOKENS: 0, DAY: 0}, slots)  # each answer tells how tokens stand, too
        visit.slots = slots
        with self._lock:
            self._held.update(slots)

    def charge(self, visit: Visit, *, tokens: int = 0, upload_bytes: int = 0) -> None:
        """Charge what the request is about to spend. Raises ``RateLimited``."""
        costs = {TOKENS: tokens, DAY: tokens} if tokens else {}
        self._take(visit, costs | ({BYTES: upload_bytes} if upload_bytes else {}))

    def settle(self, visit: Visit, *, tokens: int | None = None, upload_bytes: int | None = None) -> None:
        """Put right what was charged, now that it is known; what was not charged yet is charged now."""
        spent = {TOKENS: tokens, DAY: tokens, BYTES: upload_bytes}
        self._correct(visit, {kind: amount for kind, amount in spent.items() if amount is not None})

    def refund(self, visit: Visit) -> None:
        """Give back all that *visit* was charged: it was a repetition of one that was paid for."""
        self._correct(visit, {REQUESTS: 0, TOKENS: 0, DAY: 0, BYTES: 0})

    def leave(self, visit: Visit) -> None:
        """Give the places back; again is no error."""
        slots, visit.slots = visit.slots, ()
        if slots:
            with self._lock:
                self._held.difference_update(slots)
            self._limits.leave(slots)

    def renew(self) -> None:
        """Say that the places of running requests are still held; to be called a few times a minute."""
        with self._lock:
            held = tuple(self._held)
        self._limits.renew(held)

    def close(self) -> None:
        """Let go of connections."""
        self._limits.close()

    def _take(self, visit: Visit, costs: dict[str, int], slots: tuple[Slot, ...] = ()) -> None:
        charges = list(self._charges(visit.caller, costs))
        if not charges and not slots:
            return
        verdict = self._limits.take(charges, slots)
        for charge, standing in zip(charges, verdict.standings, strict=True):
            visit.standings[charge.bucket] = charge.rate, standing
        if not verdict.passed:
            raise _refusal(visit.caller, charges, verdict)
        visit.taken += charges

    def _correct(self, visit: Visit, spent: dict[str, int]) -> None:
        """Charge or give back the difference between what was *spent* and what was taken."""
        paid = {one.bucket: one.cost for one in visit.taken}
        right = list(self._charges(visit.caller, spent))
        difference = [Charge(one.bucket, one.rate, one.cost - paid.get(one.bucket, 0)) for one in right]
        visit.taken = [one for one in visit.taken if one.bucket not in {other.bucket for other in right}] + right
        self._limits.settle([one for one in difference if one.cost])

    def _charges(self, caller: Caller, costs: dict[str, int]) -> Iterator[Charge]:
        for subject, tier in self._subjects(caller):
            rates = _rates(tier)
            for kind, cost in costs.items():
                if kind in rates:
                    yield Charge(f"{subject}:{kind}", rates[kind], cost)

    def _subjects(self, caller: Caller) -> tuple[tuple[str, Tier], tuple[str, Tier]]:
        account, key = self._tiers.of_account(caller.tier), self._tiers.of_key(caller.key_tier)
        return (caller.account_id, account), (caller.key_id, key)


@cache  # there are few tiers, and each request asks several times
def _rates(tier: Tier) -> dict[str, Rate]:
    rates = {
        REQUESTS: (tier.requests_per_minute, _MINUTE_S),
        TOKENS: (tier.tokens_per_minute, _MINUTE_S),
        DAY: (tier.tokens_per_day, _DAY_S),
        BYTES: (tier.upload_bytes_per_minute, _MINUTE_S),
    }
    return {kind: Rate(int(amount), period_s) for kind, (amount, period_s) in rates.items() if amount}


def _kind(bucket: str) -> str:
    return bucket.rpartition(":")[2]


def _refusal(caller: Caller, charges: Sequence[Charge], verdict: Verdict) -> RateLimited:
    """Say which limit was reached, the one with the longest wait, in Kimi's words."""
    charge, standing = max(
        zip(charges, verdict.standings, strict=True), key=lambda one: one[1].wait_s, default=(None, None)
    )
    if charge is None or standing is None or not standing.wait_s:
        return TooManyAtOnce(str(caller), limit=verdict.full.most if verdict.full else 0)
    limit, wait_s = charge.rate.amount, standing.wait_s
    current = limit - standing.remaining + charge.cost
    match _kind(charge.bucket):
        case "requests":
            return TooManyRequests(str(caller), limit=limit, wait_s=wait_s)
        case "bytes":
            return TooManyUploadBytes(str(caller), limit=limit, wait_s=wait_s)
        case kind:
            per = "minute" if kind == TOKENS else "day"
            return TooManyTokens(str(caller), per=per, current=current, limit=limit, wait_s=wait_s)
