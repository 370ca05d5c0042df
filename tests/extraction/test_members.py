"""Files inside files."""

from collections.abc import Sequence
from io import BytesIO

from extraction.tools import TOOLS, nesting
from moonshelf.errors import CorruptDocument
from moonshelf.extraction import members, nested
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.inclusion import NOTHING_MORE
from moonshelf.extraction.tools import Limits, Tools
from samples.papers import pdf, text


def attached(name: str, content: bytes, given: Tools | None = None) -> Sequence[Block]:
    return members.attached(name, BytesIO(content), given or nesting(), Withheld(NOTHING_MORE))


def test_a_member_is_read_by_its_bytes_below_a_heading_of_its_name() -> None:
    heading, title, words = attached("a.doc", b"<!DOCTYPE html><h1>Title</h1><p>Some words.</p>")

    assert (heading.kind, heading.text, heading.level) == (Kind.HEADING, "a.doc", 2)
    assert (title.kind, title.text, title.level) == (Kind.HEADING, "Title", 3)
    assert words.text == "Some words."


def test_a_member_of_pages_is_laid_out() -> None:
    blocks = attached("a.pdf", pdf([[text("Words on a page.", 72, 700)]]))

    assert any("Words on a page." in block.text for block in blocks)


def test_a_member_that_cannot_be_read_is_named_with_the_reason() -> None:
    for content, reason in ((b"\x7fELF\2\1\1" + bytes(64), "cannot be read"), (b"%PDF-1.7 and no more", "damaged")):
        heading, note = attached("bad", content)

        assert heading.text == "bad"
        assert note.kind is Kind.NOTE
        assert reason in note.text


def test_without_a_reader_of_inner_files_a_member_is_only_named() -> None:
    assert "Not read" in attached("a.txt", b"words", TOOLS)[1].text


def test_all_members_spend_from_one_budget() -> None:
    given = nesting(unpacked_bytes=1000)

    assert "words" in attached("1.txt", b"words " * 100, given)[1].text
    assert "unpacks to more" in attached("2.txt", b"words " * 100, given)[1].text


def test_only_so_many_members_are_read() -> None:
    given = nesting(members=1)

    assert attached("1.txt", b"words", given)[1].text == "words"
    assert "more than 1 members" in attached("2.txt", b"words", given)[1].text


def test_what_lies_too_deep_is_named_and_not_read() -> None:
    def inside(_source: object, tools: Tools) -> Document:
        depths.append(tools.limits.depth)
        attached("deeper", b"words", tools)
        raise CorruptDocument("it holds itself")

    depths: list[int] = []
    endless = Flowing("endless", {}, inside)
    bounds = Limits(depth=2)
    given = Tools(TOOLS.recognise, bounds, nested.reader(lambda _type: endless, bounds))
    attached("top", b"words", given)

    assert depths == [1, 0]
