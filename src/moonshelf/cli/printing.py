"""How commands print: tables, times, and bars for what takes long."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from moonshelf.people import names


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error; what is yielded is told how much is done, and of how much."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as shown:

        def progress(done: int, total: int) -> None:
            shown.length = max(1, total)
            shown.update(done - shown.pos)

        yield progress


def moment(seconds: int | None) -> str:
    """Write a time in UTC, or a dash where there is none."""
    return "-" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def table(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows in columns as wide as their widest cell; no name of anybody's gives the terminal commands."""
    rows = [tuple(map(names.printed, row)) for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
