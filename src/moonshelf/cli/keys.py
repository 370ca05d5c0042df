"""Commands about API keys."""

import time
from pathlib import Path

import click

from moonshelf import wiring
from moonshelf.cli.options import DATA, database_of, settings_of
from moonshelf.cli.printing import moment, table
from moonshelf.people.accounts import Accounts
from moonshelf.people.keys import SCOPES, Keys


@click.group()
def keys() -> None:
    """Make, list and revoke API keys."""


@keys.command("create")
@click.option("--account", help="Name of the account it speaks for; default: the admin.")
@click.option("--name", default="", help="What the key is for, to know it again in the list.")
@click.option("--value", help="The key itself, starting with sk-; default: a new random one.")
@click.option("--tier", help="Limits of this key alone, beside its account's.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="What it may do; default: all; may be repeated."
)
@click.option("--days", type=click.IntRange(1, 36_500), help="Days until it expires; default: never.")
@DATA
def create_key(
    account: str | None,
    name: str,
    value: str | None,
    tier: str | None,
    scopes: tuple[str, ...],
    days: int | None,
    data: Path | None,
) -> None:
    """Make a key and print it.

    Nothing else is on standard output; only its digest is kept, so it is never shown again.

    \b
    moonshelf keys create --name "nightly import" --scope read --scope write --days 90
    """  # noqa: D301 - click's own mark: it keeps the lines after it as they are
    wiring.limits.load_tiers(settings_of(data=data)).check(tier)
    database = database_of(data)
    accounts = Accounts(database)
    owner = accounts.named(account) if account else wiring.people.first_account(accounts)
    lasts_s = None if days is None else days * 86_400
    click.echo(
        Keys(database).create(owner.id, value=value, scopes=scopes or SCOPES, name=name, tier=tier, lasts_s=lasts_s)
    )


@keys.command("list")
@DATA
def list_keys(data: Path | None) -> None:
    """List keys by the ends of their values; times are in UTC."""
    rows = [("ID", "ACCOUNT", "KEY", "NAME", "CREATED", "LAST USED", "STATE")]
    for key in Keys(database_of(data)).all():
        state = "revoked" if key.revoked_at else "active" if key.living(now=time.time()) else "expired"
        times = moment(key.created_at), moment(key.last_used_at)
        rows.append((key.id, key.account, key.hint, key.name or "-", *times, state))
    table(rows)


@keys.command("revoke")
@click.argument("key_id")
@DATA
def revoke_key(key_id: str, data: Path | None) -> None:
    """End the key with this id, as 'keys list' shows it.

    A running server refuses it within a second.
    """
    Keys(database_of(data)).revoke(key_id)
    click.echo(f"Revoked {key_id}.")
