"""What an installation stands on is tried by several at once, which get in no one's way."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from moonshelf import db
from moonshelf.errors import Unavailable
from moonshelf.settings import Settings
from moonshelf.wiring.checks import Part, outside
from moonshelf.wiring.ports import open_database
from servers.objects import ObjectServer


def test_machines_that_try_the_same_store_at_once_all_find_it(tmp_path: Path, object_server: ObjectServer) -> None:
    [storage] = outside(Settings(data=tmp_path / "data", storage_url=object_server.url(tmp_path.name)))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: storage.lack(), range(80))) == {None}


def test_a_database_that_may_be_read_and_not_written_to_is_none(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    open_database(settings).close()
    (database, _) = outside(settings)
    assert database.lack() is None
    readable = db.connect(f"sqlite:///file:{tmp_path}/data/moonshelf.sqlite?mode=ro&uri=true")
    with closing(readable), pytest.raises(Unavailable) as refused, readable.write() as tx:
        db.check(tx)
    assert str(refused.value.__cause__) == "attempt to write a readonly database"


def test_a_folder_that_cannot_be_entered_is_named(tmp_path: Path) -> None:
    blobs = tmp_path / "data" / "blobs"
    blobs.parent.mkdir()
    blobs.touch()
    [storage] = outside(Settings(data=tmp_path / "data"))
    assert str(storage.lack()).startswith(f"{blobs} cannot be used: [Errno 20] Not a directory")


def test_what_lacks_something_says_so_in_its_own_words_or_with_its_reason() -> None:
    said: list[Exception] = [OSError("no route\nto anywhere."), Unavailable("The recogniser")]

    def attempt() -> None:
        if not said:
            return
        cause = said.pop(0)
        if isinstance(cause, OSError):
            raise Unavailable("The store") from cause
        raise cause

    part = Part("storage", "MOONSHELF_STORAGE_URL", "see to the store", attempt)
    assert part.lack() == "MOONSHELF_STORAGE_URL cannot be used: no route; see to the store."
    assert part.lack() == "The recogniser is not available at the moment, please try again later"
    assert part.lack() is None
