"""The schema of the database: this release's, and the steps that lead to it and back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text

from moonshelf.db import Database, machines
from moonshelf.errors import Unavailable
from moonshelf.errors.installation import MachinesRunning

_STEPS = Path(__file__).parent.parent / "migrations"
_MIGRATING = 0x6D6F6F6E  # the advisory lock that one of several starting machines holds
_ENDING_S = 2.0  # for a machine that was just stopped to be seen no more


def migrate(database: Database) -> None:
    """Bring the schema to this release's; safe to call by several processes at once.

    A schema that a newer release has migrated stays as it is: its release before, this one, can work on it, so
    that the machines of an installation may be restarted one after the other.
    """
    with _alone(database) as tx:
        version, versions = _version(tx), _versions()
        if version is None or version in versions[:-1]:
            _lead(tx, version or "", versions[-1])


def newest() -> str:
    """Return the version that this release brings databases to."""
    return _versions()[-1]


def step_back(database: Database) -> None:
    """Bring the schema to that of the release before this one.

    Raises ``Unavailable`` where there is none, and ``MachinesRunning`` beside machines that need the schema as it is.
    """
    with _alone(database) as tx:
        version, versions = _version(tx), _versions()
        if version not in versions[1:]:
            raise Unavailable("A schema before this one")
        _insist_on_silence(tx, version)
        _lead(tx, version, versions[versions.index(version) - 1])


def _insist_on_silence(tx: Connection, version: str) -> None:
    until = time.monotonic() + _ENDING_S
    while hosts := {one.host for one in machines.running(tx) if one.schema >= version}:
        if time.monotonic() > until:
            raise MachinesRunning(sorted(hosts))
        time.sleep(0.1)


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    with database.write() as tx:
        if database.shared:
            tx.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
        yield tx


def _version(tx: Connection) -> str | None:
    if not inspect(tx).has_table("alembic_version"):
        return None
    return tx.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _versions() -> list[str]:
    """List this release's, each of which is the beginning of a step's name; the last is the newest."""
    return sorted(step.name.partition("_")[0] for step in (_STEPS / "versions").glob("0*.py"))


def _lead(tx: Connection, version: str, to: str) -> None:
    from alembic import command  # noqa: PLC0415 - heavy, and most starts find the schema as it is to be
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_STEPS))
    config.attributes["connection"] = tx
    (command.upgrade if version < to else command.downgrade)(config, to)
