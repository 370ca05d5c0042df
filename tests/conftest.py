"""Fixtures that more than one test file uses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shelf as shelves


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[shelves.Shelf]:
    """Give a domain of its own."""
    built = shelves.build(tmp_path)
    yield built
    built.database.close()
