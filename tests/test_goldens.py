"""What a small file of every format reads as, to the letter; ``--update-goldens`` rewrites ``tests/data``."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from moonshelf.extraction import sniffing
from moonshelf.extraction.reading import Joined, Reader
from samples import SAMPLES

_DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with tempfile.TemporaryDirectory() as scratch, Reader(scratch=Path(scratch)) as one:
        yield one


def _read(reader: Reader, path: Path) -> Joined:
    content = path.read_bytes()
    joined = reader.read(BytesIO(content), sniffing.media_type(BytesIO(content), path.name)).joined
    assert joined is not None
    return joined


@pytest.mark.parametrize("place", sorted(SAMPLES))
def test_a_file_of_each_format_reads_as_its_golden(reader: Reader, request: pytest.FixtureRequest, place: str) -> None:
    path = _DATA / place
    golden = path.with_name(f"{path.stem}.expected.md")
    if request.config.getoption("--update-goldens"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SAMPLES[place]())
        golden.write_bytes(_read(reader, path).markdown + b"\n")

    assert _read(reader, path).markdown + b"\n" == golden.read_bytes()


def test_the_same_file_gives_the_same_bytes_however_many_read_at_once(reader: Reader) -> None:
    paths = [_DATA / place for place in sorted(SAMPLES)]
    with ThreadPoolExecutor(4) as pool:
        first = list(pool.map(lambda path: _read(reader, path), paths))
    assert first == [_read(reader, path) for path in paths]


def test_no_golden_is_left_without_its_file() -> None:
    kept = {path.relative_to(_DATA).as_posix() for path in _DATA.rglob("*") if path.is_file()}
    assert kept == {one for place in SAMPLES for one in (place, f"{place.rpartition('.')[0]}.expected.md")}
