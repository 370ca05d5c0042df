"""What an installation stands on is tried by several at once, which get in no one's way."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from moonshelf.errors import Unavailable
from moonshelf.settings import Settings
from moonshelf.wiring.checks import Part, outside
from servers.objects import ObjectServer


def test_machines_that_try_the_same_store_at_once_all_find_it(tmp_path: Path, object_server: ObjectServer) -> None:
    [storage] = outside(Settings(data=tmp_path / "data", storage_url=object_server.url(tmp_path.name)))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: storage.lack(), range(80))) == {None}


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
