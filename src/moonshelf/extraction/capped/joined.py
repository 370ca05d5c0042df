"""A whole document as the server holds it: what its child wrote of it, in memory while that is short, else on disk."""

import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from moonshelf.errors import Unavailable
from moonshelf.extraction.capped import messages
from moonshelf.extraction.capped.channels import Closed

_SHORT: Final = 2**20


class Writings:
    """Bytes that a child tells piece by piece."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_SHORT)  # noqa: SIM115 - closed by the next line
        weakref.finalize(self, self._file.close)  # whoever holds a document need not know that it may be a file
        self.size = 0

    def add(self, data: bytes) -> None:
        """Keep *data*. Raises ``Closed`` where it is more than a child may tell, and ``Unavailable``."""
        self.size += len(data)
        if self.size > messages.MOST_WRITTEN:
            raise Closed
        try:
            self._file.write(data)
        except OSError as error:
            raise Unavailable("Space for what is read") from error

    def __eq__(self, other: object) -> bool:
        """Tell whether the same bytes were written."""
        if not isinstance(other, Writings) or self.size != other.size:
            return False
        pairs = zip(self.pieces(0, self.size), other.pieces(0, other.size), strict=True)
        return all(one == another for one, another in pairs)

    __hash__ = None  # type: ignore[assignment]  # Python's own way to say that it grows

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Return those from *start* to *end*."""
        while start < end:
            self._file.seek(start)
            yield (piece := self._file.read(min(messages.PIECE, end - start)))
            start += len(piece)


@dataclass(frozen=True, slots=True)
class Joined:
    """A whole document: as JSON, then as Markdown in *written*, and its title where it states one."""

    written: Writings
    document_bytes: int
    title: str
    pages: int
    degraded: bool

    @classmethod
    def of(cls, told: messages.Composed, written: Writings) -> "Joined":
        """Take a child at its word. Raises ``Closed`` where it wrote less or more than it says."""
        if told.document_bytes + told.markdown_bytes != written.size or told.document_bytes < 0:
            raise Closed
        return cls(written, told.document_bytes, told.title, told.pages, told.degraded)

    def document_pieces(self) -> Iterator[bytes]:
        """Return the JSON, a piece after the other."""
        return self.written.pieces(0, self.document_bytes)

    def markdown_pieces(self) -> Iterator[bytes]:
        """Return the Markdown, a piece after the other."""
        return self.written.pieces(self.document_bytes, self.written.size)

    @property
    def markdown(self) -> bytes:
        """The Markdown as a whole."""
        return b"".join(self.markdown_pieces())
