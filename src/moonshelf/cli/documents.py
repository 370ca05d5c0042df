"""Commands that read documents right here, or say whether that is safe."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import click

from moonshelf import wiring
from moonshelf.cli.options import DATA, settings_of
from moonshelf.cli.printing import bar, table
from moonshelf.errors import ExtractionError
from moonshelf.extraction.inclusion import KINDS, Include
from moonshelf.extraction.reading import Read, Reader, Terms
from moonshelf.extraction.sniffing import media_type


@click.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option(
    "--include", multiple=True, type=click.Choice(KINDS), help="Read hidden text, or formulas, too; may be repeated."
)
def extract(paths: tuple[Path, ...], include: tuple[str, ...]) -> None:
    """Read files and print their Markdown, without a server.

    Before each of several stands a line with its name; one that cannot be read is named on standard error, and the
    others go on. The name - is standard input.

    \b
    moonshelf extract report.pdf > report.md
    curl -s https://example.com/report.pdf | moonshelf extract -
    moonshelf extract --include hidden --include formulas *.xlsx
    """  # noqa: D301 - click's own mark: it keeps the lines after it as they are
    settings = settings_of(log_level="warning", include=",".join(sorted(set(include))) or None)
    failed = False
    with wiring.readers.build_reader(settings) as reader:
        for path in paths:
            if len(paths) > 1:
                click.echo(f"<!-- {path.name} -->")
            try:
                click.echo(_read(reader, path, Include.of(settings.include)))
            except ExtractionError as error:
                failed = True
                click.echo(f"{path}: {error}", err=True)
    sys.exit(1 if failed else 0)


@click.command()
@DATA
def doctor(data: Path | None) -> None:
    """Try what the server stands on, and say what is missing.

    These are the walls around the processes that read, the database, the storage, and the embedded model. Ends with
    status 1 where readers are not confined, or something that the settings name cannot be used.
    """
    settings = settings_of(data=data, log_level="error")
    # Whatever the setting asks of it: a doctor that ends where a wall is missing says nothing about the others.
    with wiring.readers.build_reader(settings.model_copy(update={"sandbox": "best-effort"})) as reader:
        holds = reader.check()
    found = [(part.name, part.lack()) for part in wiring.checks.outside(settings)]
    table(
        [
            ("files", "readers see no file but their own" if holds.filesystem else "NOT CONFINED: Landlock is missing"),
            ("network", "readers have none" if holds.network else "NOT CONFINED: neither seccomp nor namespaces"),
            ("processes", "readers start none" if holds.processes else "NOT CONFINED: seccomp is missing"),
            *((name, lack or "ready") for name, lack in found),
            ("embedded model", wiring.models.build_embedded(settings).lack() or "ready"),
        ]
    )
    sys.exit(0 if holds.filesystem and holds.network and not any(lack for _, lack in found) else 1)


def _read(reader: Reader, path: Path, include: Include) -> str:
    with _opened(path) as source, bar(path.name) as progress:
        kind, terms = media_type(source, path.name), Terms(progress=progress)
        return _whole(reader, lambda pages: reader.read(source, kind, pages, include=include, terms=terms)).decode()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, or a pipe as a temporary file: readers go back and forth."""
    with nullcontext(sys.stdin.buffer) if path.name == "-" else path.open("rb") as source:
        if source.seekable():
            yield source
            return
        with TemporaryFile() as kept:
            shutil.copyfileobj(source, kept)
            yield kept


def _whole(reader: Reader, read: Callable[[tuple[int, int] | None], Read]) -> bytes:
    """Read slice by slice, as the workers of a server do."""
    one = read(None)
    if one.joined is not None:
        return one.joined.markdown
    parts = [one.facts]
    while one.last < one.pages_total:
        one = read((one.last + 1, min(one.last + reader.options.slice_pages, one.pages_total)))
        parts.append(one.facts)
    return reader.join(parts).markdown
