"""The list of files, as a person looks through it."""

from collections.abc import Sequence

import pytest

import shelves
from moonshelf.shelf.catalogue import PAGE, Catalogue, Query


def _names(shelf: shelves.Shelf, account: str, query: Query) -> Sequence[str]:
    return [file.filename for file in Catalogue(shelf.database, shelf.slices).search(account, query).files]


def test_signs_of_the_database_are_looked_for_as_they_are(shelf: shelves.Shelf) -> None:
    account, other = shelf.account("ada"), shelf.account("ben")
    for name in ("50% off.txt", "500 off.txt", "a_b.txt", "axb.txt", "ÄPFEL.txt"):
        shelf.add(account, name=name)
    shelf.add(other, name="50% of ben.txt")
    assert _names(shelf, account, Query(text="50%")) == ["50% off.txt"]
    assert _names(shelf, account, Query(text="A_B")) == ["a_b.txt"]
    assert _names(shelf, other, Query()) == ["50% of ben.txt"]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("newest", ["B.txt", "c.txt", "a.txt"]),
        ("oldest", ["a.txt", "c.txt", "B.txt"]),
        ("name", ["a.txt", "B.txt", "c.txt"]),
        ("largest", ["c.txt", "B.txt", "a.txt"]),
        ("status", ["a.txt", "B.txt", "c.txt"]),
        ("no such order", ["B.txt", "c.txt", "a.txt"]),
    ],
)
def test_files_are_shown_in_the_order_that_is_asked_for(shelf: shelves.Shelf, sort: str, names: Sequence[str]) -> None:
    account = shelf.account()
    for name, size in {"a.txt": 1, "c.txt": 9, "B.txt": 5}.items():
        shelf.add(account, b"x" * size, name=name, bulk=name == "a.txt")
    for _ in range(2):  # the first of them waits for the others
        shelf.read(shelf.claim())
    assert _names(shelf, account, Query(sort=sort)) == names


def test_pages_of_the_list_hold_every_file_once(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    for number in range(PAGE + 2):
        shelf.add(account, name=f"{number:02}.txt")
    pages = [Catalogue(shelf.database, shelf.slices).search(account, Query(sort="oldest", page=one)) for one in (1, 2)]
    assert [len(page.files) for page in pages] == [PAGE, 2]
    assert {page.total for page in pages} == {PAGE + 2}
    assert len({file.id for page in pages for file in page.files}) == PAGE + 2
    assert len(_names(shelf, account, Query(page=0))) == PAGE
    assert _names(shelf, account, Query(status="ok")) == []
    assert _names(shelf, account, Query(purpose="image")) == []
