"""Commands about an installation as a whole: its schema, moving it, tidying it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from moonshelf import moving, ownership, wiring
from moonshelf.cli.options import DATA, settings_of
from moonshelf.cli.printing import bar


@click.command()
@click.option("--back", is_flag=True, help="Go back one step, before the release before this one is started again.")
@DATA
def migrate(back: bool, data: Path | None) -> None:  # noqa: FBT001 - click passes flags by name
    """Bring the database to this release's schema. 'serve' does it by itself.

    Going back is refused while a server or worker of this release runs on the database.
    """
    settings = settings_of(data=data)
    if back:
        with ownership.hold_folder(settings):
            wiring.ports.step_back(settings)
        click.echo("The database has the schema of the release before; start that one now, as this one migrates again.")
    else:
        wiring.ports.open_database(settings).close()
        click.echo("The database has this release's schema.")


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@DATA
def export_all(folder: Path, data: Path | None) -> None:
    """Write accounts, keys, files and their texts to FOLDER. Stop every server first; begun again, it goes on."""
    services = wiring.build(settings_of(data=data))
    with ownership.hold(services), _writing(folder), bar("blobs") as progress:
        moved = moving.export(_all_of(services), folder, progress)
    click.echo(_told("Exported", moved))


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@DATA
def import_all(folder: Path, data: Path | None) -> None:
    """Read what 'export' wrote into an empty installation. Every byte of it is checked."""
    services = wiring.build(settings_of(data=data))
    with ownership.hold(services), bar("blobs") as progress:
        moved = moving.import_(_all_of(services), folder, progress)
    click.echo(_told("Imported and checked", moved))


@click.command()
@DATA
def sweep(data: Path | None) -> None:
    """Remove what dead uploads and expired files left. A running server does it by itself."""
    services = wiring.build(settings_of(data=data))
    swept = services.shelf.sweeper.sweep()
    click.echo(f"Ended {swept.uploads} uploads and {swept.files} expired files, removed {swept.blobs} blobs.")


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turn what the system says of *folder* into a sentence."""
    try:
        yield
    except OSError as error:
        again = "begun again, it goes on where it stopped"
        raise click.ClickException(f"{folder} cannot be written to ({error.strerror}); {again}.") from error


def _all_of(services: wiring.Services) -> moving.Installation:
    ports = services.ports
    return moving.Installation(ports.database, ports.blobs, services.slices, ports.spool)


def _told(what: str, moved: moving.Moved) -> str:
    held = f"{moved.accounts} accounts, {moved.files} files, {moved.blobs} blobs ({moved.bytes} bytes)"
    return f"{what} {held}."
