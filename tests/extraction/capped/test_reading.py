"""A reader that misbehaves costs its page, or its file, and nothing else."""

import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from moonshelf.errors import (
    CorruptDocument,
    EncryptedDocument,
    ExtractionError,
    LimitReached,
    NothingToRead,
    Unavailable,
    UnsupportedFormat,
)
from moonshelf.extraction import encoding, parts
from moonshelf.extraction.capped.caps import Caps
from moonshelf.extraction.capped.revision import arithmetic, revision
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.reading import Cancelled, Joined, Options, Read, Reader, Terms
from moonshelf.extraction.tools import Limits
from patience import until

_OPTIONS = Options(
    formats="extraction.capped.hostile:find",
    recogniser="extraction.capped.hostile:load",
    caps=Caps(memory_bytes=2**29),
    page_s=60.0,  # so that no busy machine makes what is sound look endless
    slice_s=120.0,
    picture_s=60.0,
)
_HASTY = replace(_OPTIONS, page_s=3.0, picture_s=3.0)
"""For what never ends."""


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with tempfile.TemporaryDirectory() as scratch, Reader(scratch=Path(scratch), options=_OPTIONS) as one:
        yield one


@pytest.fixture(scope="module")
def hasty() -> Iterator[Reader]:
    with tempfile.TemporaryDirectory() as scratch, Reader(scratch=Path(scratch), options=_HASTY) as one:
        yield one


def _read(reader: Reader, kind: str, document: bytes = b"x") -> Read:
    return reader.read(BytesIO(document), f"test/{kind}")


def _pages(read: Read) -> dict[int, PageFacts]:
    return {page.number: page for page in parts.Parts(BytesIO(read.facts))}


def _words(read: Read) -> list[str]:
    return [page.runs[0].text if page.runs else page.failure for page in _pages(read).values()]


def _joined(read: Read) -> Joined:
    assert read.joined is not None
    return read.joined


_OTHERS = {1: "Words of page 1.", 2: "Words of page 2.", 4: "Words of page 4.", 5: "Words of page 5."}


def test_a_sound_document_is_read_and_joined_in_one_go(reader: Reader) -> None:
    seen: list[tuple[int, int]] = []
    read = reader.read(
        BytesIO(b"x"), "test/sound", terms=Terms(progress=lambda done, total: seen.append((done, total)))
    )
    assert (read.pages_total, read.first, read.last, read.degraded, read.recognised) == (5, 1, 5, False, 0)
    assert seen == [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    joined = _joined(read)
    assert joined.title == "A book"
    assert not joined.degraded
    for number in range(1, 6):
        assert f"Words of page {number}." in joined.markdown.decode()
    assert len(encoding.decode(b"".join(joined.document_pieces())).pages) == 5


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("crash", "its reader crashed"),
        ("leave", "its reader crashed"),
        ("stumble", "its reader crashed"),
        ("flood", "its reader crashed"),
        ("mutter", "its reader crashed"),
        ("repeat", "its reader crashed"),
        ("skip", "its reader crashed"),
        ("exaggerate", "its reader crashed"),
        ("finish", "its reader crashed"),
        ("allocate", "its reader needed more than 512 MB of memory"),
    ],
)
def test_a_page_that_kills_its_reader_is_the_only_one_lost(reader: Reader, kind: str, reason: str) -> None:
    _is_the_only_one_lost(reader, kind, reason)


def test_a_page_that_takes_too_long_is_the_only_one_lost(hasty: Reader) -> None:
    _is_the_only_one_lost(hasty, "loop", "reading it took longer than 3 seconds")


def test_a_page_that_uses_up_the_processor_is_said_to_have_taken_long(tmp_path: Path) -> None:
    caps = replace(_OPTIONS.caps, cpu_s=2)
    with Reader(scratch=tmp_path, options=replace(_OPTIONS, caps=caps)) as reader:
        _is_the_only_one_lost(reader, "loop", "reading it took longer than 2 seconds")


def _is_the_only_one_lost(reader: Reader, kind: str, reason: str) -> None:
    read = reader.read(BytesIO(b"x"), f"test/{kind}")
    pages = _pages(read)
    assert {number: page.runs[0].text for number, page in pages.items() if page.runs} == _OTHERS
    assert pages[3].failure == reason
    assert read.degraded
    assert _joined(read).degraded
    assert reason in _joined(read).markdown.decode()


def test_a_page_that_fills_the_disk_is_stopped(tmp_path: Path) -> None:
    with Reader(scratch=tmp_path, options=_OPTIONS) as reader:
        failure = _pages(_read(reader, "fill"))[3].failure
        assert failure == "its reader needed more than 1,000 temporary files or 1024 MB of them"


@pytest.mark.parametrize("kind", ["crash-rescued", "sleep-rescued", "killed-rescued"])
def test_a_page_that_kills_one_engine_is_read_by_the_next_but_not_shared(hasty: Reader, kind: str) -> None:
    read = _read(hasty, kind)
    assert _pages(read)[3].runs[0].text == "Rescued page 3."
    assert read.degraded


def test_a_page_that_kills_one_engine_and_is_empty_to_the_next_is_not_said_to_be_empty(reader: Reader) -> None:
    page = _pages(_read(reader, "crash-blank"))[3]
    assert (page.runs, page.failure) == ((), "its reader crashed")


def test_a_page_that_is_refused_is_its_own_failure_and_the_same_each_time(reader: Reader) -> None:
    read = _read(reader, "refuse")
    assert "page 3 is torn" in _pages(read)[3].failure
    assert not read.degraded
    assert _joined(read) == _joined(_read(reader, "refuse"))


def test_a_page_that_one_engine_refuses_is_read_by_the_next(reader: Reader) -> None:
    read = _read(reader, "refuse-rescued")
    assert _pages(read)[3].runs[0].text == "Rescued page 3."
    assert not read.degraded


def test_a_page_that_dies_only_in_company_is_read_alone_and_nothing_is_lost(reader: Reader) -> None:
    read = _read(reader, "moody")
    assert _words(read) == [f"Words of page {number}." for number in range(1, 6)]
    assert not read.degraded


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("encrypted", EncryptedDocument),
        ("corrupt", CorruptDocument),
        ("crash-opening", CorruptDocument),
        ("crashing", CorruptDocument),
        ("unheard-of", UnsupportedFormat),
    ],
)
def test_a_document_that_cannot_be_read_at_all_is_an_error_of_its_kind(
    reader: Reader, kind: str, error: type[ExtractionError]
) -> None:
    with pytest.raises(error) as raised:
        _read(reader, kind)
    assert type(raised.value) is error


def test_a_document_that_never_opens_reaches_a_limit(tmp_path: Path) -> None:
    with Reader(scratch=tmp_path, options=replace(_OPTIONS, slice_s=3.0)) as reader, pytest.raises(LimitReached):
        _read(reader, "endless")


def test_an_error_keeps_its_sentence_on_the_way(reader: Reader) -> None:
    with pytest.raises(EncryptedDocument) as raised:
        _read(reader, "encrypted")
    assert str(raised.value) == str(EncryptedDocument())


@pytest.mark.parametrize(("kind", "degraded"), [("corrupt-rescued", False), ("crash-opening-rescued", True)])
def test_a_document_that_one_engine_cannot_open_is_read_by_the_next(reader: Reader, kind: str, degraded: bool) -> None:  # noqa: FBT001 a table's column
    read = _read(reader, kind)
    assert _pages(read)[3].runs[0].text == "Rescued page 3."
    assert read.degraded is degraded


def test_a_flowing_document_comes_joined(reader: Reader) -> None:
    read = _read(reader, "echo", "Grüße".encode())
    assert _joined(read).markdown == "Grüße".encode()
    assert (read.pages_total, read.last) == (1, 1)


def test_halves_of_characters_are_joined_or_shown_as_what_cannot_be(reader: Reader) -> None:
    halves = "Apples \ud83c\udf4e \ud83c did well".encode("utf-8", "surrogatepass")
    assert _joined(_read(reader, "echo", halves)).markdown == "Apples \U0001f34e \ufffd did well".encode()


@pytest.mark.parametrize("blank", [b"", b" \n\t "])
def test_white_space_alone_is_nothing_to_read(reader: Reader, blank: bytes) -> None:
    with pytest.raises(NothingToRead):
        _read(reader, "echo", blank)


def test_slices_of_any_size_join_to_the_same_bytes(reader: Reader) -> None:
    opening = reader.read(BytesIO(b"x"), "test/long")
    assert (opening.pages_total, opening.first, opening.last, opening.joined) == (40, 1, 16, None)
    whole = _joined(reader.read(BytesIO(b"x"), "test/long", (1, 40)))
    for size in (1, 7):
        slices = [
            reader.read(BytesIO(b"x"), "test/long", (first, min(40, first + size - 1))).facts
            for first in range(1, 41, size)
        ]
        assert reader.join(reversed(slices)) == whole
        assert reader.join(BytesIO(one) for one in slices) == whole


def test_what_machines_of_two_releases_read_is_not_shared(reader: Reader, tmp_path: Path) -> None:
    newer = Reader(scratch=tmp_path, options=reader.options)
    newer.revision = "of the next release"
    first, last = (one.read(BytesIO(b"x"), "test/long", at).facts for one, at in ((reader, (1, 20)), (newer, (21, 40))))
    mixed = reader.join([first, last])
    assert mixed.degraded
    assert mixed.pages == 40
    both = [first, reader.read(BytesIO(b"x"), "test/long", (21, 40)).facts]
    assert not reader.join(both).degraded
    assert newer.join(both).degraded  # it would be kept as the newer one's
    newer.close()


def test_the_reader_has_no_hold_on_the_file_it_is_given(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_bytes(b"some text")
    with path.open("r+b") as source:
        source.seek(4)
        assert _joined(reader.read(source, "test/echo")).markdown == b"some text"
        assert source.tell() == 4


def test_many_threads_read_at_once(reader: Reader) -> None:
    kinds = ["sound", "crash", "echo", "refuse", "sound", "stumble", "echo", "moody"]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda kind: _read(reader, kind), kinds * 2))
    assert [read.joined for read in found[:8]] == [read.joined for read in found[8:]]


def test_whatever_happens_no_descriptor_process_or_file_is_left(hasty: Reader) -> None:
    _read(hasty, "sound")
    before = set(os.listdir("/proc/self/fd"))  # noqa: PTH208 compared as names
    for kind in ("crash", "loop", "leave", "refuse", "mutter"):
        _read(hasty, kind)
    assert set(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 see above


def test_a_cancelled_reading_ends_at_once(reader: Reader) -> None:
    answers = iter([False, False, False, True])  # nobody asks once more
    with pytest.raises(Cancelled):
        reader.read(BytesIO(b"x"), "test/endless", terms=Terms(cancelled=lambda: next(answers)))


def test_what_is_to_be_quick_ends_before_a_page_is_drawn(reader: Reader) -> None:
    with pytest.raises(Cancelled):
        reader.read(BytesIO(b"x"), "test/drawing", terms=Terms("quick"))
    joined = reader.read(BytesIO(b"x"), "test/drawing", terms=Terms("brisk")).joined
    assert joined is not None
    assert joined.markdown == b"drawn"


def test_what_is_to_be_quick_ends_when_it_has_used_the_processor_for_long(reader: Reader) -> None:
    with pytest.raises(Cancelled):
        reader.read(BytesIO(b"x"), "test/loop", terms=Terms("quick"))


def test_time_that_the_processor_was_not_used_is_told_apart(reader: Reader) -> None:
    began = time.monotonic()
    read = _read(reader, "dozing")
    assert time.monotonic() - began > 1
    assert 0 < read.cpu_s < 1


def test_the_recogniser_reads_what_a_page_shows(reader: Reader) -> None:
    read = _read(reader, "pictured")
    assert _pages(read)[3].runs[0].text.startswith("accurate 4x2 seen 1 ")
    assert (read.recognised, read.degraded) == (1, False)


def test_the_recogniser_stays_for_the_next_page(reader: Reader) -> None:
    first, second = (_pages(_read(reader, "pictured"))[3].runs[0].text.split() for _ in range(2))
    assert first[-1] == second[-1]
    assert int(second[3]) == int(first[3]) + 1


@pytest.mark.parametrize(
    ("pixel", "reason"),
    [
        (b"die", "the recogniser crashed on a picture in it"),
        (b"end", "the recogniser was interrupted at a picture in it, as happens where a machine runs out of memory"),
        (b"big", "the picture is too dense"),
    ],
)
def test_a_picture_that_the_recogniser_gives_up_costs_its_page_alone(reader: Reader, pixel: bytes, reason: str) -> None:
    _costs_its_page_alone(reader, pixel, reason)


def test_a_picture_that_takes_too_long_costs_its_page_alone(hasty: Reader) -> None:
    _costs_its_page_alone(hasty, b"zzz", "a picture in it took longer than 3 seconds to recognise")


def _costs_its_page_alone(reader: Reader, pixel: bytes, reason: str) -> None:
    read = _read(reader, "pictured", pixel)
    assert reason in _pages(read)[3].failure
    assert [number for number, page in _pages(read).items() if page.runs] == [1, 2, 4, 5]
    assert read.degraded
    assert not _read(reader, "pictured").degraded


def test_pictures_are_recognised_side_by_side_and_none_pays_for_another(tmp_path: Path) -> None:
    with Reader(scratch=tmp_path, options=_OPTIONS) as reader, ThreadPoolExecutor(2) as pool:
        both = pool.map(lambda pixel: _read(reader, "pictured", pixel), (b"two", b"two"))
        assert [_pages(read)[3].runs[0].text for read in both] == ["two at once"] * 2
        odd, bad = pool.map(lambda pixel: _read(reader, "pictured", pixel), (b"odd", b"bad"))
    assert _pages(odd)[3].runs[0].text.startswith("accurate 4x2")
    assert (odd.degraded, bad.degraded) == (False, True)
    assert "crashed" in _pages(bad)[3].failure


def test_children_can_see_once_there_was_something_to_recognise(tmp_path: Path) -> None:
    with Reader(scratch=tmp_path, options=_OPTIONS) as reader:
        assert _words(_read(reader, "sighted"))[2] == "blind"
        _read(reader, "pictured")
        _read(reader, "sound")  # by the child that was waiting already
        assert _words(_read(reader, "sighted"))[2] == "sighted"


def test_an_idle_recogniser_ends(tmp_path: Path) -> None:
    options = replace(_OPTIONS, idle_s=0.3)
    with Reader(scratch=tmp_path, options=options) as reader:
        first = _pages(_read(reader, "pictured"))[3].runs[0].text.split()[-1]
        assert Path(f"/proc/{first}").exists()
        until(lambda: not Path(f"/proc/{first}").exists())
        assert _pages(_read(reader, "pictured"))[3].runs[0].text.split()[-1] != first


def test_a_recogniser_grown_too_large_makes_place_for_another(tmp_path: Path) -> None:
    with Reader(scratch=tmp_path, options=replace(_OPTIONS, recogniser_bytes=1)) as reader:
        seen = {_pages(_read(reader, "pictured"))[3].runs[0].text.split()[-1] for _ in range(2)}
    assert len(seen) == 2


def test_a_recogniser_that_cannot_be_loaded_is_no_fault_of_the_document(tmp_path: Path) -> None:
    options = replace(_OPTIONS, recogniser="extraction.capped.hostile:unloadable")
    with Reader(scratch=tmp_path, options=options) as reader, pytest.raises(Unavailable, match="recogniser"):
        _read(reader, "pictured")


def test_the_revision_tells_options_apart_that_change_what_is_read() -> None:
    plain = revision(Options())
    assert plain == revision(Options())
    assert plain == revision(Options(page_s=1, caps=Caps(memory_bytes=1), mode="best-effort"))
    assert len({plain, revision(Options(speed="fast")), revision(Options(limits=Limits(depth=1)))}) == 3


def test_processors_that_round_differently_share_no_results(tmp_path: Path) -> None:
    told = {
        "old": "avx2 sse2",
        "new": "avx2 amx_bf16 sse2",
        "integers": "avx2 avx512_vnni sse2",
        "other": "sse2 avx2 rdseed",
    }
    for name, flags in told.items():
        (tmp_path / name).write_text(f"processor : 0\nflags\t\t: {flags}\n\nprocessor : 1\nflags : none\n")
    old, new, integers, other = (arithmetic(tmp_path / name) for name in told)
    assert old == other
    assert len({old, new, integers, arithmetic(tmp_path / "missing")}) == 4


def test_a_large_text_is_read_whole(tmp_path: Path) -> None:
    line = b"One line of a log like any other, and the next is no shorter.\n"
    log = line * (70 * 2**20 // len(line))
    with Reader(scratch=tmp_path, options=Options()) as reader:
        joined = reader.read(BytesIO(log), "text/plain").joined
    assert joined is not None
    assert joined.markdown.strip() == log.strip()
