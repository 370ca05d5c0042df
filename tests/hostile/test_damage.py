"""Truncated and overwritten files of every format, through the capped reader."""

import random
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.pages.images import IMAGE
from moonshelf.extraction.reading import Reader
from moonshelf.extraction.registry import find
from samples.formats import SAMPLES

_TRIES = 4  # of each kind of damage and each format, at 20 ms a file
_PICTURE_TRIES = 1  # at half a second: what is left of it is looked at for words
_MOST_CHARACTERS = 100_000  # the samples hold a few hundred


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with tempfile.TemporaryDirectory() as scratch, Reader(scratch=Path(scratch)) as one:
        yield one


def _truncated(sound: bytes, chance: random.Random) -> bytes:
    return sound[: chance.randrange(1, len(sound))]


def _overwritten(sound: bytes, chance: random.Random) -> bytes:
    content = bytearray(sound)
    for _ in range(chance.randint(1, 20)):
        content[chance.randrange(len(content))] = chance.choice((0, 0xFF, 0x7F, chance.randrange(256)))
    return bytes(content)


def _shuffled(sound: bytes, chance: random.Random) -> bytes:
    """Repeat one stretch of the file over another: lengths and offsets then contradict each other."""
    here, there, size = (chance.randrange(len(sound)) for _ in range(3))
    return sound[:here] + sound[there : there + size] + sound[here + size // 2 :]


@pytest.mark.parametrize("place", sorted(SAMPLES))
def test_damage_gives_content_or_a_sentence_and_no_reader_crashes(reader: Reader, place: str) -> None:
    sound = SAMPLES[place]()
    chance = random.Random(place)  # noqa: S311  the same files each time
    is_picture = find(sniffing.media_type(BytesIO(sound), place)) is IMAGE
    for harm in (_truncated, _overwritten, _shuffled):
        for _ in range(_PICTURE_TRIES if is_picture else _TRIES):
            content = harm(sound, chance)
            media_type = sniffing.media_type(BytesIO(content), place)
            try:
                joined = reader.read(BytesIO(content), media_type).joined
            except ExtractionError as error:
                assert "crashed" not in str(error), (harm.__name__, content)  # noqa: PT017  either outcome is right
            else:
                assert joined is not None
                assert joined.markdown.decode().strip()
                assert len(joined.markdown) < _MOST_CHARACTERS
