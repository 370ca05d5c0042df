"""Has a process believe that it is a year later than it is; put this folder on its ``PYTHONPATH``."""

import time

_YEAR_S = 366 * 86_400
_time, _time_ns = time.time, time.time_ns


def _ahead() -> float:
    return _time() + _YEAR_S


def _ahead_ns() -> int:
    return _time_ns() + _YEAR_S * 10**9


time.time, time.time_ns = _ahead, _ahead_ns
