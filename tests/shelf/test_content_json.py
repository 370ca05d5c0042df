"""The JSON of a content, made piece by piece and never held as a whole."""

import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moonshelf.shelf.content_json import ContentJson

_TOLD = {"file_type": "text/plain", "filename": 'a "b"\udcff.txt', "title": "Ein\nTitel", "type": "file"}


def _at_once(markdown: str) -> bytes:
    content = {"content": markdown, **_TOLD}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


@given(st.text(max_size=50))
def test_pieces_are_the_bytes_of_one_dump(markdown: str) -> None:
    with ContentJson(io.BytesIO(markdown.encode()), _TOLD) as answer:
        assert answer.whole() == _at_once(markdown)
        assert answer.size() == len(_at_once(markdown))


@pytest.mark.parametrize("unit", ["a", "世", "😀", '"\\\n\x00\u2028'])
def test_nothing_is_torn_where_pieces_meet(unit: str) -> None:
    markdown = f"x{unit * (5 * 2**20 // len(unit.encode()))}"
    with ContentJson(io.BytesIO(markdown.encode()), _TOLD) as answer:
        assert answer.long
        assert answer.whole() == _at_once(markdown)


def test_a_long_one_holds_little_memory() -> None:
    with ContentJson(io.BytesIO(b"a line of text\n" * 2**21), _TOLD) as answer:  # 30 MiB
        tracemalloc.start()
        assert answer.size() > 30 * 2**20
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 8 * 2**20
