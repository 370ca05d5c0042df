"""Promises: what forecasts said, held against what came, so that the next ones are nearer to the truth.

A forecast knows what waits, and not what will yet come before it: an hour in which many arrive makes all of them too
short. How much is learned as a factor for each route, by which forecasts are multiplied: each file that is done moves
it a little towards where half of the promises come late and half early.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from moonshelf.work.paces import Paces
from moonshelf.work.routes import Route

_NEAR_S: Final = 2.0  # what is promised for sooner is not judged
_AGAIN_S: Final = 5.0  # between two promises about a file that are judged
_SHARPNESS: Final = 0.2  # of the time a file took, at most so much is unknown when it is found done
_MOST_ACCOUNTS: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Promise:
    """That a file would be read *seconds* from *at*."""

    at: float
    seconds: float
    route: Route


@dataclass(slots=True)
class _Told:
    """What was said of a file, and when it was last seen waiting."""

    seen: float
    said: list[_Promise] = field(default_factory=list)


class Promises:
    """Remembers what was said of each account's files until they are done."""

    def __init__(self, paces: Paces) -> None:
        self._paces = paces
        self._told: dict[str, dict[str, _Told]] = {}

    def keep(self, account_id: str, forecast: Mapping[str, float], *, waiting: Mapping[str, Route]) -> None:
        """Learn from the files that are in *forecast* no more, and remember what it says of those that are *waiting*.

        *waiting* tells their routes. It is the forecast before it was multiplied. Nothing that arrives comes before
        what is being read.
        """
        if len(self._told) >= _MOST_ACCOUNTS:
            self._told.clear()
        now, told = time.monotonic(), self._told.setdefault(account_id, {})
        for file_id in told.keys() - forecast.keys():
            self._judge(told.pop(file_id), now)
        for file_id, seconds in forecast.items():
            one = told.setdefault(file_id, _Told(now))
            one.seen = now
            if file_id in waiting and seconds > _NEAR_S and (not one.said or now - one.said[-1].at > _AGAIN_S):
                one.said.append(_Promise(now, seconds, waiting[file_id]))

    def _judge(self, told: _Told, now: float) -> None:
        for promise in told.said:
            took_s = (told.seen + now) / 2 - promise.at
            if took_s > _NEAR_S and now - told.seen < took_s * _SHARPNESS:
                self._paces.came(promise.route, promised_s=promise.seconds, took_s=took_s)
