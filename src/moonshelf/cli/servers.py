"""Commands that run until they are told to stop: the server, and a worker beside it."""

import socket
from pathlib import Path
from threading import Thread

import click

from moonshelf import ownership, wiring
from moonshelf.cli.options import DATA, settings_of
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
        _try_listening(host, port)
        _welcome(services, _base_url(host, port))
        _check(services)
        run(services, host=host, port=port)


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


def _base_url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/v1"


def _try_listening(host: str, port: int) -> None:
    """Raise ``ClickException`` where nobody could listen, before a key is printed that is shown only once."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that just ended is no hindrance
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = f"The server cannot listen on {host}, port {port} ({error.strerror})"
            raise click.ClickException(f"{reason}; choose another with --host and --port.") from None


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


def _welcome(services: Services, base_url: str) -> None:
    """Tell where the server is, and on the first start the first key and the way into the dashboard."""
    first = not services.people.accounts.list()
    admin = wiring.people.first_account(services.people.accounts)
    click.echo(f"Base URL  {base_url}")
    if first:
        value = services.people.keys.create(admin.id, name="first key")
        click.echo(f"API key   {value}   (shown this once; 'moonshelf keys create' makes more)")
    if services.settings.dashboard == "on":
        address = services.settings.public_url or base_url.removesuffix("/v1")
        path = f"/dashboard/enter?token={services.people.sessions.invite(admin.id)}" if first else "/dashboard"
        click.echo(f"Dashboard {address}{path}" + ("   (once, within a day)" if first else ""))
