"""A file in an archive that its reader dies of costs itself, and not the others."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.capped.caps import Caps
from moonshelf.extraction.reading import Options, Reader
from samples.packages import zipped

_OPTIONS = Options(formats="extraction.capped.fragile:find", caps=Caps(memory_bytes=2**29), slice_s=120.0)
_ZIP = "application/zip"


def _archive(*members: str) -> BytesIO:
    return BytesIO(zipped({f"{number}.txt": words for number, words in enumerate(members)}))


def test_members_beside_those_that_readers_die_of_are_read(tmp_path: Path) -> None:
    with Reader(scratch=tmp_path, options=_OPTIONS) as reader:
        read = reader.read(_archive("first", "crash", "second", "allocate", "last"), _ZIP)

    assert read.joined is not None
    assert read.joined.markdown.decode() == (
        "## 0.txt\n\nfirst\n\n"
        "## 1.txt\n\nNot read: the file is damaged: its reader crashed; save it again in its own application and "
        "re-upload it.\n\n"
        "## 2.txt\n\nsecond\n\n"
        "## 3.txt\n\nNot read: the file is too large to read: its reader needed more than 512 MB of memory; "
        "split it and upload the parts.\n\n"
        "## 4.txt\n\nlast"
    )
    assert read.degraded
    assert read.joined.degraded


def test_an_archive_of_too_many_of_them_is_given_up(tmp_path: Path) -> None:
    with Reader(scratch=tmp_path, options=_OPTIONS) as reader, pytest.raises(CorruptDocument):
        reader.read(_archive(*["crash"] * 5), _ZIP)


def test_a_member_that_never_ends_takes_the_time_of_all(tmp_path: Path) -> None:
    options = replace(_OPTIONS, slice_s=3.0)
    with Reader(scratch=tmp_path, options=options) as reader, pytest.raises(LimitReached):
        reader.read(_archive("first", "sleep"), _ZIP)
