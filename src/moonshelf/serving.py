"""A running server: one process that answers, reads and sweeps, until it is told to stop."""

import asyncio
import resource
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

import structlog
import uvloop
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from moonshelf.dashboard.routes import routes
from moonshelf.errors import Unavailable
from moonshelf.http.app import create
from moonshelf.limits import SLOT_S
from moonshelf.limits.gate import Gate
from moonshelf.wiring import Services
from moonshelf.worker.crew import Crew

_HEARD_S: Final = 0.5  # within which granian hears that it is to stop: ended before, it ends in a traceback
_log = structlog.get_logger()

_MOST_DESCRIPTORS = 65_536
_CONNECTION_MEMORY = 256 * 1024  # bytes that come faster than they are taken; less costs uploads processor time


def serve(services: Services, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, then drain: running requests get ``drain_s`` to end, slices are put back."""
    _take_descriptors()
    uvloop.run(_serve(services, host, port))


def _take_descriptors() -> None:
    """Let more callers be connected than the 1,024 that a shell or systemd has us start with."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@asynccontextmanager
async def running(services: Services) -> AsyncIterator[None]:
    """Run what works behind the app: the crew of readers, the sweeper, the chat's connections."""
    services.shelf.bell.attach(asyncio.get_running_loop())
    crew = Crew(services)
    try:
        await asyncio.to_thread(crew.start)
        services.shelf.sweeper.start()
        if services.ports.listener is not None:
            services.ports.listener.start()
        async with services.chat:
            renewing = asyncio.create_task(_renew(services.gate))
            yield
            renewing.cancel()
    finally:
        await asyncio.to_thread(services.shelf.sweeper.stop)
        await asyncio.to_thread(crew.stop)
        if services.ports.listener is not None:
            await asyncio.to_thread(services.ports.listener.stop)
        services.gate.close()
        await asyncio.to_thread(services.people.usage.write_down)
        services.ports.database.close()


async def _renew(gate: Gate) -> None:
    """Keep the places of running requests, which others count too."""
    while True:
        await asyncio.sleep(SLOT_S / 4)
        try:
            await asyncio.to_thread(gate.renew)
        except Unavailable as error:
            _log.warning("limits.not_renewed", reason=str(error))


def work(services: Services) -> None:
    """Read for other machines, without an API, until SIGTERM or SIGINT; then put back what is being read."""
    asyncio.run(_read(services))


async def _read(services: Services) -> None:
    async with running(services):
        _log.info("worker.ready", version=version("moonshelf"), slices=services.settings.workers)
        await _told_to_stop()
        _log.info("worker.stopping")
    _log.info("worker.stopped")


def _server(services: Services, host: str, port: int) -> Server:
    return Server(
        create(services, more=routes(services)),
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(services.settings.header_s * 1000), max_buffer_size=_CONNECTION_MEMORY
        ),
        backlog=1024,
        log_level=LogLevels.error,
        websockets=False,
    )


async def _serve(services: Services, host: str, port: int) -> None:
    server = _server(services, host, port)
    async with running(services):
        serving, told = asyncio.create_task(server.serve()), asyncio.create_task(_told_to_stop())
        _log.info("server.ready", version=version("moonshelf"), address=host, port=port)
        await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
        if told.done():
            _log.info("server.draining", seconds=services.settings.drain_s)
            services.shelf.bell.silent.set()
            server.stop()  # type: ignore[no-untyped-call]  # granian's
            await asyncio.wait({serving}, timeout=max(services.settings.drain_s, _HEARD_S))
        else:
            serving.result()  # raises what ended it
        told.cancel()
        serving.cancel()
        await asyncio.wait({serving})
    _log.info("server.stopped")


async def _told_to_stop() -> None:
    told = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, told.set)
    await told.wait()
