"""Archives and what is in them."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.blocks import blocks
from extraction.damage import damaged
from extraction.tools import nesting
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError, LimitReached, NothingToRead
from moonshelf.extraction.archives import pressed, tars, zips
from moonshelf.extraction.document import Document
from moonshelf.extraction.markdown import to_markdown
from samples.formats import taped
from samples.packages import zipped

MEMBERS = {"notes.txt": b"Plain words.", "folder/page.html": b"<h1>Title</h1><p>Marked words.</p>", "void": b""}
EXPECTED = (
    "## notes.txt\n\nPlain words.\n\n## folder/page.html\n\n### Title\n\nMarked words.\n\n"
    "## void\n\nNot read: it is empty."
)


def _named(name: str, encoding: str) -> bytes:
    into = BytesIO()
    with tarfile.open(fileobj=into, mode="w", format=tarfile.GNU_FORMAT, encoding=encoding) as archive:
        info = tarfile.TarInfo(name)
        info.size = 4
        archive.addfile(info, BytesIO(b"text"))
    return into.getvalue()


PRESSES = (gzip.compress, bz2.compress, lzma.compress)


def read(content: bytes, **limits: int) -> Document:
    reader = zips.extract if content.startswith(b"PK") else tars.extract
    is_pressed = content.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ"))
    return (pressed.extract if is_pressed else reader)(BytesIO(content), nesting(**limits))


@pytest.mark.parametrize("content", [zipped(MEMBERS), taped(MEMBERS), *(press(taped(MEMBERS)) for press in PRESSES)])
def test_every_member_is_read_below_a_heading_of_its_name(content: bytes) -> None:
    assert to_markdown(read(content)) == EXPECTED


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("财务/2023年第一季度预算", "gbk"),
        ("売上データ", "cp932"),
        ("보고서 최종본", "cp949"),
        ("Отчёт за год", "cp866"),
        ("图", "gbk"),
        ("中", "gbk"),
        ("Письмо", "cp866"),
        ("項目", "utf-8"),
        ("项目报告", "utf-8"),
        ("Noël", "utf-8"),
        ("Re\u0301sume\u0301", "utf-8"),
        ("não", "cp850"),
        ("příloha", "cp852"),
        ("Größenübersicht", "cp437"),
        ("Prüfung", "cp1252"),
        ("Käse", "cp1252"),
    ],
)
def test_a_name_whose_encoding_nothing_states_is_shown_as_it_was_written(name: str, encoding: str) -> None:
    stated = name.encode(encoding)
    stand_in = "x" * len(stated)
    archive = zipped({f"{stand_in}.txt": b"text"}).replace(stand_in.encode(), stated)
    assert to_markdown(zips.extract(BytesIO(archive), nesting())) == f"## {name}.txt\n\ntext"


def test_a_name_in_a_tape_archive_may_be_in_what_its_machine_had() -> None:
    for name, encoding in (("Größe", "latin-1"), ("财务报告", "gbk"), ("Äpfel", "utf-8")):
        content = _named(name, encoding)
        assert to_markdown(tars.extract(BytesIO(content), nesting())) == f"## {name}\n\ntext"


def test_a_name_gives_no_commands_to_a_terminal() -> None:
    told = to_markdown(read(zipped({"\x1b[31mred\x9b1m\r\n\x07.txt": b"words", "a\u200db.txt": b"more"})))
    assert told == "## [31mred 1m .txt\n\nwords\n\n## a\u200db.txt\n\nmore"


def test_names_that_differ_in_case_are_two_members() -> None:
    assert to_markdown(read(zipped({"a": b"one", "A": b"two"}))) == "## a\n\none\n\n## A\n\ntwo"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_members_of_one_name_the_last_is_read_and_the_others_are_counted() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for words in ("first", "second"):
            archive.writestr("a.txt", words)

    text = to_markdown(read(into.getvalue()))

    assert text == "## a.txt\n\nsecond\n\n> Members that later ones of the same name replace were not read: 1."


def test_a_packed_file_reads_as_the_file() -> None:
    into = BytesIO()
    with gzip.GzipFile("page.html", "wb", fileobj=into) as packed:
        packed.write(MEMBERS["folder/page.html"])

    assert to_markdown(read(into.getvalue())) == "# Title\n\nMarked words."


def test_an_archive_in_an_archive_is_read_and_one_deeper_only_named() -> None:
    innermost = zipped({"deep.txt": b"deep words"})
    text = to_markdown(read(zipped({"a.zip": zipped({"b.zip": innermost, "near.txt": b"near words"})})))

    assert "near words" in text
    assert "deep words" not in text
    assert "## deep.txt\n\nNot read: the file is too large to read: it is packed more than 2 deep" in text


def test_a_member_that_is_damaged_does_not_cost_the_others() -> None:
    content = bytearray(zipped({"a.txt": b"first words " * 50, "b.txt": b"second words"}))
    content[content.index(b"a.txt") + 9] ^= 0xFF

    text = to_markdown(read(bytes(content)))
    assert "## a.txt\n\nNot read" in text
    assert "second words" in text


def test_what_macos_puts_beside_each_file_is_counted_and_no_member() -> None:
    beside = {"__MACOSX/._a.txt": b"\0\x05\x16\x07\0\2\0\0Mac OS X", ".DS_Store": b"\0\0\0\x01Bud1\0\0"}
    found = read(zipped({"a.txt": b"words", **beside}))
    assert to_markdown(found).startswith("## a.txt\n\nwords\n\n> Members in which macOS")
    assert found.warnings == ("Members in which macOS keeps how files look were left out: 2.",)
    assert not read(zipped({"._a.txt": b"words"})).warnings
    with pytest.raises(NothingToRead):
        read(zipped(beside))


def test_an_archive_of_locked_members_says_so() -> None:
    content = zipped({"a": b"words"})
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + flags
        content = content[:at] + b"\1\0" + content[at + 2 :]

    with pytest.raises(EncryptedDocument):
        read(content)


def test_an_empty_archive_has_nothing_to_read() -> None:
    for content in (zipped({}), taped({})):
        with pytest.raises((NothingToRead, CorruptDocument)):
            read(content)


def test_what_unpacks_to_too_much_is_named_and_the_rest_read() -> None:
    text = to_markdown(read(zipped({"bomb": bytes(1 << 20), "b.txt": b"small words"}), unpacked_bytes=1 << 19))

    assert "## bomb\n\nNot read: the file is too large to read: it unpacks to more" in text
    for press in PRESSES:
        with pytest.raises(LimitReached):
            read(press(bytes(1 << 20)), unpacked_bytes=1 << 19)


def test_members_that_do_not_fit_are_said_once_and_those_behind_them_that_do_are_read() -> None:
    bombs = {f"{number}.bin": bytes(1 << 20) for number in (1, 2, 3)}
    text = to_markdown(read(zipped({**bombs, "b.txt": b"small words"}), unpacked_bytes=1 << 19))

    assert text.count("it unpacks to more") == 1
    assert "## b.txt\n\nsmall words\n\n## Members that were not read\n\n- 2.bin\n- 3.bin" in text
    assert text.endswith("> Members that were not read as the archive unpacks to too much: 3.")


@pytest.mark.parametrize("press", PRESSES)
def test_pressed_streams_follow_each_other_and_may_not_be_cut(press: Callable[[bytes], bytes]) -> None:
    assert to_markdown(read(press(b"Some ") + press(b"words."))) == "Some words."
    assert to_markdown(read(press(b"Some ") + bytes(9) + press(b"words.") + b"of another program")) == "Some words."
    with pytest.raises(CorruptDocument):
        read(press(taped(MEMBERS))[:-20])


def test_members_after_too_many_characters_are_only_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moonshelf.extraction.archives.contents._MOST_CHARACTERS", 100)
    text = to_markdown(read(zipped({"a.txt": b"words " * 30, "b.txt": b"unread", "c.txt": b"unread"})))

    assert "## Members that were not read\n\n- b.txt\n- c.txt\n\n> The last 2 members were not read" in text


def test_members_after_too_many_cells_are_only_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moonshelf.extraction.archives.contents._MOST_CELLS", 5)
    table = b"<!DOCTYPE html><table><tr><th>a<th>b<th>c<tr><td>1<td>2<td>3</table>"
    text = to_markdown(read(zipped({"a.html": table, "b.txt": b"unread"})))

    assert text.endswith("- b.txt\n\n> The last 1 members were not read: those before hold 5 cells of tables.")


def test_names_that_no_system_has_are_cut() -> None:
    assert blocks(read(taped({"n" * 5000: b"words"})))[0].text == "n" * 4096 + "…"


def test_a_sparse_member_of_any_size_is_cut_off_by_the_budget() -> None:
    info = tarfile.TarInfo("huge")
    info.pax_headers = {"GNU.sparse.map": "0,0", "GNU.sparse.size": str(1 << 40), "GNU.sparse.numblocks": "0"}
    content = info.tobuf(tarfile.PAX_FORMAT) + bytes(1024)

    assert "it unpacks to more" in to_markdown(read(content, unpacked_bytes=1 << 20))


def test_links_in_a_tape_archive_lead_nowhere() -> None:
    link = tarfile.TarInfo("shadow")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    content = link.tobuf() + taped({"a.txt": b"words"})

    assert [block.text for block in blocks(read(content))] == ["a.txt", "words"]


def test_what_stands_before_a_torn_header_is_kept() -> None:
    content = taped({"a.txt": b"words", "b.txt": b"more"})
    torn = content[:1024] + b"x" * 512 + content[1536:]

    assert "words" in to_markdown(read(torn))


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        [damaged(one) for one in (zipped(MEMBERS), taped(MEMBERS), *(press(taped(MEMBERS)) for press in PRESSES))]
    )
)
def test_damage_gives_a_document_or_an_error_of_ours(content: bytes) -> None:
    for extract in (zips.extract, tars.extract, pressed.extract):
        try:
            extract(io.BytesIO(content), nesting(unpacked_bytes=1 << 20))
        except ExtractionError:
            continue
