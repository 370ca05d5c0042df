"""Where the parts meet: settings in, services out. Nothing here starts anything."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from moonshelf import db, ids
from moonshelf.chat import Chat
from moonshelf.db import READ_CHANNEL, Database
from moonshelf.errors import InvalidRequest, NotInstalled, Unavailable
from moonshelf.extraction import facts
from moonshelf.extraction.capped.sandbox import Caps
from moonshelf.extraction.reading import Options, Reader
from moonshelf.limits import Limits
from moonshelf.limits.admission import Admission
from moonshelf.limits.gate import Gate
from moonshelf.limits.local import LocalLimits
from moonshelf.limits.sql import SqlLimits
from moonshelf.limits.tiers import Tiers
from moonshelf.limits.valkey import ValkeyLimits
from moonshelf.media.conversion import Media, Taste
from moonshelf.media.downloads import Downloads
from moonshelf.media.views import Views
from moonshelf.models import roster, weights
from moonshelf.models.embedded import Embedded
from moonshelf.models.upstream import Client
from moonshelf.people.accounts import Account, Accounts
from moonshelf.people.audit import Audit
from moonshelf.people.identities import Identities
from moonshelf.people.openid import Client as OpenIdClient
from moonshelf.people.openid import Provider, Rule
from moonshelf.people.passwords import Passwords
from moonshelf.people.sessions import ADMIN, Sessions
from moonshelf.people.usage import Usage
from moonshelf.queue import Queue
from moonshelf.queue.local import LocalQueue
from moonshelf.settings import Settings
from moonshelf.shelf.catalogue import Catalogue
from moonshelf.shelf.files import Files
from moonshelf.shelf.pictures import Pictures
from moonshelf.shelf.quotas import Quotas
from moonshelf.shelf.sweeper import Sweeper
from moonshelf.shelf.uploads import Uploads
from moonshelf.shelf.waiting import Bell
from moonshelf.storage import BlobExists, BlobKey, BlobStore
from moonshelf.storage.local import LocalStore
from moonshelf.storage.tombstones import Gravedigger
from moonshelf.work.paces import Paces
from moonshelf.work.slices import Slices

if TYPE_CHECKING:
    from moonshelf.db.listening import Listener  # an extra: where it is missing, there is none

_DAY_S = 86_400
_PROBE = BlobKey("probe")


@dataclass(frozen=True)
class Services:
    """All that the edges call."""

    settings: Settings
    spool: Path
    database: Database
    blobs: BlobStore
    queue: Queue
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
    listener: "Listener | None"  # to other machines, where there may be any
    quotas: Quotas
    usage: Usage
    audit: Audit
    passwords: Passwords
    sessions: Sessions
    identities: Identities
    provider: Provider | None  # of identities, where the operator named one
    catalogue: Catalogue
    pictures: Pictures

    def checks(self) -> dict[str, str]:
        """Try what an upload needs, and say ``ok`` or what is wrong of each part."""
        found = {"database": _state(self._try_database), "storage": _state(self._try_storage)}
        if self.settings.workers:
            found["workers"] = _state(self.reader.check)
        return found

    def _try_database(self) -> None:
        with self.database.write() as tx:
            tx.exec_driver_sql("SELECT 1")

    def _try_storage(self) -> None:
        probe = self.spool / ids.token()
        probe.touch()
        with suppress(BlobExists):  # another machine's, just now, or left by one that died: the next line removes it
            self.blobs.put(_PROBE, probe)
        probe.unlink(missing_ok=True)
        self.blobs.delete(_PROBE)


def build(settings: Settings) -> Services:
    """Build every service over the data folder, which ``prepare`` has made."""
    database = open_database(settings)
    spool = settings.data / "spool" / (ids.token() if database.shared else "")
    blobs = open_blobs(settings, scratch=spool)
    queue, listener = _open_queue(settings, database)
    bell = Bell()
    if listener is not None:
        listener.on(READ_CHANNEL, bell.ring)
    quotas = Quotas(max_files=settings.max_files, max_bytes=settings.max_bytes)
    uploads = Uploads(database, quotas, lease_s=settings.lease_s)
    tiers, paces = load_tiers(settings), Paces(workers=settings.workers)
    slices = Slices(queue, slice_pages=settings.slice_pages, paces=paces, tiers=tiers)
    gravedigger, limits = Gravedigger(database, blobs), build_limits(settings, database)
    usage, audit = build_records(settings, database)
    mend = partial(_mend, database, slices) if database.shared else _whole
    sweeper = Sweeper(uploads, gravedigger, limits, every_s=settings.sweep_s, mend=mend, records=(usage, audit))
    reader = build_reader(settings)
    parts, revision = (database, blobs), reader.revision
    files = Files(*parts, uploads=uploads, quotas=quotas, slices=slices, revision=revision, let_go=sweeper.hurry)
    media = build_media(settings, Views(database, blobs, reader, spool=spool), files, reader)
    return Services(
        settings=settings,
        spool=spool,
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
        bell=bell,
        media=media,
        chat=build_chat(settings, media),
        listener=listener,
        quotas=quotas,
        usage=usage,
        audit=audit,
        passwords=Passwords(database),
        sessions=Sessions(database, lifetime_s=settings.session_s),
        identities=Identities(database),
        provider=build_provider(settings),
        catalogue=Catalogue(database, slices),
        pictures=Pictures(files, reader),
    )


def build_records(settings: Settings, database: Database) -> tuple[Usage, Audit]:
    """Build what is kept for a while, to be looked at by people."""
    keep_s = settings.usage_days * _DAY_S
    return Usage(database, keep_s=keep_s), Audit(database, keep_s=keep_s)


def build_provider(settings: Settings) -> Provider | None:
    """Build what asks the OpenID provider, if there is one; it is asked first when somebody signs in."""
    if not settings.oidc_issuer or settings.dashboard == "off":
        return None
    if find_spec("authlib") is None:
        raise NotInstalled("MOONSHELF_OIDC_ISSUER", extra="oidc")
    for needed in ("oidc_client_id", "public_url"):
        if not getattr(settings, needed):
            raise SystemExit(f"MOONSHELF_OIDC_ISSUER needs MOONSHELF_{needed.upper()}. See docs/settings.md.")
    client = OpenIdClient(
        issuer=settings.oidc_issuer,
        title=settings.oidc_name or urlsplit(settings.oidc_issuer).netloc,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        back=f"{settings.public_url}/dashboard/openid/return",
        scopes=settings.oidc_scopes,
        naming=settings.oidc_account,
        members=_rule(settings.oidc_members),
        admins=_rule(settings.oidc_admins),
    )
    return Provider(client)


def _rule(said: str) -> Rule | None:
    claim, _, value = said.partition("=")
    return Rule(claim, value) if said else None


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


def build_media(settings: Settings, views: Views, files: Files, reader: Reader) -> Media:
    """Build what shows images and videos to models."""
    hosts = [one.strip().lower() for one in settings.media_hosts.split(",") if one.strip()]
    return Media(
        files,
        views,
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
    model = next((one for one in weights.CHATTING if one.name == settings.embedded_model), None)
    if model is None:
        names = ", ".join(one.name for one in weights.CHATTING)
        raise SystemExit(
            f"MOONSHELF_EMBEDDED_MODEL: no embedded model is {settings.embedded_model!r}; there are: {names}."
        )
    folder = weights_folder(settings)
    return Embedded(
        weights.path(model, folder),
        projector=weights.path(model.projector, folder) if model.projector else None,
        name=model.name,
        context_length=model.context_length,
        idle_s=settings.embedded_idle_s,
    )


def weights_folder(settings: Settings) -> Path:
    """Tell where model weights lie."""
    return settings.models or weights.default_folder(os.environ)


def open_database(settings: Settings) -> Database:
    """Make the data folder where it is missing, and bring its database, or the shared one, to this release's schema."""
    for folder in (settings.data, settings.data / "blobs", settings.data / "spool"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = _connect(settings)
    database.migrate()
    if database.shared:
        from moonshelf.queue.postgres import PostgresQueue  # noqa: PLC0415 - an extra, and heavy

        PostgresQueue(database).install()
    return database


def step_back(settings: Settings) -> None:
    """Give the database the schema of the release before; pgqueuer's stays, as its releases read newer ones."""
    database = _connect(settings)
    database.step_back()
    database.close()


def _connect(settings: Settings) -> Database:
    if settings.database_url is None:
        return db.connect(f"sqlite:///{settings.data / 'moonshelf.sqlite'}")
    if find_spec("psycopg") is None or find_spec("pgqueuer") is None:
        raise NotInstalled("MOONSHELF_DATABASE_URL", extra="postgres")
    return db.connect(settings.database_url)


def open_blobs(settings: Settings, *, scratch: Path) -> BlobStore:
    """Open the data folder's blobs, or the object store; what is fetched from that one lies in *scratch*."""
    if settings.storage_url is None:
        if settings.download == "redirect":
            raise InvalidRequest("MOONSHELF_DOWNLOAD=redirect needs MOONSHELF_STORAGE_URL: a folder has no URLs")
        return LocalStore(settings.data / "blobs")
    if find_spec("obstore") is None:
        raise NotInstalled("MOONSHELF_STORAGE_URL", extra="objects")
    from moonshelf.storage.objects import ObjectStore  # noqa: PLC0415 - an extra, and heavy

    return ObjectStore(settings.storage_url, scratch=scratch)


def _open_queue(settings: Settings, database: Database) -> "tuple[Queue, Listener | None]":
    if settings.database_url is None:
        return LocalQueue(database), None
    from moonshelf.db.listening import Listener  # noqa: PLC0415 - an extra
    from moonshelf.queue.postgres import PostgresQueue  # noqa: PLC0415 - an extra, and heavy

    queue, listener = PostgresQueue(database), Listener(settings.database_url)
    queue.hear(listener)
    return queue, listener


def _mend(database: Database, slices: Slices) -> None:
    with database.write() as tx:
        slices.resume(tx)


def _whole() -> None:
    """Mend nothing: alone, the start does it once."""


def first_account(accounts: Accounts) -> Account:
    """Return the admin, made where there is no account yet."""
    there = accounts.list()
    if not there:
        with suppress(InvalidRequest):  # another machine, started at the same moment, made it
            return accounts.create(ADMIN, role=ADMIN)
    return next((one for one in accounts.list() if one.role == ADMIN), None) or accounts.create(ADMIN, role=ADMIN)


def _state(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Unavailable as error:
        return str(error)
    return "ok"
