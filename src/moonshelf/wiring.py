"""Where the parts meet: settings in, services out. Nothing here starts anything."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from moonshelf import db, ids, roster, weights
from moonshelf.accounts import Account, Accounts
from moonshelf.admission import Admission
from moonshelf.chat import Chat
from moonshelf.db import Database
from moonshelf.embedded import Embedded
from moonshelf.errors import Unavailable
from moonshelf.extraction import facts
from moonshelf.extraction.capped.sandbox import Caps
from moonshelf.extraction.reading import Options, Reader
from moonshelf.files import Files
from moonshelf.limits import Limits
from moonshelf.limits.gate import Gate
from moonshelf.limits.local import LocalLimits
from moonshelf.limits.sql import SqlLimits
from moonshelf.limits.tiers import Tiers
from moonshelf.limits.valkey import ValkeyLimits
from moonshelf.media.conversion import Media, Taste
from moonshelf.media.downloads import Downloads
from moonshelf.media.views import Views
from moonshelf.paces import Paces
from moonshelf.queue.local import LocalQueue
from moonshelf.quotas import Quotas
from moonshelf.settings import Settings
from moonshelf.slices import Slices
from moonshelf.storage import BlobKey, BlobStore
from moonshelf.storage.local import LocalStore
from moonshelf.sweeper import Sweeper
from moonshelf.tombstones import Gravedigger
from moonshelf.uploads import Uploads
from moonshelf.upstream import Client
from moonshelf.waiting import Bell

ADMIN = "admin"
_PROBE = BlobKey("probe")


@dataclass(frozen=True)
class Services:
    """All that the edges call."""

    settings: Settings
    spool: Path
    database: Database
    blobs: BlobStore
    queue: LocalQueue
    accounts: Accounts
    gate: Gate
    admission: Admission
    paces: Paces
    uploads: Uploads
    slices: Slices
    files: Files
    sweeper: Sweeper
    reader: Reader
    bell: Bell
    media: Media
    chat: Chat

    def checks(self) -> dict[str, str]:
        """Try what an upload needs, and say ``ok`` or what is wrong of each part."""
        return {
            "database": _state(self._try_database),
            "storage": _state(self._try_storage),
            "workers": _state(self.reader.check),
        }

    def _try_database(self) -> None:
        with self.database.write() as tx:
            tx.exec_driver_sql("SELECT 1")

    def _try_storage(self) -> None:
        probe = self.spool / ids.token()
        probe.touch()
        self.blobs.put(_PROBE, probe)
        self.blobs.delete(_PROBE)


def build(settings: Settings) -> Services:
    """Build every service over the data folder, which ``prepare`` has made."""
    database = open_database(settings)
    blobs = LocalStore(settings.data / "blobs")
    queue = LocalQueue()
    quotas = Quotas(max_files=settings.max_files, max_bytes=settings.max_bytes)
    uploads = Uploads(database, quotas, lease_s=settings.lease_s)
    tiers, paces = load_tiers(settings), Paces(workers=settings.workers)
    slices = Slices(queue, slice_pages=settings.slice_pages, paces=paces, tiers=tiers)
    limits = build_limits(settings, database)
    sweeper = Sweeper(uploads, Gravedigger(database, blobs), limits, every_s=settings.sweep_s)
    reader = build_reader(settings)
    files = Files(
        database,
        blobs,
        uploads=uploads,
        quotas=quotas,
        slices=slices,
        revision=reader.revision,
        let_go=sweeper.hurry,
    )
    media = build_media(settings, database, blobs, files, reader)
    return Services(
        settings=settings,
        spool=settings.data / "spool",
        database=database,
        blobs=blobs,
        queue=queue,
        accounts=Accounts(database),
        gate=Gate(limits, tiers),
        admission=build_admission(settings),
        paces=paces,
        uploads=uploads,
        slices=slices,
        files=files,
        sweeper=sweeper,
        reader=reader,
        bell=Bell(),
        media=media,
        chat=build_chat(settings, media),
    )


def build_reader(settings: Settings) -> Reader:
    """Build what reads documents; it needs no data folder of ours, only one for scratch."""
    options = Options(
        limits=facts.Limits(pages=settings.max_pages),
        speed=settings.ocr,
        mode=settings.sandbox,
        caps=Caps(memory_bytes=int(settings.reader_memory)),
        slice_pages=settings.slice_pages,
        page_s=settings.page_s,
        slice_s=settings.file_s,
        picture_s=settings.picture_s,
        idle_s=settings.ocr_idle_s,
        models=weights_folder(settings),
    )
    return Reader(scratch=Path(tempfile.gettempdir()), options=options)


def build_limits(settings: Settings, database: Database) -> Limits:
    """Build what counts limits: exact on one machine in this process, on many where all of them look."""
    if settings.limits_url:
        return ValkeyLimits(settings.limits_url)
    return SqlLimits(database) if database.shared else LocalLimits()


def build_admission(settings: Settings) -> Admission:
    """Build what bounds the bodies on their way in."""
    return Admission(
        folder=settings.data / "spool",
        memory=settings.body_memory,
        spool=settings.spool_size,
        uploads_per_account=settings.uploads_per_account,
    )


def load_tiers(settings: Settings) -> Tiers:
    """Read the tiers that accounts may have."""
    return Tiers.load(settings.tiers, default=settings.tier)


def build_media(settings: Settings, database: Database, blobs: BlobStore, files: Files, reader: Reader) -> Media:
    """Build what shows images and videos to models."""
    hosts = [one.strip().lower() for one in settings.media_hosts.split(",") if one.strip()]
    return Media(
        files,
        Views(database, blobs, reader, spool=settings.data / "spool"),
        reader,
        Downloads(hosts, most_bytes=int(settings.max_file_size)),
        taste=Taste(
            plain=settings.media_metadata == "strip", frames=settings.video_frames, frame_side=settings.video_side
        ),
        places=max(1, settings.workers),
    )


def build_chat(settings: Settings, media: Media) -> Chat:
    """Build the gateway to the operator's model servers, or to the embedded model where there are none."""
    upstreams = roster.load(settings.upstreams, os.environ) if settings.upstreams else ()
    return Chat(
        upstreams,
        Client(read_timeout_s=settings.chat_timeout_s),
        media=media,
        embedded=None if upstreams else build_embedded(settings),
        default_model=settings.default_model,
        default_for_unknown=settings.default_model_for_unknown,
        embedded_tokens=settings.embedded_tokens,
    )


def build_embedded(settings: Settings) -> Embedded:
    """Build the model that runs on this machine; whether it can is asked when it is needed."""
    model = weights.QWEN
    return Embedded(
        weights.path(model, weights_folder(settings)),
        name=model.name,
        context_length=model.context_length,
        idle_s=settings.embedded_idle_s,
    )


def weights_folder(settings: Settings) -> Path:
    """Tell where model weights lie."""
    return settings.models or weights.default_folder(os.environ)


def open_database(settings: Settings) -> Database:
    """Make the data folder where it is missing, and bring its database to this release's schema."""
    for folder in (settings.data, settings.data / "blobs", settings.data / "spool"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = db.connect(f"sqlite:///{settings.data / 'moonshelf.sqlite'}")
    database.migrate()
    return database


def first_account(accounts: Accounts) -> Account:
    """Return the admin, made where there is no account yet."""
    there = accounts.list()
    return next((one for one in there if one.role == ADMIN), None) or accounts.create(ADMIN, role=ADMIN)


@contextmanager
def sole_server(settings: Settings) -> Iterator[None]:
    """Hold the data folder: two servers on one folder would each think the other's work its own.

    The kernel lets go of the lock when the process dies. What a dead server left behind is cleared here, because
    nobody else can be using it. Raises ``Unavailable`` where another server runs.
    """
    handle = os.open(settings.data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(f"The data folder {settings.data} is in use by another server, and") from None
        shutil.rmtree(settings.data / "spool")
        (settings.data / "spool").mkdir(mode=0o700)
        yield
    finally:
        os.close(handle)


def _state(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Unavailable as error:
        return str(error)
    return "ok"
