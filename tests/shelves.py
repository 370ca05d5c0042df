"""A domain over a real database and a real folder, without a server around it."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import databases
from moonshelf import db, ids
from moonshelf.db import Database
from moonshelf.limits.tiers import Tiers
from moonshelf.people.accounts import Accounts
from moonshelf.people.keys import Keys
from moonshelf.queue.local import LocalQueue
from moonshelf.shelf.departures import Departures
from moonshelf.shelf.files import File, Files
from moonshelf.shelf.multipart import MultipartUploads
from moonshelf.shelf.parts import Parts
from moonshelf.shelf.quotas import Quotas
from moonshelf.shelf.readings import Readings
from moonshelf.shelf.uploads import Lease, Spooled, Uploads
from moonshelf.storage.local import LocalStore
from moonshelf.storage.tombstones import Gravedigger
from moonshelf.work.claims import Claim, document_blob, markdown_blob
from moonshelf.work.fairness import Unknown
from moonshelf.work.paces import Paces
from moonshelf.work.slices import Slices


@dataclass(frozen=True)
class Shelf:
    """The parts of the domain that tests call."""

    folder: Path
    database: Database
    blobs: LocalStore
    queue: LocalQueue
    accounts: Accounts
    keys: Keys
    uploads: Uploads
    multipart: MultipartUploads
    parts: Parts
    slices: Slices
    files: Files
    readings: Readings
    departures: Departures
    gravedigger: Gravedigger

    def account(self, name: str = "ada") -> str:
        return self.accounts.create(name).id

    def spool(self, data: bytes, *, name: str = "a.txt") -> Spooled:
        return spooled(self.folder, data, name=name)

    def add(
        self,
        account_id: str,
        data: bytes = b"text",
        *,
        name: str = "a.txt",
        lease: Lease | None = None,
        bulk: bool = False,
        media_type: str = "text/plain",
    ) -> File:
        lease = lease or self.uploads.begin(account_id, size=len(data))
        return self.files.add(lease, replace(self.spool(data, name=name), bulk=bulk, media_type=media_type))

    def claim(self, *, ticket: str | None = None, quick: bool = False, unknown: Unknown = "left") -> Claim | None:
        with self.database.write() as tx:
            return self.slices.claim(tx, ticket=ticket, quick=quick, unknown=unknown)

    def read(self, claim: Claim | None, *, markdown: str = "text", degraded: bool = False) -> str:
        """Have the file of *claim* read, as a worker does in the end, and return its document's id."""
        assert claim is not None
        for blob in (document_blob(claim.token), markdown_blob(claim.token)):
            self.blobs.put(blob, self.spool(markdown.encode()).path)
        with self.database.write() as tx:
            self.readings.succeed(tx, claim, title="", degraded=degraded)
        return str(self.files.find(claim.account_id, claim.file_id).document_id)

    def kept(self) -> set[str]:
        """Name the blobs that are there when all is removed that nobody names."""
        self.gravedigger.dig()
        return set(self.blobs.keys())

    def held(self, account_id: str) -> tuple[int, int]:
        account = next(one for one in self.accounts.list() if one.id == account_id)
        return account.files, account.bytes


def spooled(folder: Path, data: bytes = b"text", *, name: str = "a.txt", media_type: str = "text/plain") -> Spooled:
    """Have *data* arrive in *folder*, to be read."""
    path = folder / ids.token()
    path.write_bytes(data)
    return Spooled(
        path=path,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        filename=name,
        purpose="file-extract",
    )


def build(
    folder: Path,
    *,
    max_files: int = 1000,
    max_bytes: int = 10**9,
    lease_s: float = 60,
    tiers: Tiers | None = None,
    paces: Paces | None = None,
    url: str | None = None,
) -> Shelf:
    """Build a domain in *folder*, over the database at *url* or SQLite."""
    database = db.connect(url or databases.on_sqlite(folder / "test.sqlite"))
    blobs = LocalStore(folder / "blobs")
    (folder / "blobs").mkdir(exist_ok=True)
    queue = LocalQueue(database, look_s=0.05, pause_s=0.05)
    quotas = Quotas(max_files=max_files, max_bytes=max_bytes)
    uploads = Uploads(database, quotas, lease_s=lease_s)
    tiers = tiers or Tiers({}, default="")
    slices = Slices(queue, slice_pages=16, paces=paces or Paces(workers=1), tiers=tiers)
    files = Files(database, blobs, uploads=uploads, slices=slices, revision="test")
    return Shelf(
        folder=folder,
        database=database,
        blobs=blobs,
        queue=queue,
        accounts=Accounts(database),
        keys=Keys(database),
        uploads=uploads,
        multipart=MultipartUploads(database, uploads),
        parts=Parts(database, blobs, uploads),
        slices=slices,
        files=files,
        readings=Readings(database, blobs, slices, revision="test"),
        departures=Departures(database, files, uploads),
        gravedigger=Gravedigger(database, blobs),
    )
