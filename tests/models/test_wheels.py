"""What is told of a download while it goes on."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from moonshelf.models import wheels


def test_folders_that_go_while_they_are_looked_through_end_nothing(tmp_path: Path) -> None:
    """As pip's own do, in which it unpacks."""
    (tmp_path / "part").write_bytes(bytes(1000))
    for number in range(500):
        (tmp_path / "unpacked" / str(number)).mkdir(parents=True)
    with ThreadPoolExecutor(1) as pool:
        removal = pool.submit(shutil.rmtree, tmp_path / "unpacked")
        while not removal.done():
            assert wheels.held(tmp_path) == 1000
    assert wheels.held(tmp_path) == 1000


def test_bytes_are_of_all_folders_inside(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(bytes(10))
    (tmp_path / "a" / "b" / "two").write_bytes(bytes(200))
    assert wheels.held(tmp_path) == 210
