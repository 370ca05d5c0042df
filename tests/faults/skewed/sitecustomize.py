"""Has a process believe that it is a year later than it is; put this folder on its ``PYTHONPATH``."""

import time

_time = time.time


def _ahead() -> float:
    return _time() + 366 * 86_400


time.time = _ahead
