"""The whole API suite runs on both: one machine alone, and machines that share PostgreSQL and an object store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from live import Live, Reader
from object_server import ObjectServer
from postgres import Postgres


@pytest.fixture(scope="session", params=["alone", "shared"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Give one server to all tests that need no special settings; each makes accounts of its own."""
    folder = tmp_path_factory.mktemp("server")
    if request.param == "alone":
        live = Live(folder / "data", log_level="warning").start()
        yield live
        assert live.stop() == 0
    else:
        yield from _shared(request, folder)


def _shared(request: pytest.FixtureRequest, folder: Path) -> Iterator[Live]:
    postgres: Postgres = request.getfixturevalue("postgres")
    objects: ObjectServer = request.getfixturevalue("object_server")
    shared: dict[str, object] = {
        "database_url": postgres.database(),
        "storage_url": objects.url("api"),
        "log_level": "warning",
    }
    live = Live(folder / "web", workers=0, **shared).start()
    reader = Reader(folder / "worker", concurrency=2, settings=shared).start()
    with live.openai() as client:  # the worker is there once it has read something
        file = client.files.create(file=("a.txt", b"a"), purpose="file-extract")  # type: ignore[arg-type] # Kimi's
        client.files.content(file.id)
    yield live
    assert reader.stop() == 0
    assert live.stop() == 0
    for log in (live.log, reader.log):
        assert "Traceback" not in log.read_text()
