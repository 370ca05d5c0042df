"""What several tests of faults share: servers that they may kill."""

from collections.abc import Iterator

import pytest

from servers.objects import ObjectServer
from servers.postgres import Postgres


@pytest.fixture(scope="session")
def machines() -> Iterator[tuple[Postgres, ObjectServer]]:
    """Give a PostgreSQL and an object store that nothing but these tests uses."""
    postgres, objects = Postgres(), ObjectServer()
    try:
        yield postgres.start(), objects.start()
    finally:
        postgres.stop()
        objects.stop()
