"""Streams of OLE compound files, in which Office kept its documents until 2007."""

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from moonshelf.errors import CorruptDocument, EncryptedDocument, LimitReached
from moonshelf.extraction.containers.compound_file import CompoundFile
from moonshelf.extraction.document import Document
from moonshelf.extraction.facts import Limits, Tools
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office import ole_properties
from moonshelf.extraction.office.custom_properties import custom
from moonshelf.extraction.sniffing.compound import ENCRYPTED

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


@contextmanager
def faults(what: str) -> Iterator[None]:
    """Turn what reading broken records raises into ``CorruptDocument``."""
    try:
        yield
    except RecursionError:
        raise LimitReached("its parts nest too deeply") from None
    except _FAULTS as error:
        raise CorruptDocument(what) from error


class Streams:
    """The streams of one file by name, none of them read before it is asked for."""

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        with faults("its table of streams cannot be read"):
            self._file = CompoundFile(source)
            self._streams = dict(self._file.streams())
        self._places = {path.lower(): stream for path, stream in reversed(self._streams.items())}
        self._left = limits.unpacked_bytes

    def read(self, *names: str) -> bytes | None:
        """Return the content of the first stream that is there of *names*, whatever their case."""
        for name in names:
            if (stream := self._places.get(name.lower())) is not None:
                break
        else:
            return None  # as most that a message may have
        self._left -= self._file.size(stream)
        if self._left < 0:
            raise LimitReached("its streams overlap or are too long")
        try:  # ``faults`` would cost as much as a short stream, of which a message has a hundred
            return self._file.read(stream)
        except _FAULTS as error:
            raise CorruptDocument("one of its streams cannot be read") from error

    def names(self) -> Iterator[str]:
        """Yield the paths of all streams, steps parted by slashes."""
        return iter(self._streams)

    def require(self, *names: str) -> bytes:
        """Return a stream's content. Raises ``CorruptDocument`` where the document can't be read without it."""
        content = self.read(*names)
        if content is None:
            raise CorruptDocument(f"it has no stream {names[0]!r}")
        return content

    def metadata(self) -> dict[str, str]:
        """Return title, author and the like, and people's own properties, where they are stated and can be read."""
        return {
            **self._stated("\x05SummaryInformation", ole_properties.metadata),
            **self._stated("\x05DocumentSummaryInformation", lambda stream: custom(ole_properties.custom(stream))),
        }

    def _stated(self, name: str, read: Callable[[bytes], dict[str, str]]) -> dict[str, str]:
        try:
            stream = self.read(name)
            return read(stream) if stream else {}
        except (CorruptDocument, *_FAULTS):
            return {}


def refuse(_source: BinaryIO, _tools: Tools) -> Document:
    """Say that the document is encrypted: an OLE file around an OOXML package is nothing else."""
    raise EncryptedDocument


ENCRYPTED_OFFICE = Flowing(name="Encrypted Office document", media_types={".ole": ENCRYPTED}, extract=refuse)
