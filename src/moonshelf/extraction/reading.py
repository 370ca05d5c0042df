"""Reading: from the bytes of a file to page facts, and from all facts to the document; always in capped children."""

import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TypeVar

from moonshelf.errors import CorruptDocument
from moonshelf.extraction import parts
from moonshelf.extraction.capped import messages, named
from moonshelf.extraction.capped.channels import Cancel, Cancelled, Closed, never
from moonshelf.extraction.capped.children import Children
from moonshelf.extraction.capped.conversations import Conversation, Ending, Hear
from moonshelf.extraction.capped.joined import Joined
from moonshelf.extraction.capped.ladder import Ladder, Slice
from moonshelf.extraction.capped.recogniser import Recogniser
from moonshelf.extraction.capped.revision import Options, revision
from moonshelf.extraction.capped.sandbox import Confinement
from moonshelf.extraction.capped.terms import UNHURRIED, Haste, Terms
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.inclusion import NOTHING_MORE, Include
from moonshelf.extraction.renditions import Measures, Rendition, Wanted

__all__ = ["Cancelled", "Haste", "Include", "Joined", "Options", "Read", "Reader", "Terms", "revision"]

_MOST_PICTURE = 8 * 2**20  # bytes of one page as WebP
_PRELOADED = (
    "lxml.etree",
    "PIL.Image",
    "encodings.cp1252",
    "moonshelf.extraction.capped.child.documents",
    "moonshelf.extraction.capped.rehearsal:rehearse",
)
"""What most documents need: with PDFium, liteparse and our own code 45 MB, shared by all children."""

_BRISK = Terms("brisk")
_MOST_REMARKS = 3  # beside the pictures of a video: its words, and what was not looked at

Told = TypeVar("Told", bound=messages.FromChild | Joined)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a slice. *facts* are a part for ``Reader.join``; *joined* is there if that was the whole file.

    *recognised* counts the pages that the recogniser was shown: they cost a hundred times as much as others. *cpu_s*
    is what the reading took of the processor, without the recogniser.
    """

    pages_total: int
    first: int
    last: int
    facts: bytes
    recognised: int
    degraded: bool
    cpu_s: float
    joined: Joined | None


class Reader:
    """Reads documents, from any number of threads; ``close`` ends all its processes."""

    def __init__(self, *, scratch: Path, options: Options | None = None) -> None:
        """Children's folders are made in *scratch*, which must exist."""
        self.options = options or Options()
        self.revision = revision(self.options)
        self._scratch = scratch
        module = self.options.formats.partition(":")[0]
        self._children = Children(
            scratch=scratch,
            preload=(*_PRELOADED, module),
            mode=self.options.mode,
            models=self.options.models,
        )
        self._recogniser = Recogniser(self._children, self.options)

    def read(
        self,
        source: BinaryIO,
        media_type: str,
        pages: tuple[int, int] | None = None,
        *,
        include: Include = NOTHING_MORE,
        terms: Terms = UNHURRIED,
    ) -> Read:
        """Read *pages*, of which the first and the last are named; the opening slice where none are.

        Raises ``ExtractionError``, ``Unavailable`` and ``Cancelled``. A page that can't be read is no error but a
        failed page among the facts. All slices of a file are to *include* the same.
        """
        one = named.finder(self.options.formats)(media_type)
        first, last = pages or (1, None)
        task = messages.ReadPages(
            formats=self.options.formats,
            media_type=media_type,
            engine=0,
            first=first,
            last=last,
            slice_pages=self.options.slice_pages,
            limits=self.options.limits,
            include=include,
            seconds=self.options.slice_s,
            quick_s=terms.most_cpu_s,
        )
        talk = self._conversation(terms)
        with self._on_disk(source) as file:
            ladder = Ladder(file, task, talk, options=self.options, progress=terms.progress)
            if isinstance(one, Flowing):
                ladder.flow()
            else:
                ladder.climb(len(one.engines))
        return self._result(ladder.slice, terms)

    def join(self, facts: Iterable[bytes | BinaryIO], *, terms: Terms = UNHURRIED) -> Joined:
        """Make the document of the parts of all its slices, in any order.

        It is degraded where machines of another release read some of them, or join what they read.
        Raises ``ExtractionError``, ``Unavailable`` and ``Cancelled``.
        """
        with tempfile.TemporaryFile(dir=self._scratch) as whole:
            for one in facts:
                shutil.copyfileobj(io.BytesIO(one) if isinstance(one, bytes) else one, whole)
            whole.write(parts.pack({}, metadata={}, degraded=False, engines=self.revision))  # who joins them
            whole.flush()
            return self._join(whole, terms)

    def measure(self, source: BinaryIO, media_type: str, *, cancelled: Cancel = never) -> Measures:
        """Decode an image or the beginning of a video, and measure it.

        Raises ``ExtractionError``, ``Unavailable`` and ``Cancelled``.
        """
        task = messages.MeasureMedia(media_type, self.options.limits)
        heard, ending = self._tell(task, source, messages.Measured, Terms("brisk", cancelled=cancelled))
        if ending.error or not heard:
            raise ending.error or CorruptDocument("it could not be measured")
        return heard[0].measures

    def render(
        self, source: BinaryIO, media_type: str, wanted: Wanted, *, cancelled: Cancel = never
    ) -> Sequence[Rendition]:
        """Make what is *wanted* of an image or a video; at least one picture.

        Raises ``ExtractionError``, ``Unavailable`` and ``Cancelled``. What was made until its time ran out counts,
        with a sentence about the rest.
        """
        task = messages.RenderMedia(media_type, wanted, self.options.limits, self.options.slice_s)
        most = wanted.pictures + _MOST_REMARKS
        heard, ending = self._tell(task, source, Rendition, Terms("brisk", cancelled=cancelled), most=most)
        if not heard or (ending.error and not ending.reason):
            raise ending.error or CorruptDocument("no picture could be made of it")
        if ending.error:
            remark = f"[the rest of it was not seen: {ending.reason}]"
            heard.append(Rendition("text/plain", remark.encode(), degraded=True))
        return heard

    def paint(self, source: BinaryIO, media_type: str, number: int, *, side: int, turned: int) -> bytes:
        """Return page *number* as WebP, at most *side* pixels high and wide, turned clockwise by so many degrees.

        Raises ``ExtractionError`` and ``Unavailable``.
        """
        task = messages.PaintPage(self.options.formats, media_type, number, side, turned, self.options.limits)
        heard, ending = self._tell(task, source, messages.Painted, _BRISK)
        if not heard or len(heard[0].webp) > _MOST_PICTURE:
            raise ending.error or CorruptDocument("the page could not be shown")
        return heard[0].webp

    def _tell(
        self, task: messages.Task, source: BinaryIO, kind: type[Told], terms: Terms, *, most: int = 1
    ) -> tuple[list[Told], Ending]:
        """Have a child carry out *task*, and collect what it tells: at most *most* messages, all of one *kind*."""
        heard: list[Told] = []

        def hear(message: messages.FromChild | Joined) -> None:
            if not isinstance(message, kind) or len(heard) >= most:
                raise Closed
            heard.append(message)

        def listen() -> Hear:
            heard.clear()
            return hear

        talk = self._conversation(terms)
        with self._on_disk(source) as file:
            return heard, talk.hold(task, file, listen, silence_s=self.options.slice_s)

    def check(self) -> Confinement:
        """Return what the sandbox holds, as tried from inside. Raises ``Unavailable`` if a wall is missing."""
        with Path("/dev/null").open("rb") as nothing:
            found, ending = self._tell(messages.Probe(), nothing, messages.Holds, _BRISK)
        if not found:
            raise ending.error or CorruptDocument("the probe of the sandbox ended without a result")
        return found[0].confinement

    def resident_bytes(self) -> int:
        """Return what all its processes have in memory, what they share counted once."""
        return self._children.resident_bytes()

    def close(self) -> None:
        """End all children; reading in other threads fails with ``Unavailable``."""
        self._recogniser.close()
        self._children.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _result(self, read: Slice, terms: Terms) -> Read:
        packed = parts.pack(read.pages, metadata=read.metadata, degraded=read.degraded, engines=self.revision)
        joined = read.joined
        if joined is None and read.whole:
            joined = self.join([packed], terms=terms)
        return Read(
            pages_total=read.total or 0,
            first=read.first,
            last=read.last or 0,
            facts=packed,
            recognised=len(read.recognised),
            degraded=read.degraded,
            cpu_s=read.cpu_s,
            joined=joined,
        )

    def _join(self, whole: BinaryIO, terms: Terms) -> Joined:
        found, ending = self._tell(messages.JoinParts(terms.most_cpu_s), whole, Joined, terms)
        if ending.error or not found:
            raise ending.error or CorruptDocument("its pages could not be put together")
        return found[0]

    def _conversation(self, terms: Terms) -> Conversation:
        return Conversation(self._children, self._recogniser, self.options, terms)

    @contextmanager
    def _on_disk(self, source: BinaryIO) -> Iterator[BinaryIO]:
        """Give *source* as a file that a child can be handed: itself, or a copy."""
        try:
            source.fileno()
        except OSError:
            source.seek(0)
            with tempfile.TemporaryFile(dir=self._scratch) as copy:
                shutil.copyfileobj(source, copy)
                copy.flush()
                yield copy
        else:
            yield source
