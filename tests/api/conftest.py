"""The whole API suite runs on both: one machine alone, and machines that share PostgreSQL and an object store."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from live import Live, Reader

Backend = Callable[[], dict[str, str]]
"""Gives the settings of an installation of its own: none, or a fresh database and a place in the object store."""


@pytest.fixture(scope="session", params=["alone", "shared"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Give each in turn."""
    if request.param == "alone":
        return dict
    postgres, objects = request.getfixturevalue("postgres"), request.getfixturevalue("object_server")

    def shared() -> dict[str, str]:
        url = postgres.database()
        return {"database_url": url, "storage_url": objects.url(f"api-{url.rpartition('/')[2]}")}

    return shared


@pytest.fixture(scope="session")
def server(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Give one server to all tests that need no special settings; each makes accounts of its own."""
    folder, shared = tmp_path_factory.mktemp("server"), backend()
    if shared:
        yield from _shared(folder, shared)
    else:
        live = Live(folder / "data", log_level="warning").start()
        yield live
        assert live.stop() == 0


def _shared(folder: Path, shared: dict[str, str]) -> Iterator[Live]:
    live = Live(folder / "web", workers=0, log_level="warning", **shared).start()
    reader = Reader(folder / "worker", concurrency=2, settings=shared | {"log_level": "warning"}).start()
    with live.openai() as client:  # the worker is there once it has read something
        file = client.files.create(file=("a.txt", b"a"), purpose="file-extract")  # type: ignore[arg-type] # Kimi's
        client.files.content(file.id)
    yield live
    assert reader.stop() == 0
    assert live.stop() == 0
    for log in (live.log, reader.log):
        assert "Traceback" not in log.read_text()
