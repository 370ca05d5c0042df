"""What a small file of every format reads as, to the letter; ``--update-goldens`` rewrites ``tests/data``."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from moonshelf.extraction import sniffing
from moonshelf.extraction.inclusion import NOTHING_MORE, Include
from moonshelf.extraction.media.playback import MEDIA
from moonshelf.extraction.reading import Joined, Reader
from moonshelf.extraction.registry import FORMATS, find
from samples.formats import DATA, HIDING, SAMPLES


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with tempfile.TemporaryDirectory() as scratch, Reader(scratch=Path(scratch)) as one:
        yield one


def _read(reader: Reader, path: Path, include: Include = NOTHING_MORE) -> Joined:
    content = path.read_bytes()
    joined = reader.read(BytesIO(content), sniffing.media_type(BytesIO(content), path.name), include=include).joined
    assert joined is not None
    return joined


@pytest.mark.parametrize("place", sorted(SAMPLES))
def test_a_file_of_each_format_reads_as_its_golden(reader: Reader, request: pytest.FixtureRequest, place: str) -> None:
    path = DATA / place
    golden = path.with_name(f"{path.stem}.expected.md")
    if request.config.getoption("--update-goldens"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SAMPLES[place]())
        golden.write_bytes(_read(reader, path).markdown + b"\n")

    assert _read(reader, path).markdown + b"\n" == golden.read_bytes()


@pytest.mark.parametrize("place", HIDING)
def test_what_is_hidden_or_calculated_is_read_on_request(
    reader: Reader, request: pytest.FixtureRequest, place: str
) -> None:
    path = DATA / place
    golden = path.with_name(f"{path.stem}.included.md")
    read = _read(reader, path, Include(formulas=True, hidden=True)).markdown + b"\n"
    if request.config.getoption("--update-goldens"):
        golden.write_bytes(read)

    assert read == golden.read_bytes()
    assert b"withheld" not in read


def test_the_same_file_gives_the_same_bytes_however_many_read_at_once(reader: Reader) -> None:
    paths = [DATA / place for place in sorted(SAMPLES)]
    with ThreadPoolExecutor(4) as pool:
        first = list(pool.map(lambda path: _read(reader, path), paths))
    assert first == [_read(reader, path) for path in paths]


def test_every_format_has_a_golden() -> None:
    read = [find(sniffing.media_type(BytesIO(content()), place)) for place, content in SAMPLES.items()]
    assert [one.name for one in FORMATS if one not in read and one not in MEDIA] == []  # as weights may not be shipped


def test_no_golden_is_left_without_its_file() -> None:
    kept = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()}
    goldens = {f"{place.rpartition('.')[0]}.expected.md" for place in SAMPLES}
    assert kept == {*SAMPLES, *goldens, *(f"{place.rpartition('.')[0]}.included.md" for place in HIDING)}
