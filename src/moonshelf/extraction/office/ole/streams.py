"""Streams of OLE compound files, in which Office kept its documents until 2007."""

import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import BinaryIO, Self

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.containers.compound_file import ROOT, CompoundFile
from moonshelf.extraction.office.custom_properties import custom
from moonshelf.extraction.office.ole import properties
from moonshelf.extraction.tools import Limits

_FAULTS = (
    OSError,
    struct.error,
    IndexError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    AssertionError,
)
"""What broken offsets and counts raise, in files and in their records: not only what is documented."""


class faults:  # noqa: N801  it is used as the functions of contextlib are, and takes a third of their time
    """Turn what reading broken records raises into ``CorruptDocument``."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, RecursionError):
            raise LimitReached("its parts nest too deeply") from None
        if isinstance(error, _FAULTS):
            raise CorruptDocument(self._what) from error


class Streams:
    """The streams in one storage of a file, by names of any case, and the storages in it; nothing is read unasked."""

    def __init__(self, file: CompoundFile, storage: int = ROOT) -> None:
        self._file, self._storage = file, storage
        self._held = file.within(storage)
        self._places = {name.lower(): number for name, number, is_stream in reversed(self._held) if is_stream}

    @classmethod
    def of(cls, source: BinaryIO, limits: Limits) -> Self:
        """Open the outermost storage of *source*."""
        with faults("its table of streams cannot be read"):
            return cls(CompoundFile(source, most_bytes=limits.unpacked_bytes))

    def storages(self, beginning: str = "") -> Iterator[Self]:
        """Yield the storages whose names begin so, in the order of these."""
        names = ((name.lower(), number) for name, number, is_stream in self._held if not is_stream)
        for _, number in sorted(one for one in names if one[0].startswith(_key(beginning))):
            yield type(self)(self._file, number)

    def all(self) -> Iterator[tuple[str, bytes]]:
        """Yield all streams in and below this storage, by their paths, steps parted by slashes."""
        return ((path, self._content(stream)) for path, stream in self._file.streams(self._storage))

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._places

    def read(self, *names: str) -> bytes | None:
        """Return the content of the first stream that is there of *names*."""
        for name in names:
            if (stream := self._places.get(_key(name))) is not None:
                return self._content(stream)
        return None  # most streams that a message may have are not there

    def _content(self, stream: int) -> bytes:
        try:  # ``faults`` would cost as much as a short stream, of which a message has a hundred
            return self._file.read(stream)
        except _FAULTS as error:
            raise CorruptDocument("one of its streams cannot be read") from error

    def require(self, *names: str) -> bytes:
        """Return a stream's content. Raises ``CorruptDocument`` where the document can't be read without it."""
        content = self.read(*names)
        if content is None:
            raise CorruptDocument(f"it has no stream {names[0]!r}")
        return content

    def metadata(self) -> dict[str, str]:
        """Return title, author and the like, and people's own properties, where they are stated and can be read."""
        return {
            **self._stated("\x05SummaryInformation", properties.metadata),
            **self._stated("\x05DocumentSummaryInformation", lambda stream: custom(properties.custom(stream))),
        }

    def _stated(self, name: str, read: Callable[[bytes], dict[str, str]]) -> dict[str, str]:
        try:
            stream = self.read(name)
            return read(stream) if stream else {}
        except (CorruptDocument, *_FAULTS):
            return {}


@lru_cache(maxsize=1024)  # the names of streams are the same in all files of a kind
def _key(name: str) -> bytes:
    return name.lower().encode("utf-16-le")
