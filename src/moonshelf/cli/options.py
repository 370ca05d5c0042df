"""What commands share: the data folder, and the settings that hold for one command."""

import os
from pathlib import Path

import click

from moonshelf import logs, wiring
from moonshelf.db import Database
from moonshelf.settings import Settings

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of database and files; default: MOONSHELF_DATA, or ~/.local/share/moonshelf.",
)


def settings_of(**given: object) -> Settings:
    """Read the environment and what was *given* on the command line, and set up the log by it."""
    settings = Settings.from_environ(os.environ, given)
    logs.configure(level=settings.log_level, form=settings.log_format)
    return settings


def database_of(data: Path | None) -> Database:
    """Open the database of the data folder, or the shared one."""
    return wiring.ports.open_database(settings_of(data=data))
