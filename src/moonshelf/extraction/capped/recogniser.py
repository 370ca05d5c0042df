"""The recogniser as the server holds it: its child is capped like any other, started on need and ended when idle."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from moonshelf.errors import LimitReached, Unavailable
from moonshelf.extraction.capped import messages
from moonshelf.extraction.capped.channels import Cancel, Cancelled, Channel, Closed, Overdue
from moonshelf.extraction.capped.children import Child, Children
from moonshelf.extraction.capped.places import Places, held
from moonshelf.extraction.capped.revision import Options
from moonshelf.extraction.capped.terms import PATIENT

_AT_ONCE = 2  # pictures: the lines of one are read while those of another are looked for
_LOADING_S = 120.0  # it takes two seconds on an idle machine

_CRASHED = "the recogniser crashed on a picture in it"
_INTERRUPTED = "the recogniser was interrupted at a picture in it, as happens where a machine runs out of memory"

_Answer = messages.Recognised | messages.NotRecognised

_log = structlog.get_logger()


class _Failed(Exception):
    """The child came to an end with a picture; *late* where it took too long."""

    def __init__(self, sentence: str, *, late: bool = False) -> None:
        super().__init__(sentence)
        self.late = late


class Recogniser:
    """Reads a few pictures at a time, from any thread; its child uses all cores by itself."""

    def __init__(self, children: Children, options: Options) -> None:
        self._children = children
        self._options = options
        self._places = Places(_AT_ONCE)
        self._lock = threading.Lock()  # for all that follow
        self._child: Child | None = None
        self._readers: dict[Child, int] = {}  # how many wait for a picture that it reads
        self._timer: threading.Timer | None = None
        self._used = 0.0

    def recognise(self, picture: messages.Pixels, pixels: int, *, cancelled: Cancel) -> _Answer:
        """Read the *picture* that stands in the file *pixels*. Raises ``Unavailable`` or ``Cancelled``.

        Where the child comes to an end meanwhile, the picture is read once more with no other beside it, so that none
        is given up for what another did.
        """
        with self._places.one(cancelled) as alone:
            try:
                return self._attempt(picture, pixels, cancelled)
            except _Failed as failure:
                if failure.late and alone():
                    return _given_up(failure)
        with self._places.all(cancelled):
            try:
                return self._attempt(picture, pixels, cancelled)
            except _Failed as failure:
                return _given_up(failure)

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._child is not None:
                self._end(self._child)

    def _attempt(self, picture: messages.Pixels, pixels: int, cancelled: Cancel) -> _Answer:
        with self._taken(cancelled) as child:
            try:
                answer = self._ask(child, picture, pixels, cancelled)
            except Closed:
                with self._lock:
                    _log.warning("recogniser.died", status=child.ended())
                raise _Failed(_INTERRUPTED if child.interrupted else _CRASHED) from None
            except Overdue:
                seconds = f"{self._options.picture_s:.4g} seconds"
                raise _Failed(f"a picture in it took longer than {seconds} to recognise", late=True) from None
            if not isinstance(answer, messages.Recognised | messages.NotRecognised):
                _log.warning("recogniser.broke", answer=repr(answer)[:2000])
                raise _Failed(_CRASHED)
            if isinstance(answer, messages.Recognised) and answer.resident_bytes > self._options.recogniser_bytes:
                with self._lock:
                    self._replace(child)
            return answer

    def _ask(self, child: Child, picture: messages.Pixels, pixels: int, cancelled: Cancel) -> messages.FromChild:
        mine, theirs = socket.socketpair()
        answers = Channel(mine, messages.FROM_CHILD)
        try:
            with theirs, self._lock:
                child.channel.send(picture, [pixels, theirs.fileno()])
            return answers.receive(timeout_s=self._options.picture_s, cancelled=cancelled)
        finally:
            answers.close()

    @contextmanager
    def _taken(self, cancelled: Cancel) -> Iterator[Child]:
        """Give the child, started on need; when something comes up while it reads, it ends."""
        with held(self._lock, cancelled):
            child = self._child = self._child or self._begin(cancelled)
            self._readers[child] = self._readers.get(child, 0) + 1
        try:
            yield child
        except (_Failed, Cancelled):
            with self._lock:
                self._end(child)
            raise
        finally:
            with self._lock:
                self._leave(child)

    def _begin(self, cancelled: Cancel) -> Child:
        options = self._options
        task = messages.RunRecogniser(options.recogniser, options.speed)
        child = self._children.start(task, caps=options.recogniser_caps, nice=PATIENT)
        try:
            answer = child.channel.receive(timeout_s=_LOADING_S, cancelled=cancelled)
        except (Closed, Overdue) as error:
            child.close()
            raise Unavailable("the recogniser of scanned pages") from error
        except Cancelled:
            child.close()
            raise
        if not isinstance(answer, messages.Ready):
            child.close()
            _log.error("recogniser.unavailable", answer=repr(answer)[:2000])
            raise Unavailable("the recogniser of scanned pages")
        self._children.expect_pictures()
        return child

    def _leave(self, child: Child) -> None:
        self._readers[child] -= 1
        if not self._readers[child]:
            del self._readers[child]
            if child is not self._child:
                child.close()
        self._used = time.monotonic()
        self._expect_idleness()

    def _replace(self, child: Child) -> None:
        """Have another child read the next picture; this one ends after those that it reads."""
        if self._child is child:
            self._child = None

    def _end(self, child: Child) -> None:
        self._replace(child)
        child.close()

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
            if self._child is None or self._readers:
                return
            if left > 0:
                self._timer = threading.Timer(left, self._retire)
                self._timer.daemon = True
                self._timer.start()
            else:
                self._end(self._child)


def _given_up(failure: _Failed) -> messages.NotRecognised:
    return messages.NotRecognised(str(LimitReached(str(failure))))
