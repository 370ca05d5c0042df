"""What arrives, written to a file and hashed on its way."""

import hashlib
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from moonshelf.errors import InvalidRequest, Unavailable

_FLUSH_SIZE = 1024 * 1024
SPACE = "Space for the upload"


@dataclass
class Writer:
    """Writes and hashes a megabyte at a time, off the event loop; without a buffer, which would copy every byte."""

    target: FileIO
    limit: int
    refusal: InvalidRequest  # of more than that
    size: int = 0

    def __post_init__(self) -> None:
        self._hash = hashlib.sha256()
        self._pending: list[bytes] = []
        self._pending_size = 0

    async def write(self, chunk: bytes) -> None:
        """Take *chunk*. Raises the refusal."""
        self.size += len(chunk)
        if self.size > self.limit:
            raise self.refusal
        self._pending.append(chunk)
        self._pending_size += len(chunk)
        if self._pending_size >= _FLUSH_SIZE:
            await run_in_threadpool(self._flush)

    def digest(self) -> str:
        """Return the sha256 of all that was written; call it when the body has ended."""
        return self._hash.hexdigest()

    async def end(self) -> None:
        """Write what is pending."""
        await run_in_threadpool(self._flush)

    def _flush(self) -> None:
        pending, self._pending, self._pending_size = self._pending, [], 0
        try:
            for chunk in pending:
                self._hash.update(chunk)
                write_all(self.target, chunk)
        except OSError as error:
            raise Unavailable(SPACE) from error


def begin(path: Path) -> FileIO:
    """Make the file that is written to. Raises ``Unavailable``."""
    try:
        return path.open("wb", buffering=0)
    except OSError as error:
        raise Unavailable(SPACE) from error


def write_all(target: FileIO, chunk: bytes) -> None:
    """Write all of *chunk*; a file without a buffer may take less of it at a time."""
    written = target.write(chunk)
    while written < len(chunk):
        written += target.write(chunk[written:])
