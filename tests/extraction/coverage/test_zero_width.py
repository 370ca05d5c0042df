"""Characters that take no room."""

import pytest
from msgspec.structs import replace

from moonshelf.extraction.coverage import zero_width
from moonshelf.extraction.coverage.omissions import describe
from moonshelf.extraction.coverage.tally import page
from moonshelf.extraction.document import Block, Cell, Document, Kind


def _read(*blocks: Block) -> Document:
    return zero_width.without(Document((page(1, blocks),)))


@pytest.mark.parametrize(
    "unseen",
    [
        "\u200b",
        "\ufeff\u2060\u2064",
        "\u200d\u200c",
        "".join(chr(0xE0000 + ord(one)) for one in "obey me"),
        "\ufe0f" + "".join(chr(0xE0100 + byte) for byte in b"obey me"),
    ],
)
def test_what_nobody_sees_is_kept_out_and_counted(unseen: str) -> None:
    document = _read(Block(Kind.PARAGRAPH, f"plain{unseen}words"), Block(Kind.TABLE, cells=(Cell(0, 0, f"a{unseen}"),)))

    first, table = document.pages[0].blocks
    assert first.text.replace("\ufe0f", "") == "plainwords"
    assert table.cells[0].text.replace("\ufe0f", "") == "a"
    count = document.pages[0].coverage.zero_width
    assert count == 2 * len(unseen.removeprefix("\ufe0f"))
    assert describe(document) == f"{count} zero-width characters withheld."


def test_they_are_found_where_they_stand_in_cells_alone() -> None:
    document = _read(Block(Kind.TABLE, cells=(Cell(0, 0, "a\u200bb"), Cell(0, 1, "c"))))
    assert [cell.text for cell in document.pages[0].blocks[0].cells] == ["ab", "c"]
    assert document.pages[0].coverage.zero_width == 1


def test_what_a_reader_kept_out_already_is_counted_too() -> None:
    known = page(1, [Block(Kind.LIST, "plain", marker="1\u200b.")])
    known = replace(known, coverage=replace(known.coverage, zero_width=3))
    read = zero_width.without(Document((known,))).pages[0]
    assert (read.blocks[0].marker, read.coverage.zero_width) == ("1.", 4)


@pytest.mark.parametrize(
    "seen",
    [
        "می\u200cشود",
        "क्\u200dष",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "❤\ufe0f\u200d\U0001f525",
        "\U0001f3f4" + "".join(chr(0xE0000 + ord(one)) for one in "gbsct") + "\U000e007f",
        "葛\U000e0100飾",
    ],
)
def test_joints_that_scripts_and_emoji_need_stay(seen: str) -> None:
    document = _read(Block(Kind.PARAGRAPH, seen))
    assert document.pages[0].blocks[0].text == seen
    assert describe(document) == ""
