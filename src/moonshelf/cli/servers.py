"""Commands that run until they are told to stop: the server, and a worker beside it."""

import socket
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import click

from moonshelf import ownership, wiring
from moonshelf.cli.options import DATA, settings_of
from moonshelf.settings import Settings
from moonshelf.wiring import Services


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", type=click.IntRange(0), help="Slices read at the same time; default: one a core.")
@DATA
def serve(host: str, port: int, workers: int | None, data: Path | None) -> None:
    """Start the server; the first start prints a key.

    It prints a link into the dashboard too, which works once. Ctrl-C or SIGTERM ends the server gently; what is being
    read goes on at the next start.
    """
    from moonshelf.serving import serve as run  # noqa: PLC0415 - heavy: the other commands need no web server

    settings = settings_of(data=data, workers=workers)
    services = wiring.build(settings)
    with ownership.hold(services):
        address = _listenable(host, port)
        _welcome(services, address, port)
        _check(services)
        run(services, host=address, port=port)


@click.command()
@click.option("--concurrency", type=click.IntRange(1), help="Slices read at the same time; default: one a core.")
@DATA
def worker(concurrency: int | None, data: Path | None) -> None:
    """Read files for servers on other machines.

    All share MOONSHELF_DATABASE_URL and MOONSHELF_STORAGE_URL; docs/scaling.md goes through it step by step.
    """
    from moonshelf.serving import work  # noqa: PLC0415 - heavy: the other commands need no web server

    settings = settings_of(data=data, workers=concurrency)
    if settings.database_url is None:
        raise click.ClickException("A worker needs MOONSHELF_DATABASE_URL; with SQLite, 'moonshelf serve' reads alone.")
    services = wiring.build(settings)
    with ownership.hold(services):
        _check(services)
        work(services)


def _base_url(settings: Settings, address: str, port: int) -> str:
    """Return where clients on this machine find the server, or all of them where the settings say."""
    if settings.public_url:
        return f"{settings.public_url}/v1"
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 - those are no one's address
    return f"http://{f'[{near}]' if ':' in near else near}:{port}/v1"


def _listenable(host: str, port: int) -> str:
    """Return the address that *host* names, of IPv4 if there is one.

    Raises ``ClickException`` where nobody could listen, before a key is printed that is shown only once.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, *_, where = min(found, key=lambda one: one[0] != socket.AF_INET)
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that just ended is no hindrance
            probe.bind(where)
    except OSError as error:
        reason = f"The server cannot listen on {host}, port {port} ({error.strerror})"
        raise click.ClickException(f"{reason}; choose another with --host and --port.") from None
    return str(where[0])


def _check(services: Services) -> None:
    """Tell, beside the start, what cannot be used.

    The start goes on: so does a server whose store goes away while it runs, and machines that start together come up
    in any order. Without its database nothing could be answered at all, so that start has ended before.
    """

    def tell() -> None:
        for sentence in filter(None, (part.lack() for part in services.parts)):
            click.echo(f"Warning: {sentence}", err=True)

    # A store that hangs says so within half a minute, which nobody is to wait for; and an end does not wait for it.
    Thread(target=tell, name="check", daemon=True).start()


def _welcome(services: Services, address: str, port: int) -> None:
    """Tell where the server is, and on the first start the first key and the way into the dashboard."""
    base_url = _base_url(services.settings, address, port)
    first = not services.people.accounts.list()
    admin = wiring.people.first_account(services.people.accounts)
    near = ip_address(address).is_unspecified and not services.settings.public_url
    click.echo(f"Base URL  {base_url}" + ("   (elsewhere: by this machine's name or address)" if near else ""))
    if first:
        value = services.people.keys.create(admin.id, name="first key")
        click.echo(f"API key   {value}   (shown this once; 'moonshelf keys create' makes more)")
    if services.settings.dashboard == "on":
        path = f"/dashboard/enter?token={services.people.sessions.invite(admin.id)}" if first else "/dashboard"
        click.echo(f"Dashboard {base_url.removesuffix('/v1')}{path}" + ("   (once, within a day)" if first else ""))
