"""Limits counted in Valkey or Redis: exact across machines, by that server's own clock."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from moonshelf.errors import Unavailable
from moonshelf.limits import SLOT_S, Charge, Slot, Standing, Verdict
from moonshelf.limits.gcra import after, increment, standing

_TIMEOUT_S = 2.0
_PREFIX = "moonshelf:"

# KEYS: buckets, then those of the slots. ARGV: how many buckets, 1 where it must pass, increment and period of each
# bucket, then most and token of each slot, then the seconds of a slot. Answers whether it passed, the number of the
# slot that is full (or 0), and the seconds ahead of each bucket: charged if it passed, as they were if it did not.
_TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1e6
local buckets, forced = tonumber(ARGV[1]), ARGV[2] == '1'
local slots = #KEYS - buckets
local passed, full, ahead, before = true, 0, {}, {}
for i = 1, buckets do
  local increment, period = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
  before[i] = math.max((tonumber(redis.call('GET', KEYS[i])) or 0) - now, 0)
  ahead[i] = before[i] + increment
  if increment > 0 and ahead[i] > period + 1e-6 and not forced then passed = false end
end
local base = 2 + 2 * buckets
local last = tonumber(ARGV[#ARGV])
for i = 1, slots do
  local key = KEYS[buckets + i]
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  if redis.call('ZCARD', key) >= tonumber(ARGV[base + 2 * i - 1]) and full == 0 then full = i end
end
local answer = {}
if passed and full == 0 then
  for i = 1, buckets do
    if ahead[i] > 0 then
      redis.call('SET', KEYS[i], string.format('%.6f', now + ahead[i]), 'PX', math.ceil(ahead[i] * 1000))
    else
      redis.call('DEL', KEYS[i])
    end
  end
  for i = 1, slots do
    redis.call('ZADD', KEYS[buckets + i], now + last, ARGV[base + 2 * i])
    redis.call('PEXPIRE', KEYS[buckets + i], math.ceil(last * 1000))
  end
end
for i = 1, buckets do
  answer[i] = string.format('%.6f', (passed and full == 0) and ahead[i] or before[i])
end
return {passed and 1 or 0, full, unpack(answer)}
"""

# KEYS: a bucket each; ARGV: a token each, then the seconds of a slot. Only what is still held is renewed.
_RENEW = """
local time = redis.call('TIME')
local till = tonumber(time[1]) + tonumber(time[2]) / 1e6 + tonumber(ARGV[#ARGV])
for i = 1, #KEYS do
  redis.call('ZADD', KEYS[i], 'XX', till, ARGV[i])
  redis.call('PEXPIRE', KEYS[i], math.ceil(tonumber(ARGV[#ARGV]) * 1000))
end
"""


class ValkeyLimits:
    """A key a bucket, all of a request by one script: atomic, and one way there and back. Keys expire by themselves."""

    remote = True

    def __init__(self, url: str) -> None:
        """Connect when first used; the extra ``[valkey]`` is there."""
        import valkey  # noqa: PLC0415 - an extra

        self._error = valkey.ValkeyError
        timeouts = {"socket_timeout": _TIMEOUT_S, "socket_connect_timeout": _TIMEOUT_S}
        # Any: the client is typed for both its ways, so every answer might be one to await.
        self._client: Any = valkey.Valkey.from_url(url.replace("redis", "valkey", 1), **timeouts)
        self._take = self._client.register_script(_TAKE)
        self._renew = self._client.register_script(_RENEW)

    def take(self, charges: Sequence[Charge], slots: Sequence[Slot] = ()) -> Verdict:
        """Take all of it or nothing."""
        with self._reached():
            passed, full, *raw = self._run(charges, slots, forced=False)
        ahead = [float(one) for one in raw]
        standings = tuple(_standing(*one, passed=bool(passed and not full)) for one in zip(charges, ahead, strict=True))
        return Verdict(standings, slots[full - 1] if full and passed else None)

    def settle(self, charges: Sequence[Charge]) -> None:
        """Charge what was spent in the end, whether or not it fits."""
        if charges:
            with self._reached():
                self._run(charges, (), forced=True)

    def renew(self, slots: Sequence[Slot]) -> None:
        """Say that these are still held."""
        if slots:
            with self._reached():
                self._renew(
                    keys=[_PREFIX + slot.bucket for slot in slots], args=[*(slot.token for slot in slots), SLOT_S]
                )

    def leave(self, slots: Sequence[Slot]) -> None:
        """Give places back."""
        with self._reached():
            for slot in slots:
                self._client.zrem(_PREFIX + slot.bucket, slot.token)

    def check(self) -> None:
        """Ask for a sign of life."""
        with self._reached():
            self._client.ping()

    def sweep(self) -> None:
        """Nothing to do: keys expire by themselves."""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _run(self, charges: Sequence[Charge], slots: Sequence[Slot], *, forced: bool) -> list[Any]:
        arguments: list[float | str] = [len(charges), int(forced)]
        for charge in charges:
            # What never fits: the script refuses it as it refuses everything that is longer than its period.
            arguments += [increment(charge), charge.rate.period_s]
        for slot in slots:
            arguments += [slot.most, slot.token]
        keys = [_PREFIX + bucket for bucket in (*(one.bucket for one in charges), *(one.bucket for one in slots))]
        answer: list[Any] = self._take(keys=keys, args=[*arguments, SLOT_S])  # Any: integers, then texts of numbers
        return answer

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except self._error as error:
            raise Unavailable("The rate limiter") from error


def _standing(charge: Charge, ahead: float, *, passed: bool) -> Standing:
    return after(charge, ahead) if passed else standing(charge, ahead, 0.0)
