"""Parquet files, through the capped reader: the library may abort its process."""

import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from extraction.tools import limited
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.sheets.parquet import extract
from moonshelf.extraction.reading import Reader
from samples.office.parquet import packed


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with tempfile.TemporaryDirectory() as scratch, Reader(scratch=Path(scratch)) as one:
        yield one


def _read(reader: Reader, content: bytes) -> str:
    joined = reader.read(BytesIO(content), sniffing.media_type(BytesIO(content), "a.bin")).joined
    assert joined is not None
    return joined.markdown.decode()


def test_columns_and_rows_are_read_in_confinement(reader: Reader) -> None:
    assert _read(reader, packed()) == (
        "| Fruit | Tons | At |\n| --- | --- | --- |\n| Apple | 12.5 | 2026-10-05 10:00:00+00:00 |\n"
        "| Pear \\| quince |  | 2026-10-05 10:00:00+00:00 |"
    )


def test_more_rows_than_the_budget_are_cut_and_said() -> None:
    text = to_markdown(extract(BytesIO(packed(1_000)), limited(cells=300)))
    assert "too large: it was read up to row" in text
    assert text.count("\n") < 200


def test_a_file_of_many_rows_is_told_by_its_columns(reader: Reader) -> None:
    text = _read(reader, packed(50_000))
    assert "| B | Tons | number | 25000 of 50000 | 12.5 to 12.5 |" in text
    assert len(text) < 20_000


def test_damage_gives_content_or_a_sentence_and_harms_nobody_else(reader: Reader) -> None:
    sound, chance = packed(), Random(3)  # noqa: S311  the same files each time
    for _ in range(40):
        content = bytearray(sound)
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(4, len(content))] = chance.randrange(256)
        try:
            assert _read(reader, bytes(content))
        except ExtractionError as error:
            assert str(error)  # noqa: PT017  either outcome is right
    assert "Apple" in _read(reader, sound)
