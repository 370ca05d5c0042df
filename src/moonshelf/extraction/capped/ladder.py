"""How the pages of a slice are read in spite of everything: together, one by one, then engine by engine.

A child that dies takes nothing along but the page it was at: what it had read is kept. A page that no engine reads
is kept as failed, and the others go on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

import msgspec

from moonshelf.errors import CorruptDocument, ExtractionError, LimitReached
from moonshelf.extraction import parts
from moonshelf.extraction.capped import messages
from moonshelf.extraction.capped.channels import Closed
from moonshelf.extraction.capped.conversations import Conversation, Ending, Hear
from moonshelf.extraction.capped.joined import Joined
from moonshelf.extraction.capped.revision import Options
from moonshelf.extraction.capped.terms import OnProgress

_MOST_FATAL = 3  # files in a document, each of which costs reading all before it once more
_MOST_FACTS = 512 * 2**20  # bytes of all pages of a slice


@dataclass(slots=True)
class Slice:
    """What is known of a slice so far."""

    first: int
    last: int | None
    total: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    pages: dict[int, bytes] = field(default_factory=dict)
    failed: set[int] = field(default_factory=set)
    hopeless: set[int] = field(default_factory=set)  # the recogniser gave them up: no use in showing them again
    recognised: set[int] = field(default_factory=set)
    degraded: bool = False
    cpu_s: float = 0.0
    joined: Joined | None = None

    @property
    def whole(self) -> bool:
        """Whether these are all pages of the document."""
        return self.first == 1 and self.last == self.total


class Ladder:
    """Reads the pages of one slice of *source* into ``slice``."""

    def __init__(
        self,
        source: BinaryIO,
        task: messages.ReadPages,
        conversation: Conversation,
        *,
        options: Options,
        progress: OnProgress,
    ) -> None:
        self.slice = Slice(task.first, task.last)
        self._source = source
        self._task = task
        self._conversation = conversation
        self._options = options
        self._progress = progress
        self._within = 0  # the turn of the file in the document that is being read

    def flow(self) -> None:
        """Read a format that has no pages of its own, without files in it of which readers die.

        Raises ``ExtractionError``.
        """
        fatal: dict[int, str] = {}
        while True:
            ending = self._run(msgspec.structs.replace(self._task, fatal=fatal), silence_s=self._options.slice_s)
            died_within = bool(ending.reason) and not ending.interrupted and self._within not in {0, *fatal}
            if not died_within or len(fatal) >= _MOST_FATAL or self._conversation.left() <= 0:
                break
            fatal[self._within] = str(ending.error)
        if self.slice.joined is None:
            raise ending.error or CorruptDocument("its reader ended without a result")
        self.slice.total = self.slice.last = self.slice.joined.pages
        self.slice.recognised.update(range(self._conversation.pictures().shown))
        self.slice.degraded = self.slice.joined.degraded

    def climb(self, engines: int) -> None:
        """Read a format of pages that has so many *engines*. Raises ``ExtractionError`` where none opens it."""
        engine, ending = self._open(engines)
        if ending.error and not ending.reason:
            raise ending.error  # all pages are read, and there is nothing on them
        for number in range(self.slice.first, (self.slice.last or 0) + 1):
            read = number in self.slice.pages and number not in self.slice.failed
            if not read and number not in self.slice.hopeless:
                self._rescue(number, range(engine, engines), ending)

    def _open(self, engines: int) -> tuple[int, Ending]:
        """Read with the first engine that opens the document; a refusal counts only where no engine does better."""
        refusal: ExtractionError = CorruptDocument("its reader ended without a result")
        for engine in range(engines):
            ending = self._run(msgspec.structs.replace(self._task, engine=engine), silence_s=self._options.page_s)
            if self.slice.total is not None:
                return engine, ending
            if ending.error and not ending.reason and not isinstance(ending.error, CorruptDocument):
                raise ending.error
            refusal = refusal if engine else ending.error or refusal
            self.slice.degraded |= bool(ending.reason)
        raise refusal

    def _rescue(self, number: int, engines: range, ending: Ending) -> None:
        """Read page *number* by itself; its neighbours' reading came to *ending*, and began with the first engine."""
        failed, alone = number in self.slice.failed, self.slice.first == self.slice.last
        deaths, reason = int(alone and not failed), ending.reason
        for engine in engines[1:] if failed or alone else engines:
            if self._conversation.left() <= 0:
                deaths, reason = deaths + 1, f"reading took longer than {self._options.slice_s:.4g} seconds"
                break
            task = msgspec.structs.replace(self._task, engine=engine, first=number, last=number)
            ending = self._run(task, silence_s=self._options.page_s)
            if number in self.slice.pages and number not in self.slice.failed:
                break
            deaths, reason = deaths + bool(ending.reason), ending.reason or str(ending.error or reason)
        self.slice.degraded |= deaths > 0
        if deaths and number in self.slice.pages:  # an empty page is not what a reader died of
            self.slice.pages[number] = parts.blamed(self.slice.pages[number], reason)
        if number not in self.slice.pages:
            self.slice.pages[number] = parts.unread(number, reason)
            self.slice.failed.add(number)

    def _run(self, task: messages.ReadPages, *, silence_s: float) -> Ending:
        def listen() -> Hear:
            expected, self._within = task.first, 0

            def hear(message: messages.FromChild | Joined) -> None:
                nonlocal expected
                match message:
                    case messages.Opened():
                        self._opened(message, task)
                    case messages.PageRead(number) if number == expected <= (self.slice.last or 0):
                        expected += 1
                        self._keep(message)
                    case messages.Within(turn):
                        self._within = turn
                    case Joined() if self._all_read or self.slice.total is None:
                        self.slice.joined = message
                    case _:
                        raise Closed

            return hear

        ending = self._conversation.hold(task, self._source, listen, silence_s=silence_s)
        self.slice.cpu_s += ending.cpu_s
        return ending

    @property
    def _all_read(self) -> bool:
        return self.slice.whole and len(self.slice.pages) == self.slice.total and not self.slice.failed

    def _opened(self, opened: messages.Opened, task: messages.ReadPages) -> None:
        if not 0 <= opened.total <= self._options.limits.pages:
            raise Closed
        if self.slice.total is None:
            self.slice.total, self.slice.metadata = opened.total, opened.metadata
            self.slice.last = min(opened.total, task.last or task.first + task.slice_pages - 1)
            self._progress(0, opened.total)

    def _keep(self, page: messages.PageRead) -> None:
        pictures = self._conversation.pictures()
        if pictures.shown:
            self.slice.recognised.add(page.number)
        if pictures.given_up:
            self.slice.degraded = True
        if page.failed:
            self.slice.failed.add(page.number)
            self.slice.pages.setdefault(page.number, page.facts)  # the first engine's reason is the one to tell
            if pictures.given_up:
                self.slice.hopeless.add(page.number)
        else:
            self.slice.failed.discard(page.number)
            self.slice.pages[page.number] = page.facts
        if sum(map(len, self.slice.pages.values())) > _MOST_FACTS:
            raise LimitReached("its pages hold too many marks")
        self._progress(len(self.slice.pages), self.slice.total or 0)
