"""Page facts and documents come back from their bytes as they were."""

from io import BytesIO

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from moonshelf.errors import LimitReached
from moonshelf.extraction import encoding, parts
from moonshelf.extraction.document import Block, Cell, Document, Kind, Page
from moonshelf.extraction.facts import PageFacts, Run


def test_a_page_of_endless_marks_is_refused_before_it_is_stored() -> None:
    run = Run("x" * 2**20, (0, 0, 1, 1), 1)
    with pytest.raises(LimitReached, match="page 7"):
        parts.encode(PageFacts(7, 1, 1, runs=(run,) * 65))


_TEXT = st.text(max_size=20)
_NUMBER = st.floats(allow_nan=False, allow_infinity=False)
_FACTS = st.builds(
    PageFacts,
    number=st.integers(1, 9999),
    width=_NUMBER,
    height=_NUMBER,
    runs=st.tuples(st.builds(Run, text=_TEXT, box=st.tuples(*[_NUMBER] * 4), size=_NUMBER, hidden=_TEXT)),
    failure=_TEXT,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(_FACTS, unique_by=lambda page: page.number), st.dictionaries(_TEXT, _TEXT), st.booleans())
def test_parts_give_back_what_was_packed(
    pages: list[PageFacts],
    metadata: dict[str, str],
    degraded: bool,  # noqa: FBT001 Hypothesis passes by position
) -> None:
    pieces = [
        parts.pack({page.number: parts.encode(page)}, metadata=metadata, degraded=degraded) for page in reversed(pages)
    ]
    found = parts.Parts(BytesIO(b"".join(pieces)))
    assert list(found) == sorted(pages, key=lambda page: page.number)
    assert found[:2] == list(found)[:2]
    assert (dict(found.metadata), found.degraded) == ((metadata, degraded) if pages else ({}, False))


_CELLS = st.builds(Cell, row=st.integers(0, 9), column=st.integers(0, 9), text=_TEXT)
_BOXES = st.none() | st.tuples(*[_NUMBER] * 4)
_BLOCKS = st.builds(Block, kind=st.sampled_from(Kind), text=_TEXT, box=_BOXES, cells=st.tuples(_CELLS))


@settings(max_examples=100, deadline=None)
@given(
    st.builds(
        Document,
        pages=st.tuples(
            st.builds(Page, number=st.integers(), blocks=st.tuples(_BLOCKS), width=_NUMBER, height=_NUMBER)
        ),
        metadata=st.dictionaries(_TEXT, _TEXT),
    )
)
def test_a_document_comes_back_from_json_as_it_was(document: Document) -> None:
    data = encoding.encode(document)
    assert encoding.decode(data) == document
    assert encoding.encode(encoding.decode(data)) == data
    bare = tuple(replace(page, blocks=()) for page in document.pages)
    blocks, report = encoding.decode_outline(data)
    assert report == replace(document, pages=bare)
    assert [msgspec.json.decode(raw, type=tuple[Block, ...]) for raw in blocks] == [
        one.blocks for one in document.pages
    ]
