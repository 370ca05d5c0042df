"""One child on one task: what it says until it ends, and why it ended."""

import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import msgspec
import structlog

from moonshelf.errors import CorruptDocument, ExtractionError, GivenUp, LimitReached, Unavailable
from moonshelf.extraction.capped import messages
from moonshelf.extraction.capped.channels import Cancelled, Closed, Overdue
from moonshelf.extraction.capped.children import Child, Children
from moonshelf.extraction.capped.fork_server import MOST_BYTES, MOST_FILES
from moonshelf.extraction.capped.joined import Joined, Writings
from moonshelf.extraction.capped.recogniser import Recogniser
from moonshelf.extraction.capped.revision import Options
from moonshelf.extraction.capped.terms import Terms

Hear = Callable[[messages.FromChild | Joined], None]
"""Takes what a child has to tell. Raises ``Closed`` where it makes no sense."""

Listen = Callable[[], Hear]
"""Begins to hear a child, and forgets what one before it told that came to no end."""

_MOST_TRIES = 3  # of one conversation, where something outside ends a child
_MOST_SENTENCE = 500
_LEAVES: tuple[type[ExtractionError], ...] = (ExtractionError, *ExtractionError.__subclasses__())
_ERRORS = {one.code: one for one in _LEAVES}

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ending:
    """How a child ended: well, with an *error* that it foresaw, or by a death whose *reason* is given beside it.

    *cpu_s* is what it took of the processor: by its own word, and never more than it lived, or just that. It was
    *interrupted* where neither it nor a bound of ours was what ended it.
    """

    error: ExtractionError | None = None
    reason: str = ""
    cpu_s: float = math.inf
    interrupted: bool = False


@dataclass(slots=True)
class Pictures:
    """How many the recogniser was shown, and how many of them it gave up."""

    shown: int = 0
    given_up: int = 0


class Clock:
    """The time that reading may still take, whoever does it."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left."""
        return self._until - time.monotonic()

    def forgive(self, seconds: float) -> None:
        """Give back what was spent on waiting for somebody else."""
        self._until += seconds


class Conversation:
    """Holds talks with children for one caller, under one clock."""

    def __init__(
        self,
        children: Children,
        recogniser: Recogniser,
        options: Options,
        terms: Terms,
    ) -> None:
        """Begin the time that all of them may take together."""
        self._children = children
        self._recogniser = recogniser
        self._options = options
        self._terms = terms
        self._clock = Clock(options.slice_s)
        self._spent_s = 0.0  # of the processor, by all children
        self._interruptions = 0
        self._pictures = Pictures()

    def pictures(self) -> Pictures:
        """Count the pictures since this was last asked, or a child began anew."""
        pictures, self._pictures = self._pictures, Pictures()
        return pictures

    def left(self) -> float:
        """Seconds that are left for all that is still to be done."""
        return self._clock.left()

    def hold(self, task: messages.Task, source: BinaryIO, listen: Listen, *, silence_s: float) -> Ending:
        """Have a new child carry out *task* on the file *source*, and listen to what it tells.

        It may keep silent for *silence_s* and is dead afterwards. Where something outside ends it, that is no fault
        of the document's: another child begins anew, within bounds. Raises ``Unavailable`` and ``Cancelled``.
        """
        while True:
            began = time.monotonic()
            ending = self._attempt(task, source, listen(), silence_s)
            if not ending.interrupted or self._interruptions >= _MOST_TRIES:
                return ending
            self._clock.forgive(time.monotonic() - began)
            self._pictures = Pictures()

    def _attempt(self, task: messages.Task, source: BinaryIO, hear: Hear, silence_s: float) -> Ending:
        if isinstance(task, messages.ReadPages) and task.quick_s is not None:
            if self._spent_s >= task.quick_s:
                raise Cancelled
            task = msgspec.structs.replace(task, quick_s=task.quick_s - self._spent_s)
        began = time.monotonic()
        with (
            _reopened(source) as document,
            self._children.start(task, caps=self._options.caps, nice=self._terms.nice, document=document) as child,
        ):
            ending = self._hear_out(child, hear, silence_s)
        lived_s = time.monotonic() - began
        cpu_s = max(0.0, min(lived_s, ending.cpu_s))
        if not ending.interrupted:  # which says nothing of what it used
            self._spent_s += cpu_s
        return Ending(ending.error, ending.reason, cpu_s, ending.interrupted)

    def _hear_out(self, child: Child, hear: Hear, silence_s: float) -> Ending:
        try:
            return self._listen(child, hear, silence_s)
        except Closed:
            return self._dead(child.ended(), interrupted=child.interrupted)
        except Overdue:
            return _overdue(silence_s)

    def _listen(self, child: Child, hear: Hear, silence_s: float) -> Ending:
        written = Writings()
        while True:
            patience = min(silence_s, self._clock.left())
            match child.channel.receive(timeout_s=patience, cancelled=self._terms.cancelled):
                case messages.Pixels() as picture:
                    self._show(picture, child)
                case messages.TakesLong() if self._terms.quick:
                    raise Cancelled
                case messages.Finished(cpu_s):
                    child.release()
                    return Ending(cpu_s=cpu_s)
                case messages.Failed() as failed:
                    child.release()
                    return Ending(_revived(failed))
                case messages.Broken(_, memory=True):
                    return self._out_of_memory()
                case messages.Broken(trace):
                    _log.warning("child.broke", trace=trace)
                    return _crashed()
                case messages.Written(data):
                    written.add(data)
                case messages.Composed() as told:
                    hear(Joined.of(told, written))
                case message:
                    hear(message)

    def _show(self, picture: messages.Pixels, child: Child) -> None:
        """Have the *child*'s picture recognised and tell it the lines."""
        if not 0 < picture.width * picture.height <= self._options.limits.pixels:
            raise Closed
        if self._terms.quick:
            raise Cancelled
        began = time.monotonic()
        answer = self._recogniser.recognise(picture, child.pixels, cancelled=self._terms.cancelled)
        self._clock.forgive(time.monotonic() - began)
        self._pictures.shown += 1
        self._pictures.given_up += isinstance(answer, messages.NotRecognised)
        child.channel.send(answer)

    def _dead(self, status: int | None, *, interrupted: bool) -> Ending:
        if status is None:
            raise Unavailable("the process that readers are started from")
        _log.warning("child.died", status=status)
        if status & 0x7F == signal.SIGPROF and self._terms.quick:
            raise Cancelled
        if status & 0x7F == signal.SIGXCPU:
            return _overdue(self._options.caps.cpu_s)
        if status & 0x7F == signal.SIGXFSZ:
            reason = f"its reader needed more than {MOST_FILES:,} temporary files or {MOST_BYTES // 2**20} MB of them"
            return Ending(LimitReached(reason), reason)
        if interrupted:
            self._interruptions += 1
            return _interrupted(self._interruptions)
        return _crashed()

    def _out_of_memory(self) -> Ending:
        reason = f"its reader needed more than {self._options.caps.memory_bytes / 2**20:.0f} MB of memory"
        return Ending(LimitReached(reason), reason)


def _overdue(seconds: float) -> Ending:
    reason = f"reading it took longer than {seconds:.4g} seconds"
    return Ending(LimitReached(reason), reason)


def _interrupted(times: int) -> Ending:
    cause = "from outside, as happens where a machine runs out of memory"
    error = GivenUp(attempts=times, how=f" {cause},")
    return Ending(error, f"its reader was interrupted again and again {cause}", interrupted=True)


def _crashed() -> Ending:
    reason = "its reader crashed"
    return Ending(CorruptDocument(reason), reason)


def _revived(failed: messages.Failed) -> ExtractionError:
    """Return the error that a child met. Raises ``Unavailable`` where it was no fault of the document's."""
    if failed.code not in _ERRORS:
        raise Unavailable("the sandbox for reading files (see moonshelf doctor)")
    error = _ERRORS[failed.code]
    # Past its constructor, which would make a sentence of the sentence.
    return error.__new__(error, failed.sentence[:_MOST_SENTENCE])


@contextmanager
def _reopened(source: BinaryIO) -> Iterator[int]:
    """Open the file of *source* once more, for reading alone and with a position of its own."""
    descriptor = os.open(f"/proc/self/fd/{source.fileno()}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
