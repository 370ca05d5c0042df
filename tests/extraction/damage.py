"""Sound files with damage, for properties that hold of whatever is sent."""

from collections.abc import Mapping
from io import BytesIO

from hypothesis import strategies as st

from extraction.packages import archive


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
def damaged_parts(draw: st.DrawFn, parts: Mapping[str, str]) -> BytesIO:
    """Pack *parts*, one of which is damaged: zip's checksums would hide it from the reader otherwise."""
    name = draw(st.sampled_from(sorted(parts)))
    return archive({**parts, name: draw(damaged(parts[name].encode()))})
