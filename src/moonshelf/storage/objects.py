"""Blobs as objects in S3, Google Cloud Storage or Azure, or in whatever speaks their languages."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, BinaryIO, Final
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import from_url

from moonshelf.errors import InvalidRequest, Unavailable
from moonshelf.storage import BlobExists, BlobKey

_CHUNK: Final = 5 * 2**20  # the least that S3 takes for a part
_AT_ONCE: Final = 2  # chunks, and one more is being read: 15 MiB a transfer, and more gain nothing
_TIMEOUTS: Final = {"connect_timeout": timedelta(seconds=3), "timeout": timedelta(seconds=15)}
_RETRIES: Final = {"max_retries": 2, "retry_timeout": timedelta(seconds=15)}
"""A store that hangs is an error within half a minute, well before the caller gives up."""
_FORBIDDEN: Final = "403 Forbidden"  # in the words of obstore, which has no class for it
_LAST: Final = "~"  # behind every key there may be, so that a look for the bucket lists nothing
_ENDPOINTS: Final = ("endpoint", "base_url")  # the second is Google's word for it


class ObjectStore:
    """One object a blob, under the prefix that the URL names."""

    def __init__(self, url: str, *, scratch: Path) -> None:
        """Open ``s3://bucket/prefix?endpoint=…``; blobs that are read lie in *scratch* meanwhile.

        What follows the question mark are settings of obstore, ``timeout`` and ``connect_timeout`` such as ``5s``
        among them; credentials come from the environment, as every tool of that cloud reads them.
        """
        self._store = _connect(url)
        self._scratch = scratch

    def put(self, key: BlobKey, source: Path) -> None:
        """Upload it; a larger one in parts, which make an object only when all are there."""
        with _unavailable():
            if source.stat().st_size <= _CHUNK:
                self._create(key, source.read_bytes())
                return
            # Parts can't be completed on a condition everywhere; keys are 128 random bits, so this finds our own bugs.
            with suppress(FileNotFoundError):
                obstore.head(self._store, key)
                raise BlobExists(key)
            obstore.put(self._store, key, source, chunk_size=_CHUNK, max_concurrency=_AT_ONCE)

    def open(self, key: BlobKey) -> BinaryIO:
        """Fetch it range by range into a file without a name, which outlives the object."""
        with ExitStack() as stack:
            with _unavailable():
                target = stack.enter_context(tempfile.TemporaryFile(dir=self._scratch))
            with self._found(key):
                self._fetch(key, target)
            stack.pop_all()
        return target

    def has(self, key: BlobKey) -> bool:
        """Ask for its head."""
        with suppress(KeyError), self._found(key):
            obstore.head(self._store, key)
            return True
        return False

    def delete(self, key: BlobKey) -> None:
        """Delete it; stores that know what they never had say so."""
        with suppress(KeyError), self._found(key):
            obstore.delete(self._store, key)

    def keys(self) -> Iterator[BlobKey]:
        """List them, a thousand at a time."""
        with _unavailable():
            for page in obstore.list(self._store, chunk_size=1000):
                for found in page:
                    yield BlobKey(found["path"])

    def address(self, key: BlobKey, *, for_s: float) -> str | None:
        """Sign one; no request is made."""
        with _unavailable():
            return str(obstore.sign(self._store, "GET", key, timedelta(seconds=for_s)))

    def _fetch(self, key: BlobKey, target: IO[bytes]) -> None:
        size = obstore.head(self._store, key)["size"]
        for start in range(0, size, _CHUNK):
            target.write(obstore.get_range(self._store, key, start=start, end=min(start + _CHUNK, size)))
        target.seek(0)

    @contextmanager
    def _found(self, key: BlobKey) -> Iterator[None]:
        """Raise ``KeyError`` where there is no such blob, and ``Unavailable`` where there is no bucket either."""
        try:
            with _unavailable():
                yield
        except Unavailable as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
            self._check()
            raise KeyError(key) from None

    def _check(self) -> None:
        """Raise ``Unavailable`` where there is no bucket: that a blob is not found says nothing of it."""
        try:
            with _unavailable():
                next(iter(obstore.list(self._store, offset=_LAST)), None)
        except Unavailable as error:
            if _FORBIDDEN not in str(error.__cause__):  # there it is, for whoever may list it
                raise

    def _create(self, key: BlobKey, data: bytes) -> None:
        """Create it, on the condition that nobody else has; a repeated attempt of ours knows its own mark."""
        mark = os.urandom(8).hex()
        try:
            obstore.put(self._store, key, data, mode="create", attributes={"writer": mark}, use_multipart=False)
        except AlreadyExistsError:
            if self._writer(key) != mark:
                raise BlobExists(key) from None

    def _writer(self, key: BlobKey) -> str | None:
        """Return the mark of whoever created it; None where it went just now."""
        try:
            return obstore.get(self._store, key, options={"head": True}).attributes.get("writer")
        except FileNotFoundError:
            return None


def _connect(url: str) -> Any:  # Any: three classes that share no other
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query))
    options: dict[str, object] = {name: given.pop(name, patience) for name, patience in _TIMEOUTS.items()}
    if any(given.get(name, "").startswith("http://") for name in _ENDPOINTS):
        options["allow_http"] = True
    where = f"{parts.scheme}://{parts.netloc}{parts.path}"
    try:
        return from_url(where, client_options=options, retry_config=_RETRIES, **given)  # type: ignore[call-overload] # which words there are it says itself
    except (BaseError, ValueError) as error:  # the second, where there can be no such bucket
        said = str(error).partition("\n")[0]
        raise InvalidRequest(f"MOONSHELF_STORAGE_URL can't be used: {said}") from None


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except (BaseError, FileNotFoundError) as error:  # the second, where no blob was asked for: its bucket
        raise Unavailable("The object store") from error
    except OSError as error:
        raise Unavailable("Space for what is fetched from the object store") from error
