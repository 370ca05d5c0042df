"""Commands about accounts."""

from pathlib import Path

import click

from moonshelf import wiring
from moonshelf.cli.options import DATA, database_of, settings_of
from moonshelf.cli.printing import table
from moonshelf.people.accounts import Accounts
from moonshelf.people.roles import ADMIN, MEMBER
from moonshelf.people.sessions import Sessions


@click.group()
def users() -> None:
    """Make, list and remove accounts; each has its own files, keys and quota."""


@users.command("create")
@click.argument("name")
@click.option("--admin", is_flag=True, help="May see and manage everything.")
@click.option("--tier", help="Its limits; default: those of MOONSHELF_TIER.")
@DATA
def create_user(name: str, admin: bool, tier: str | None, data: Path | None) -> None:  # noqa: FBT001 - click's way
    """Make an account. Give it a key with 'moonshelf keys create --account NAME'."""
    wiring.limits.load_tiers(settings_of(data=data)).check(tier)
    account = Accounts(database_of(data)).create(name, role=ADMIN if admin else MEMBER, tier=tier)
    click.echo(f"Created account {account.name} ({account.id}).")


@users.command("tier")
@click.argument("name")
@click.argument("tier", required=False)
@DATA
def set_tier(name: str, tier: str | None, data: Path | None) -> None:
    """Give the account NAME the limits of TIER. Without TIER it gets those of MOONSHELF_TIER again."""
    wiring.limits.load_tiers(settings_of(data=data)).check(tier)
    accounts = Accounts(database_of(data))
    accounts.set_tier(accounts.named(name).id, tier)
    click.echo(f"{name} has the {f'tier {tier}' if tier else 'default tier'}.")


@users.command("list")
@DATA
def list_users(data: Path | None) -> None:
    """List accounts and what they hold."""
    rows = [("ID", "NAME", "ROLE", "TIER", "FILES", "BYTES")]
    for one in Accounts(database_of(data)).list():
        rows += [(one.id, one.name, one.role, one.tier or "-", str(one.files), str(one.bytes))]
    table(rows)


@users.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@DATA
def remove_user(name: str, yes: bool, data: Path | None) -> None:  # noqa: FBT001 - click passes flags by name
    """Remove the account NAME, keys and files too.

    What was read of its files goes as well, for good. Nobody comes in by its keys or its password any more, and whoever
    is signed in to a running server is out.
    """
    services = wiring.build(settings_of(data=data))
    account = services.people.accounts.named(name)
    if not yes:
        click.confirm(f"Remove {name!r} with {account.files} files ({account.bytes} bytes) for good?", abort=True)
    services.shelf.departures.remove(account.id)
    services.shelf.sweeper.sweep()
    click.echo(f"Removed account {name}.")


@users.command("link")
@click.argument("name")
@DATA
def link_user(name: str, data: Path | None) -> None:
    """Print a link into the dashboard for an account.

    It works once, within a day, to set a password. It leads to MOONSHELF_PUBLIC_URL, or else to port 8000 of this
    machine: put in another address where the server has one.
    """
    settings = settings_of(data=data)
    database = wiring.ports.open_database(settings)
    token = Sessions(database, lifetime_s=settings.session_s).invite(Accounts(database).named(name).id)
    click.echo(f"{settings.public_url or 'http://127.0.0.1:8000'}/dashboard/enter?token={token}")
