"""The recogniser's own child: capped like any other, fed pixels only, there when needed and gone when idle."""

import threading
import time

import structlog

from moonshelf.errors import LimitReached, Unavailable
from moonshelf.extraction.capped import messages
from moonshelf.extraction.capped.children import Child, Nursery
from moonshelf.extraction.capped.messages import Cancel
from moonshelf.extraction.capped.revision import Options

_LOADING_S = 120.0  # it takes two seconds on an idle machine
_BLINK_S = 0.1
_ATTEMPTS = 2

_log = structlog.get_logger()


class Recogniser:
    """Reads one picture at a time, from any thread; its child uses all cores by itself."""

    def __init__(self, nursery: Nursery, options: Options) -> None:
        self._nursery = nursery
        self._options = options
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._timer: threading.Timer | None = None
        self._used = 0.0

    def recognise(
        self, picture: messages.Pixels, pixels: int, *, cancelled: Cancel
    ) -> messages.Recognised | messages.NotRecognised:
        """Read the *picture* that stands in the file *pixels*. Raises ``Unavailable`` or ``Cancelled``."""
        while not self._lock.acquire(timeout=_BLINK_S):
            if cancelled():
                raise messages.Cancelled
        try:
            return self._attempt(picture, pixels, cancelled)
        finally:
            self._used = time.monotonic()
            self._expect_idleness()
            self._lock.release()

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self._end()

    def _attempt(
        self, picture: messages.Pixels, pixels: int, cancelled: Cancel
    ) -> messages.Recognised | messages.NotRecognised:
        for _ in range(_ATTEMPTS):
            child = self._child or self._begin(cancelled)
            try:
                child.channel.send(picture, [pixels])
                answer = child.channel.receive(timeout_s=self._options.picture_s, cancelled=cancelled)
            except messages.Closed:
                _log.warning("recogniser.died", status=child.ended())
                self._end()
            except messages.Overdue:
                self._end()
                seconds = f"{self._options.picture_s:.4g} seconds"
                return _given_up(f"a picture in it took longer than {seconds} to recognise")
            except messages.Cancelled:
                self._end()
                raise
            else:
                if isinstance(answer, messages.NotRecognised):
                    return answer
                if isinstance(answer, messages.Recognised):
                    if answer.resident_bytes > self._options.recogniser_bytes:
                        self._end()
                    return answer
                _log.warning("recogniser.broke", answer=repr(answer)[:2000])
                self._end()
        return _given_up("the recogniser crashed on a picture in it")

    def _begin(self, cancelled: Cancel) -> Child:
        options = self._options
        task = messages.KeepRecognising(options.recogniser, options.speed)
        child = self._nursery.start(task, caps=options.recogniser_caps)
        try:
            answer = child.channel.receive(timeout_s=_LOADING_S, cancelled=cancelled)
        except (messages.Closed, messages.Overdue) as error:
            child.close()
            raise Unavailable("the recogniser of scanned pages") from error
        except messages.Cancelled:
            child.close()
            raise
        if not isinstance(answer, messages.Ready):
            child.close()
            _log.error("recogniser.unavailable", answer=repr(answer)[:2000])
            raise Unavailable("the recogniser of scanned pages")
        self._child = child
        return child

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def _expect_idleness(self) -> None:
        if self._timer is None and self._child is not None:
            self._timer = threading.Timer(self._options.idle_s, self._retire)
            self._timer.daemon = True
            self._timer.start()

    def _retire(self) -> None:
        """End an idle child, or look again when it may have become idle."""
        with self._lock:
            self._timer = None
            left = self._used + self._options.idle_s - time.monotonic()
            if self._child is not None and left > 0:
                self._timer = threading.Timer(left, self._retire)
                self._timer.daemon = True
                self._timer.start()
            elif self._child is not None:
                self._end()


def _given_up(reason: str) -> messages.NotRecognised:
    return messages.NotRecognised(str(LimitReached(reason)))
