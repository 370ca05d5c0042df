"""Wakeups: what threads wait for while there is nothing to do."""

from threading import Condition


class Wakeups:
    """Wakes threads that wait, one at a time; calls that nobody waited for are as one."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._calls = 0
        self._waiting = 0

    def wake_one(self) -> None:
        """Wake one thread; where none waits, the next one does not."""
        with self._condition:
            self._calls = min(self._calls + 1, max(self._waiting, 1))
            self._condition.notify()

    def wait(self, timeout_s: float) -> None:
        """Wait for a call, no longer than *timeout_s*."""
        with self._condition:
            self._waiting += 1
            if self._condition.wait_for(lambda: self._calls > 0, timeout_s):
                self._calls -= 1
            self._waiting -= 1
