"""What runs behind the app while a server does: it begins, shows life, and ends with it."""

import asyncio
import resource
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from moonshelf import serving
from moonshelf.errors import Unavailable
from moonshelf.limits import Slot
from moonshelf.limits.gate import Caller, Gate, Visit
from moonshelf.limits.local import LocalLimits
from moonshelf.limits.tiers import Tier, Tiers
from moonshelf.ownership import hold
from moonshelf.wiring import Services
from patience import until

_ALONE = Tiers({"alone": Tier(concurrency=1)}, default="alone")


class _Counts(LocalLimits):
    """Counts that are out of reach at first, and tell what they are asked."""

    def __init__(self) -> None:
        super().__init__()
        self.renewed: list[Sequence[Slot]] = []
        self.closed = False

    def renew(self, slots: Sequence[Slot]) -> None:
        self.renewed.append(slots)
        if len(self.renewed) == 1:
            raise Unavailable("The counts")

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def services(wired: Callable[..., Services]) -> Iterator[Services]:
    services = wired(workers=1)
    with hold(services):
        yield services


def test_places_of_running_requests_are_renewed_and_counts_let_go_of(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = _Counts()
    gate, visit = Gate(counts, _ALONE), Visit(Caller("ada", "key"))
    gate.enter(visit)
    monkeypatch.setattr(serving, "SLOT_S", 0.04)

    async def run() -> None:
        async with serving.running(replace(services, gate=gate)):
            await asyncio.to_thread(until, lambda: len(counts.renewed) >= 3)
            assert not counts.closed

    asyncio.run(run())
    assert set(counts.renewed) == {visit.slots}
    assert counts.closed


def test_whoever_waits_for_a_file_is_called_by_its_reader(services: Services) -> None:
    async def run() -> None:
        async with serving.running(services):
            assert services.shelf.bell._loop is asyncio.get_running_loop()

    asyncio.run(run())


def test_a_server_that_cannot_listen_after_all_ends_with_the_reason(services: Services) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Exception, match=r"Address already in use"):
        serving.serve(services, host="127.0.0.1", port=taken.getsockname()[1])


def test_more_callers_may_be_connected_than_a_shell_lets_a_process_have_files(services: Services) -> None:
    before, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
        with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Exception, match=r"Address already in use"):
            serving.serve(services, host="127.0.0.1", port=taken.getsockname()[1])
        soft, same = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert soft == (65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536))
        assert same == hard
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, hard))
