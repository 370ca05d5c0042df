"""What an installation stands on is tried by several at once, which get in no one's way."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from moonshelf.settings import Settings
from moonshelf.wiring.checks import outside
from servers.objects import ObjectServer


def test_machines_that_try_the_same_store_at_once_all_find_it(tmp_path: Path, object_server: ObjectServer) -> None:
    [storage] = outside(Settings(data=tmp_path / "data", storage_url=object_server.url(tmp_path.name)))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: storage.lack(), range(80))) == {None}
