"""The command line: the same services as the server's, from a shell."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from moonshelf import logs, moving, tenancy, wiring
from moonshelf.errors import ExtractionError, MoonshelfError
from moonshelf.extraction.inclusion import KINDS, Include
from moonshelf.extraction.reading import Read, Reader
from moonshelf.extraction.sniffing import media_type
from moonshelf.models import weights
from moonshelf.people.accounts import SCOPES, Accounts
from moonshelf.people.sessions import Sessions
from moonshelf.settings import Settings
from moonshelf.wiring import Services

_DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of database and files; MOONSHELF_DATA says it for every command.",
)


class _Commands(click.Group):
    """Prints what went wrong as the one sentence it is."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MoonshelfError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="moonshelf")
def main() -> None:
    """Put any file in front of any model.

    \b
    moonshelf serve                    start the server; the first start prints a key
    moonshelf extract report.pdf       read one file right here, no server needed
    moonshelf keys create              make another key

    Every setting is a MOONSHELF_* variable: docs/settings.md lists them.
    """  # noqa: D301 - click's own mark: it keeps the lines after it as they are


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", type=click.IntRange(0), help="Slices read at the same time; default: one a core.")
@_DATA
def serve(host: str, port: int, workers: int | None, data: Path | None) -> None:
    """Start the server. SIGTERM ends it gently; what is being read goes on at the next start."""
    from moonshelf.serving import serve as run  # noqa: PLC0415 - heavy: the other commands need no web server

    settings = _settings(data=data, workers=workers)
    services = wiring.build(settings)
    with tenancy.hold(services):
        base_url = f"http://{f'[{host}]' if ':' in host else host}:{port}/v1"
        _welcome(services, base_url)
        run(services, host=host, port=port)


@main.command()
@click.option("--concurrency", type=click.IntRange(1), help="Slices read at the same time; default: one a core.")
@_DATA
def worker(concurrency: int | None, data: Path | None) -> None:
    """Read files for servers on other machines; all share MOONSHELF_DATABASE_URL and MOONSHELF_STORAGE_URL."""
    from moonshelf.serving import work  # noqa: PLC0415 - heavy: the other commands need no web server

    settings = _settings(data=data, workers=concurrency)
    if settings.database_url is None:
        raise click.ClickException("A worker needs MOONSHELF_DATABASE_URL; with SQLite, 'moonshelf serve' reads alone.")
    services = wiring.build(settings)
    with tenancy.hold(services):
        work(services)


@main.group()
def keys() -> None:
    """Make, list and revoke API keys."""


@keys.command("create")
@click.option("--account", help="Name of the account it speaks for; default: the admin.")
@click.option("--name", default="", help="What the key is for, to know it again in the list.")
@click.option("--value", help="The key itself, starting with sk-; default: a new random one.")
@click.option("--tier", help="Limits of this key alone, beside its account's.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="What it may do; default: all.")
@click.option("--days", type=click.IntRange(1), help="Days until it expires; default: never.")
@_DATA
def create_key(
    account: str | None,
    name: str,
    value: str | None,
    tier: str | None,
    scopes: tuple[str, ...],
    days: int | None,
    data: Path | None,
) -> None:
    """Make a key and print it, alone, on standard output. It is not stored and never shown again."""
    wiring.load_tiers(_settings(data=data)).check(tier)
    accounts = _accounts(data)
    owner = accounts.named(account) if account else wiring.first_account(accounts)
    until = None if days is None else int(time.time()) + days * 86_400
    click.echo(
        accounts.create_key(owner.id, name=name, value=value, tier=tier, scopes=scopes or SCOPES, expires_at=until)
    )


@keys.command("list")
@_DATA
def list_keys(data: Path | None) -> None:
    """List keys by the ends of their values; times are in UTC."""
    rows = [("ID", "ACCOUNT", "KEY", "NAME", "CREATED", "LAST USED", "STATE")]
    for key in _accounts(data).all_keys():
        state = "revoked" if key.revoked_at else "active" if key.living(now=time.time()) else "expired"
        times = _time(key.created_at), _time(key.last_used_at)
        rows.append((key.id, key.account, key.hint, key.name or "-", *times, state))
    _table(rows)


@keys.command("revoke")
@click.argument("key_id")
@_DATA
def revoke_key(key_id: str, data: Path | None) -> None:
    """End the key with this id (see 'keys list'); a running server refuses it within a second."""
    _accounts(data).revoke(key_id)
    click.echo(f"Revoked {key_id}.")


@main.group()
def users() -> None:
    """Make and list accounts; each has its own files, keys and quota."""


@users.command("create")
@click.argument("name")
@click.option("--admin", is_flag=True, help="May see and manage everything.")
@click.option("--tier", help="Its limits; default: those of MOONSHELF_TIER.")
@_DATA
def create_user(name: str, admin: bool, tier: str | None, data: Path | None) -> None:  # noqa: FBT001 - click's way
    """Make an account; give it a key with 'moonshelf keys create --account NAME'."""
    wiring.load_tiers(_settings(data=data)).check(tier)
    account = _accounts(data).create(name, role="admin" if admin else "member", tier=tier)
    click.echo(f"Created account {account.name} ({account.id}).")


@users.command("tier")
@click.argument("name")
@click.argument("tier", required=False)
@_DATA
def set_tier(name: str, tier: str | None, data: Path | None) -> None:
    """Give the account NAME the limits of TIER, or those of MOONSHELF_TIER again; it holds within a second."""
    wiring.load_tiers(_settings(data=data)).check(tier)
    accounts = _accounts(data)
    accounts.set_tier(accounts.named(name).id, tier)
    click.echo(f"{name} has the {f'tier {tier}' if tier else 'default tier'}.")


@users.command("list")
@_DATA
def list_users(data: Path | None) -> None:
    """List accounts and what they hold."""
    rows = [("ID", "NAME", "ROLE", "TIER", "FILES", "BYTES")]
    for one in _accounts(data).list():
        rows += [(one.id, one.name, one.role, one.tier or "-", str(one.files), str(one.bytes))]
    _table(rows)


@users.command("link")
@click.argument("name")
@_DATA
def link_user(name: str, data: Path | None) -> None:
    """Print a link that lets the account into the dashboard once, within a day, to set a password."""
    settings = _settings(data=data)
    database = wiring.open_database(settings)
    token = Sessions(database, lifetime_s=settings.session_s).invite(Accounts(database).named(name).id)
    click.echo(f"{settings.public_url or 'http://127.0.0.1:8000'}/dashboard/enter?token={token}")


@main.command()
@click.option("--back", is_flag=True, help="Go back one step, before the release before this one is started again.")
@_DATA
def migrate(back: bool, data: Path | None) -> None:  # noqa: FBT001 - click passes flags by name
    """Bring the database to this release's schema; 'serve' does it by itself."""
    settings = _settings(data=data)
    if back:
        wiring.step_back(settings)
        click.echo("The database has the schema of the release before; start that one now, as this one migrates again.")
    else:
        wiring.open_database(settings).close()
        click.echo("The database has this release's schema.")


@main.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_DATA
def export_all(folder: Path, data: Path | None) -> None:
    """Write accounts, keys, files and their texts to FOLDER, or go on doing so; stop every server first."""
    services = wiring.build(_settings(data=data))
    with tenancy.hold(services), _blobs_bar() as progress:
        moved = moving.export(services.database, services.blobs, folder, progress)
    click.echo(_told("Exported", moved))


@main.command("import")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@_DATA
def import_all(folder: Path, data: Path | None) -> None:
    """Read what 'export' wrote to FOLDER into an empty installation, and check every byte of it."""
    services = wiring.build(_settings(data=data))
    with tenancy.hold(services), _blobs_bar() as progress:
        moved = moving.import_(
            services.database, services.blobs, services.slices, folder, progress, spool=services.spool
        )
    click.echo(_told("Imported and checked", moved))


@main.command()
@_DATA
def sweep(data: Path | None) -> None:
    """Give back what dead uploads had reserved, and remove blobs that nobody names; a running server does it too."""
    services = wiring.build(_settings(data=data))
    swept = services.sweeper.sweep(services.files)
    click.echo(f"Ended {swept.uploads} uploads and {swept.files} expired files, removed {swept.blobs} blobs.")


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--include", multiple=True, type=click.Choice(KINDS), help="Read hidden text, or formulas, too; may be repeated."
)
def extract(paths: tuple[Path, ...], include: tuple[str, ...]) -> None:
    """Read files and print their Markdown, without a server; before each of several stands a line with its name."""
    settings = _settings(log_level="warning", include=",".join(sorted(set(include))) or None)
    failed = False
    with wiring.build_reader(settings) as reader:
        for path in paths:
            if len(paths) > 1:
                click.echo(f"<!-- {path.name} -->")
            try:
                click.echo(_read(reader, path, Include.of(settings.include)))
            except ExtractionError as error:
                failed = True
                click.echo(f"{path}: {error}", err=True)
    sys.exit(1 if failed else 0)


@main.command()
def doctor() -> None:
    """Say whether readers are confined here, and whether the embedded model can answer."""
    settings = _settings(log_level="error")
    with wiring.build_reader(settings) as reader:
        holds = reader.check()
    rows = [
        ("files", "readers see no file but their own" if holds.filesystem else "NOT CONFINED: Landlock is missing"),
        ("network", "readers have none" if holds.network else "NOT CONFINED: neither seccomp nor namespaces"),
        ("processes", "readers start none" if holds.processes else "NOT CONFINED: seccomp is missing"),
        ("embedded model", wiring.build_embedded(settings).lack() or "ready"),
    ]
    _table(rows)


@main.group()
def models() -> None:
    """List and fetch the models that run on this machine."""


@models.command("list")
def list_models() -> None:
    """List the models that can run here, and whether their weights are there."""
    folder = wiring.weights_folder(_settings())
    rows = [("MODEL", "SIZE", "LICENCE", "STATE")]
    for one in weights.KNOWN:
        files = [one, *([one.projector] if one.projector else [])]
        here = all(weights.path(file, folder).exists() for file in files)
        state = "here" if here else f"moonshelf models pull {one.name}"
        rows.append((one.name, f"{one.download / 1e6:.0f} MB", one.licence, state))
    _table(rows)


@models.command("pull")
@click.argument("name", default=weights.QWEN.name)
def pull_model(name: str) -> None:
    """Fetch a model's weights, checked against their digest; a broken download goes on where it stopped."""
    folder = wiring.weights_folder(_settings(log_level="warning"))
    try:
        model = weights.find(name)
    except KeyError as error:
        raise click.ClickException(str(error.args[0])) from None
    with click.progressbar(length=model.download, label=model.name, file=sys.stderr) as bar:
        path = weights.pull(model, folder, lambda done, _total: bar.update(done - bar.pos))
    click.echo(path)


@contextmanager
def _blobs_bar() -> Iterator[Callable[[int, int], None]]:
    with click.progressbar(length=1, label="blobs", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(1, total)
            bar.update(done - bar.pos)

        yield progress


def _told(what: str, moved: moving.Moved) -> str:
    held = f"{moved.accounts} accounts, {moved.files} files, {moved.blobs} blobs ({moved.bytes} bytes)"
    return f"{what} {held}."


def _settings(**given: object) -> Settings:
    settings = Settings.from_environ(os.environ, given)
    logs.configure(level=settings.log_level, form=settings.log_format)
    return settings


def _read(reader: Reader, path: Path, include: Include) -> str:
    with path.open("rb") as source, click.progressbar(length=1, label=path.name, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(1, total)
            bar.update(done - bar.pos)

        read = partial(reader.read, source, media_type(source, path.name), include=include, progress=progress)
        return _whole(reader, read).decode()


def _whole(reader: Reader, read: Callable[..., Read]) -> bytes:
    """Read slice by slice, as the workers of a server do."""
    one = read()
    if one.joined is not None:
        return one.joined.markdown
    parts = [one.facts]
    while one.last < one.pages_total:
        one = read(one.last + 1, min(one.last + reader.options.slice_pages, one.pages_total))
        parts.append(one.facts)
    return reader.join(parts).markdown


def _accounts(data: Path | None) -> Accounts:
    return Accounts(wiring.open_database(_settings(data=data)))


def _welcome(services: Services, base_url: str) -> None:
    """Tell where the server is, and on the first start the first key and the way into the dashboard."""
    first = not services.accounts.list()
    admin = wiring.first_account(services.accounts)
    click.echo(f"Base URL  {base_url}")
    if first:
        value = services.accounts.create_key(admin.id, name="first key")
        click.echo(f"API key   {value}   (shown this once; 'moonshelf keys create' makes more)")
    if services.settings.dashboard == "on":
        address = services.settings.public_url or base_url.removesuffix("/v1")
        path = f"/dashboard/enter?token={services.sessions.invite(admin.id)}" if first else "/dashboard"
        click.echo(f"Dashboard {address}{path}" + ("   (once, within a day)" if first else ""))


def _time(seconds: int | None) -> str:
    return "-" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def _table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
