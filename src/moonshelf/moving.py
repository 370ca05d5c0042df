"""Moving an installation: everything it keeps as files in a folder, and back into another database and storage.

The folder holds ``tables/NAME.jsonl``, ``blobs/``, the digests of all blobs in ``blobs.jsonl``, and, when it is whole,
``manifest.json``. Either way may be interrupted and begun again: what is there already is checked and not copied.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from moonshelf import ids
from moonshelf.db import Database
from moonshelf.db.tables import accounts, audit, documents, files, identities, keys, renditions, usage
from moonshelf.errors import InvalidRequest
from moonshelf.storage import BlobKey, BlobStore
from moonshelf.work.claims import document_blob, markdown_blob
from moonshelf.work.routes import Route
from moonshelf.work.slices import Slices

TABLES: Final = (accounts, identities, keys, documents, files, renditions, audit, usage)
"""In the order of their references."""
LEFT: Final = {
    *("uploads", "multipart_uploads", "upload_parts"),  # are begun anew
    *("sessions", "links", "journeys", "attempts", "limit_buckets", "limit_slots"),  # end with the move
    *("slices", "fair_clock", "paces", "repeats"),  # are planned and learned anew
    "tombstones",  # name blobs that are left behind
}
_FORMAT: Final = 1
_BATCH: Final = 500
_CHUNK: Final = 2**20
_KEY: Final = re.compile(r"[0-9a-z][0-9a-z-][0-9a-z.-]*")

OnProgress = Callable[[int, int], None]
"""Is told how many blobs are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What is moved from and to; *spool* is a folder on the filesystem that blobs are moved from."""

    database: Database
    blobs: BlobStore
    slices: Slices
    spool: Path


@dataclass(frozen=True, slots=True)
class Moved:
    """What a folder holds."""

    accounts: int
    files: int
    blobs: int
    bytes: int


def export(here: Installation, folder: Path, on_progress: OnProgress) -> Moved:
    """Write all to *folder*. Raises ``InvalidRequest`` where a blob is missing or is not what its file says."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # what is private where it comes from stays so
    (folder / "tables").mkdir(exist_ok=True)
    (folder / "manifest.json").unlink(missing_ok=True)
    with here.database.read() as tx:
        counts = {table.name: _dump(tx, table, folder / "tables" / f"{table.name}.jsonl") for table in TABLES}
        named = _named(tx)
    size = 0
    with (folder / "blobs.jsonl").open("w") as listed:
        for number, (key, digest) in enumerate(sorted(named.items()), start=1):
            target = _place(folder, key)
            if not target.exists():
                _fetch(here.blobs, key, target)
            found = _digest(target.open("rb"))
            if digest is not None and found != digest:
                raise InvalidRequest(
                    f"The bytes of blob {key} are not those that were uploaded; nothing can mend them."
                )
            size += target.stat().st_size
            listed.write(json.dumps({"key": key, "sha256": found}) + "\n")
            on_progress(number, len(named))
    moved = Moved(accounts=counts["accounts"], files=counts["files"], blobs=len(named), bytes=size)
    (folder / "manifest.json").write_text(json.dumps({"format": _FORMAT, **asdict(moved)}))
    return moved


def import_(here: Installation, folder: Path, on_progress: OnProgress) -> Moved:
    """Read all from *folder* into an empty installation: blobs first, then every row in one transaction.

    Each blob is read back and held against its digest. Raises ``InvalidRequest`` where something is not as it was
    exported, or where there are accounts already.
    """
    moved = _manifest(folder)
    with here.database.read() as tx:
        _check_empty(tx)
    for number, row in enumerate(_lines(folder / "blobs.jsonl"), start=1):
        _put(here, BlobKey(str(row["key"])), str(row["sha256"]), folder)
        on_progress(number, moved.blobs)
    with here.database.write() as tx:
        _check_empty(tx)
        for table in TABLES:
            rows = _lines(folder / "tables" / f"{table.name}.jsonl")
            while batch := [dict(row) for row in islice(rows, _BATCH)]:
                tx.execute(insert(table), batch)
        _settle(tx, here.slices)
    return moved


def _dump(tx: Connection, table: Table, path: Path) -> int:
    count = 0
    part = path.with_suffix(".part")
    with part.open("w") as lines:
        for row in tx.execution_options(yield_per=_BATCH).execute(select(table)).mappings():
            lines.write(json.dumps(dict(row)) + "\n")
            count += 1
    part.replace(path)
    return count


def _named(tx: Connection) -> Mapping[BlobKey, str | None]:
    """Name every blob that belongs to something, with the digest of its bytes where a row has it."""
    named: dict[BlobKey, str | None] = {}
    for blob, digest in tx.execute(select(files.c.blob, files.c.sha256)):
        named[BlobKey(blob)] = digest
    for document in tx.execute(select(documents.c.id)).scalars():
        named |= dict.fromkeys((document_blob(document), markdown_blob(document)))
    ready = tx.execute(select(renditions.c.blob).where(renditions.c.ready)).scalars()
    return named | dict.fromkeys(map(BlobKey, ready))


def _fetch(blobs: BlobStore, key: BlobKey, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    try:
        source = blobs.open(key)
    except KeyError:
        raise InvalidRequest(f"Blob {key} is not there; stop every server before an export.") from None
    with source, part.open("wb") as copy:
        shutil.copyfileobj(source, copy, _CHUNK)
        copy.flush()
        os.fsync(copy.fileno())
    part.replace(target)


def _put(here: Installation, key: BlobKey, digest: str, folder: Path) -> None:
    source = _place(folder, key)
    if not here.blobs.has(key):
        copy = here.spool / ids.token()
        try:
            shutil.copyfile(source, copy)  # a store may take away what it is given
            if _digest(copy.open("rb")) != digest:
                raise InvalidRequest(f"The exported bytes of blob {key} are damaged; export it again.")
            here.blobs.put(key, copy)
        except FileNotFoundError:
            raise InvalidRequest(f"The exported bytes of blob {key} are missing; export again.") from None
        finally:
            copy.unlink(missing_ok=True)
    if _digest(here.blobs.open(key)) != digest:
        raise InvalidRequest(f"The storage holds other bytes under blob {key}; import into an empty prefix.")


def _settle(tx: Connection, slices: Slices) -> None:
    """Count what each account holds, and have every unread file read from its beginning."""
    held = select(func.count()).where(files.c.account_id == accounts.c.id).scalar_subquery()
    size = select(func.coalesce(func.sum(files.c.bytes), 0)).where(files.c.account_id == accounts.c.id)
    tx.execute(update(accounts).values(files=held, bytes=size.scalar_subquery(), served=0.0))
    tx.execute(delete(renditions).where(renditions.c.ready.is_(False)))
    unread = files.c.status == "created"
    tx.execute(update(files).where(unread).values(pages=None))
    for row in tx.execute(
        select(files.c.id, files.c.account_id, files.c.media_type, files.c.bytes).where(unread)
    ).all():
        route = Route.opening(row.media_type, row.bytes)
        slices.plan(tx, file_id=row.id, account_id=row.account_id, route=route)


def _check_empty(tx: Connection) -> None:
    if tx.execute(select(accounts.c.id).limit(1)).first() is not None:
        raise InvalidRequest(
            "This installation has accounts already; import into an empty one, before its first start."
        )


def _manifest(folder: Path) -> Moved:
    try:
        read = json.loads((folder / "manifest.json").read_text())
    except FileNotFoundError:
        raise InvalidRequest(f"There is no whole export in {folder}; run 'moonshelf export' to its end.") from None
    if read.pop("format") != _FORMAT:
        raise InvalidRequest("Another release made this export; import it with that one.")
    return Moved(**read)


def _lines(path: Path) -> Iterator[Mapping[str, object]]:
    with path.open() as lines:
        for line in lines:
            yield json.loads(line)


def _place(folder: Path, key: BlobKey) -> Path:
    if not _KEY.fullmatch(key):
        raise InvalidRequest(f"{str(key)!r} is no name of a blob.")
    return folder / "blobs" / key[:2] / key


def _digest(source: BinaryIO) -> str:
    with source:
        found = hashlib.sha256()
        while chunk := source.read(_CHUNK):
            found.update(chunk)
        return found.hexdigest()
