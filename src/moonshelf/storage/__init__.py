"""The storage port: a map from keys to immutable bytes, which knows nothing of files or accounts."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NewType, Protocol

from moonshelf.errors import Unavailable

BlobKey = NewType("BlobKey", str)
"""Lower-case letters, digits, dots and dashes; it starts with two that are no dots. We make every one of them."""


class BlobExists(Exception):
    """A blob has that key already, and blobs never change."""


class BlobStore(Protocol):
    """A map from keys to immutable bytes. Any method may raise ``Unavailable``."""

    def put(self, key: BlobKey, source: Path) -> None:
        """Store all of the file *source* under *key*: wholly, or not at all, and durably before this returns.

        A reader never sees part of a blob, even if this process is killed midway. The store may take *source*
        away instead of copying it. Raises ``BlobExists``, and leaves what is there as it is.
        """

    def open(self, key: BlobKey) -> BinaryIO:
        """Open the blob for reading, as a seekable file with a descriptor. Raises ``KeyError`` if there is none.

        However large it is, memory holds a few MiB of it; and what is open outlives its own deletion.
        """

    def has(self, key: BlobKey) -> bool:
        """Tell whether there is one."""

    def delete(self, key: BlobKey) -> None:
        """Remove the blob; of nothing is no error, so a retry is safe."""

    def keys(self) -> Iterator[BlobKey]:
        """List every key, in no order."""

    def address(self, key: BlobKey, *, for_s: float) -> str | None:
        """Return a URL from which whoever has it may fetch the blob for so many seconds; None where there are none.

        It is not looked whether there is such a blob.
        """


def put_pieces(store: BlobStore, key: BlobKey, pieces: Iterable[bytes], *, spool: Path) -> None:
    """Store *pieces*, one after the other, under *key*.

    They go by way of a file in *spool*, a folder on the filesystem that blobs are moved from.

    Raises what ``BlobStore.put`` raises.
    """
    with _space():
        part = tempfile.NamedTemporaryFile(dir=spool, delete=False)  # noqa: SIM115 - closed before it is moved
    try:
        for piece in pieces:  # what goes wrong in making them is not the disk's
            with _space():
                part.write(piece)
        with _space():
            part.close()
        store.put(key, Path(part.name))
    finally:
        with suppress(OSError):  # what could not be written is not wanted any more
            part.close()
        Path(part.name).unlink(missing_ok=True)


@contextmanager
def _space() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable("Space for what was read") from error
