"""A reader that something outside ends is no fault of the document's: another begins anew, within bounds."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from moonshelf.errors import GivenUp
from moonshelf.extraction import parts
from moonshelf.extraction.reading import Options, Read, Reader, Terms
from patience import until

_REASON = "its reader was interrupted again and again from outside, as happens where a machine runs out of memory"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    options = Options(formats="extraction.capped.hostile:find", page_s=60.0, slice_s=120.0)
    with tempfile.TemporaryDirectory() as scratch, Reader(scratch=Path(scratch), options=options) as one:
        yield one


def _read(reader: Reader, kind: str) -> Read:
    return reader.read(BytesIO(b"x"), f"test/{kind}")


@pytest.mark.parametrize("kind", ["dozing", "dozing-page"])
def test_a_reader_that_is_ended_from_outside_is_followed_by_another_and_nothing_is_lost(
    reader: Reader, kind: str
) -> None:
    undisturbed = _read(reader, kind)
    with ThreadPoolExecutor(1) as pool:
        until(lambda: len(_children(reader)) == 1)
        disturbed = pool.submit(_read, reader, kind)
        first = _ended_at_work(reader)
        _ended_at_work(reader, but=first)
        read = disturbed.result()
    assert not read.degraded
    assert read.joined == undisturbed.joined


def test_what_is_to_be_quick_is_not_called_slow_for_an_end_from_outside(reader: Reader) -> None:
    with ThreadPoolExecutor(1) as pool:
        until(lambda: len(_children(reader)) == 1)
        disturbed = pool.submit(reader.read, BytesIO(b"x"), "test/napping", terms=Terms("quick"))
        time.sleep(1.5)  # of the clock, which is all that is known of a child that was ended
        _ended_at_work(reader)
        joined = disturbed.result().joined
    assert joined is not None
    assert joined.markdown == b"awake"


def _children(reader: Reader) -> list[int]:
    """Return the child at work, if there is one, and the one that waits for its turn."""
    forking = reader._children.pid
    return [int(one) for one in Path(f"/proc/{forking}/task/{forking}/children").read_text("ascii").split()]


def _ended_at_work(reader: Reader, *, but: int = 0) -> int:
    """End the child at work once it is another one than *but*."""
    until(lambda: len(_children(reader)) > 1 and _children(reader)[0] != but)
    at_work = _children(reader)[0]
    os.kill(at_work, signal.SIGKILL)
    return at_work


def test_a_file_whose_readers_are_always_ended_from_outside_is_given_up_and_not_called_damaged(reader: Reader) -> None:
    with pytest.raises(GivenUp, match="interrupted 3 times from outside") as raised:
        _read(reader, "killed-whole")
    assert "damaged" not in str(raised.value)


def test_a_page_whose_readers_are_always_ended_is_the_only_one_lost_and_says_why(reader: Reader) -> None:
    read = _read(reader, "killed")
    failures = [page.failure for page in parts.Parts(BytesIO(read.facts))]
    assert failures == ["", "", _REASON, "", ""]
    assert read.degraded
    assert read.joined is not None
    assert _REASON in read.joined.markdown.decode()
