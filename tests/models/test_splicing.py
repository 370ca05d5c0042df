"""Bodies in pieces say the same as bodies in one, and share what is long."""

import json
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from moonshelf.models.splicing import spliced

_LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8)
_JSON = st.recursive(
    _LEAVES | st.just("x" * 20_000),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON, st.randoms(use_true_random=False))
def test_what_is_spliced_reads_as_what_is_encoded(value: object, random: Random) -> None:
    def rawed(one: object) -> object:
        """Write some of *one* already."""
        if random.random() < 0.3:
            return msgspec.Raw(msgspec.json.encode(one))
        if isinstance(one, list):
            return [rawed(inner) for inner in one]
        return {name: rawed(inner) for name, inner in one.items()} if isinstance(one, dict) else one

    assert json.loads(b"".join(spliced(rawed(value)))) == value


def test_what_is_long_is_not_copied() -> None:
    long = msgspec.Raw(b'"%s"' % (b"x" * 2**20))
    shared = [one for one in spliced({"a": [1, long, 2]}) if isinstance(one, memoryview)]
    assert [one.obj is long for one in shared] == [True]
