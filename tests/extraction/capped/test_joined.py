"""What a child writes of a document: piece by piece, and exactly as much as it says."""

import tracemalloc

import pytest

from moonshelf.extraction.capped import messages
from moonshelf.extraction.capped.channels import Closed
from moonshelf.extraction.capped.joined import Joined, Writings


def _told(document_bytes: int, markdown_bytes: int) -> messages.Composed:
    return messages.Composed(document_bytes, markdown_bytes, title="", pages=1, degraded=False)


def test_a_document_comes_as_it_was_written() -> None:
    written = Writings()
    for piece in (b'{"a":', b'"b"}# T', b"itle"):
        written.add(piece)
    joined = Joined.of(_told(9, 7), written)
    assert b"".join(joined.document_pieces()) == b'{"a":"b"}'
    assert joined.markdown == b"# Title"
    again = Writings()
    again.add(b'{"a":"b"}# Title')
    assert Joined.of(_told(9, 7), again) == joined
    assert Joined.of(_told(8, 8), again) != joined


@pytest.mark.parametrize("lengths", [(3, 4), (5, 6), (-1, 11)])
def test_a_child_that_miscounts_is_not_believed(lengths: tuple[int, int]) -> None:
    written = Writings()
    written.add(b"0123456789")
    with pytest.raises(Closed):
        Joined.of(_told(*lengths), written)


def test_a_child_that_never_ends_is_not_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MOST_WRITTEN", 10)
    written = Writings()
    written.add(b"0123456789")
    with pytest.raises(Closed):
        written.add(b"!")


def test_a_long_document_is_not_held_in_memory() -> None:
    piece = bytes(messages.PIECE)
    written = Writings()
    tracemalloc.start()
    for _ in range(40):
        written.add(piece)
    joined = Joined.of(_told(30 * 2**20, 10 * 2**20), written)
    assert sum(map(len, joined.document_pieces())) == 30 * 2**20
    assert sum(map(len, joined.markdown_pieces())) == 10 * 2**20
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * 2**20
