"""Files that have killed libraries end within their limits, in words, and leave nothing behind."""

import os
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest

from hostile.bombs import BOMBS
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.capped.caps import Caps
from moonshelf.extraction.reading import Options, Reader
from patience import until

_CPU_S = 60  # of which the slowest, a million rows, takes 9; how long that is by the clock is the machine's affair
_MOST_CHARACTERS = 25_000_000


_OPTIONS = Options(caps=Caps(cpu_s=_CPU_S), slice_s=4.0 * _CPU_S, page_s=4.0 * _CPU_S)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with tempfile.TemporaryDirectory() as scratch, Reader(scratch=Path(scratch), options=_OPTIONS) as one:
        yield one


@pytest.fixture(scope="module")
def said(reader: Reader) -> Callable[[str], str]:
    """Give what a bomb reads as; each is read once for all tests."""
    return cache(lambda name: read(reader, name, BOMBS[name]()))


def read(reader: Reader, name: str, content: bytes) -> str:
    """Return the content, or the sentence that is there instead."""
    try:
        joined = reader.read(BytesIO(content), sniffing.media_type(BytesIO(content), name)).joined
    except ExtractionError as error:
        return f"error: {error}"
    assert joined is not None
    return joined.markdown.decode()


@pytest.mark.parametrize("name", BOMBS)
def test_it_ends_within_its_limits_with_a_sentence_or_what_could_be_read(said: Callable[[str], str], name: str) -> None:
    text = said(name)

    assert text.strip()
    assert len(text) < _MOST_CHARACTERS
    for ending in ("lollol", "crashed", "took longer", "needed more memory", "without a result"):
        assert ending not in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("zip bomb.docx", "error: the file is too large to read: it unpacks to more than 200 MB"),
        ("gzip bomb.gz", "error: the file is too large to read: it unpacks to more than 200 MB"),
        ("bzip2 bomb.bz2", "error: the file is too large to read: it unpacks to more than 200 MB"),
        ("xz bomb.xz", "error: the file is too large to read: it unpacks to more than 200 MB"),
        ("many members.zip", "error: the file is too large to read: it holds more than 10000 members"),
        ("picture bomb.png", "error: the file is too large to read: the picture has too many pixels"),
        ("zip bomb.zip", "## zeros\n\nNot read: the file is too large to read: it unpacks to more than 200 MB"),
        ("zip in zip.zip", "it is packed more than 2 deep"),
        ("far corner.xlsx", "far away"),
        ("one string in all cells.xlsx", "is too large: it was read up to row"),
        ("repeated.ods", "is too large: it was read up to row"),
        ("million rows.csv", "columns and sample rows stand for its 1000000 rows"),
        ("20 MB.html", "its text stands without headings and tables"),
        ("deep.rtf", "error: the file is too large to read: its groups nest too deeply"),
        ("deep.eml", "Parts that nest too deeply, or are too many, were left out."),
        ("laughs.docx", "error: the file is damaged: it declares entities"),
    ],
)
def test_what_was_not_read_is_said(said: Callable[[str], str], name: str, words: str) -> None:
    assert words in said(name)


@pytest.mark.parametrize("name", ["zip bomb.zip", "repeated.odt", "laughs.svg", "laughs.fb2", "deep.html"])
def test_what_can_be_read_beside_the_bomb_is_read(said: Callable[[str], str], name: str) -> None:
    assert "still readable" in said(name)


def test_a_bomb_leaves_neither_process_nor_file(tmp_path: Path) -> None:
    before = _processes()
    with Reader(scratch=tmp_path, options=_OPTIONS) as reader:
        for name in ("zip bomb.docx", "deep.html", "repeated.odt", "gzip bomb.svgz", "looping.pdf"):
            read(reader, name, BOMBS[name]())
            assert [path for path in tmp_path.rglob("*") if not path.is_dir()] == []
    until(lambda: _processes() <= before)
    assert list(tmp_path.iterdir()) == []


def _processes() -> set[int]:
    """Return the processes below this one."""
    found, waiting = set(), [os.getpid()]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            children = [int(one) for one in _text(task).split()]
            found.update(children)
            waiting += children
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return ""
