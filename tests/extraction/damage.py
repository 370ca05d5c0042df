"""Sound files with damage, for properties that hold of whatever is sent."""

import contextlib
from collections.abc import Callable, Mapping
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.tools import TOOLS
from moonshelf.errors import ExtractionError
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Extract
from samples.packages import archive, zipped


@st.composite
def damaged(draw: st.DrawFn, sound: bytes) -> bytes:
    """Return *sound* with some bytes of it overwritten, taken out or put in."""
    content = bytearray(sound)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        end = at + draw(st.integers(0, 8))
        content[at:end] = draw(
            st.one_of(
                st.binary(max_size=8), st.sampled_from((b"\xff\xff\xff\xff", b"\0\0\0\0", b"<", b"\xff\xff\xff\x7f"))
            )
        )
    return bytes(content)


@st.composite
def swapped(draw: st.DrawFn, markup: bytes) -> bytes:
    """Return *markup* with two of its tags in each other's place: still much like XML, if no longer the same."""
    tags = markup.split(b"<")
    first, second = (draw(st.integers(1, len(tags) - 1)) for _ in range(2))
    tags[first], tags[second] = tags[second], tags[first]
    return b"<".join(tags)


@st.composite
def damaged_parts(draw: st.DrawFn, parts: Mapping[str, str]) -> BytesIO:
    """Pack *parts*, one of which is damaged: zip's checksums would hide it from the reader otherwise."""
    name = draw(st.sampled_from(sorted(parts)))
    return archive({**parts, name: draw(damaged(parts[name].encode()))})


def properties(extract: Extract, sound: Mapping[str, str]) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return two tests of a reader: *sound* with a damaged part, and any bytes, give a document or an error."""

    @settings(max_examples=150, deadline=None)
    @given(damaged_parts(sound))
    def holds_of_a_damaged_part(file: BytesIO) -> None:
        _document_or_error(extract, file)

    @settings(max_examples=100, deadline=None)
    @given(st.one_of(st.binary(max_size=300), damaged(zipped(sound))))
    def holds_of_any_bytes(content: bytes) -> None:
        _document_or_error(extract, BytesIO(content))

    return holds_of_a_damaged_part, holds_of_any_bytes


def _document_or_error(extract: Extract, file: BytesIO) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(file, TOOLS), Document)
