"""What is kept stays within its bound and true to its key."""

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from moonshelf.shelf.recent import Recent


def _bytes(number: int) -> bytes:
    return bytes([number]) * number


@given(st.lists(st.integers(0, 30), max_size=200))
def test_every_answer_is_the_right_one_and_all_stay_within_the_bound(asked: list[int]) -> None:
    recent = Recent[bytes](most_bytes=400, size=len)
    for number in asked:
        assert recent.get(number, partial(_bytes, number)) == _bytes(number)
    assert sum(map(len, recent._kept.values())) == recent._size <= 400


def test_what_was_asked_for_lately_is_made_once() -> None:
    recent, made = Recent[bytes](most_bytes=80, size=len), list[int]()

    def make(number: int) -> bytes:
        made.append(number)
        return b"x" * 10

    for number in (1, 2, 1, 3, 4, 5, 6, 7, 8, 9, 1, 2):
        recent.get(number, partial(make, number))
    assert made == [1, 2, 3, 4, 5, 6, 7, 8, 9, 2]


def test_what_was_looked_at_lately_stays() -> None:
    recent = Recent[bytes](most_bytes=80, size=len)
    for number in range(8):
        recent.get(number, lambda: b"x" * 10)
    assert recent.peek(0) is not None
    recent.get("one more", lambda: b"x" * 10)
    assert (recent.peek(0) is None, recent.peek(1) is None) == (False, True)


def test_what_is_too_large_is_not_kept() -> None:
    recent = Recent[bytes](most_bytes=80, size=len)
    assert recent.get("big", lambda: b"x" * 11) == b"x" * 11
    assert recent.get("big", lambda: b"made again") == b"made again"
