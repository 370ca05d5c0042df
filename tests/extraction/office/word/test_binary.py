"""Word 97-2003 documents, built record by record."""

import contextlib
import struct
from collections.abc import Sequence
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.blocks import blocks, table, texts
from extraction.damage import damaged
from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.word.binary import extract
from samples.compound_files import ole
from samples.office.slides_binary import atom, container
from samples.office.word_binary import DELETED, HIDDEN, IN_TABLE, PLAIN, ROW_END, TEXT_AT, listed, streams, styled


def read(paragraphs: Sequence[tuple[str, bytes]], **more: object) -> Document:
    return extract(ole(streams(paragraphs, **more)), TOOLS)  # type: ignore[arg-type]  # passed on as they come


@pytest.mark.parametrize("wide", [False, True])
def test_paragraphs_and_headings_are_read_from_narrow_and_wide_pieces(wide: bool) -> None:  # noqa: FBT001 - a parameter of the test
    document = read([("Überschrift\r", styled(2)), ("Plain text\x0bof two lines.\r", PLAIN)], wide=wide)
    assert blocks(document) == [
        Block(Kind.HEADING, "Überschrift", level=2),
        Block(Kind.PARAGRAPH, "Plain text\nof two lines."),
    ]


def test_raised_and_lowered_figures_stay_so() -> None:
    runs = [(figure, struct.pack("<HB", 0x2A48, place)) for figure, place in (("8", 1), ("9", 2))]
    assert texts(read([("m8, H9O\r", PLAIN)], runs=runs)) == ["m\u2078, H\u2089O"]


def test_text_behind_a_tab_is_read() -> None:
    assert texts(read([("\tindented\tfar\r", PLAIN), ("a\x0b\tb\r", PLAIN)])) == ["\tindented\tfar", "a\n\tb"]


def test_a_sign_for_the_pages_number_is_no_text() -> None:
    assert texts(read([("- \0 -\r", PLAIN)])) == ["-  -"]


def test_text_before_the_end_of_a_row_is_read() -> None:
    document = read([("a\x07", styled(0, IN_TABLE)), ("stray\r", styled(0, ROW_END)), ("\x07", styled(0, ROW_END))])
    assert "stray" in to_markdown(document)


def test_characters_beyond_the_first_plane_keep_positions_right() -> None:
    assert (
        texts(read([("a𐍄b\r".encode("utf-16-le", "surrogatepass").decode("utf-16-le"), PLAIN)], wide=True))[0][0] == "a"
    )


def test_of_a_field_its_result_is_read() -> None:
    text = '\x13HYPERLINK "https://a.example/"\x14there\x15 and \x13PAGE\x147\x15\r'
    assert texts(read([(text, PLAIN)])) == ["[there](https://a.example/) and 7"]


def test_what_a_field_without_a_result_shows_is_read() -> None:
    ruby = "Ruby \x13 EQ \\* jc2 \\* hps10 \\o\\ad(\\s\\up 9(kan),KAN)\x15 end, \x13 PAGE \x15none\r"
    assert texts(read([(ruby, PLAIN)])) == ["Ruby kan KAN end, none"]


def test_cell_marks_make_a_table() -> None:
    row = [
        ("a\x07", styled(0, IN_TABLE)),
        ("b\r", styled(0, IN_TABLE)),
        ("c\x07", styled(0, IN_TABLE)),
        ("\x07", styled(0, ROW_END)),
    ]
    assert table(read([*row, *row, ("after\r", PLAIN)])) == [["a", "b\nc"], ["a", "b\nc"]]


def test_edges_of_cells_tell_their_spans() -> None:
    def row(edges: Sequence[int], flags: Sequence[int]) -> bytes:
        cells = b"".join(struct.pack("<H18x", flag) for flag in flags)
        shape = struct.pack(f"<B{len(edges)}h", len(flags), *edges) + cells
        return styled(0, ROW_END + struct.pack("<HH", 0xD608, len(shape) + 1) + shape)

    cell = styled(0, IN_TABLE)
    document = read([
        ("wide\x07", cell), ("x\x07", cell), ("\x07", row((0, 2000, 3000), (0, 0x60))),
        ("a\x07", cell), ("b\x07", cell), ("\x07", cell), ("\x07", row((0, 1000, 2000, 3000), (0, 0, 0x20))),
    ])  # fmt: skip
    (found,) = blocks(document)
    assert [(one.text, one.row, one.column, one.row_span, one.column_span) for one in found.cells] == [
        ("wide", 0, 0, 1, 2), ("x", 0, 2, 2, 1), ("a", 1, 0, 1, 1), ("b", 1, 1, 1, 1),
    ]  # fmt: skip


def test_hidden_text_is_counted_and_deleted_text_is_gone() -> None:
    document = read([("seen secret words gone end\r", PLAIN)], runs=[("secret words ", HIDDEN), ("gone ", DELETED)])
    assert texts(document) == ["seen end"]
    assert document.pages[0].coverage.words_hidden == 2


def test_text_is_hidden_where_its_toggle_says_so() -> None:
    as_styled, opposite = struct.pack("<HB", 0x083C, 0x80), struct.pack("<HB", 0x083C, 0x81)
    document = read([("one two three\r", PLAIN)], runs=[("one ", as_styled), ("two ", opposite)])
    assert texts(document) == ["one three"]


def form(kind: int, result: int, entries: Sequence[str] = ()) -> bytes:
    """Write a form's field as the data stream holds it."""
    offered = b"".join(struct.pack("<H", len(one)) + one.encode("utf-16-le") for one in entries)
    listed = struct.pack("<HHH", 0xFFFF, len(entries), 0) + offered
    name = struct.pack("<H", 1) + "N".encode("utf-16-le") + b"\0\0"
    field = struct.pack("<IHHH", 0xFFFFFFFF, kind | result << 2, 0, 0) + name + b"\0\0" + b"\0\0\0\0" * 5
    return struct.pack("<IH62x", 68 + len(field + listed), 68) + field + listed


def test_fields_of_forms_show_what_was_ticked_and_chosen() -> None:
    data = [form(1, 1), form(1, 25), form(2, 1, ["Amber", "Blue"]), form(2, 9, ["Amber"]), form(0, 0), b"cut"]
    places = [sum(map(len, data[:number])) for number in range(len(data))]
    ends = [f"\x01\x14\x15{letter}" for letter in "abcdef"]
    runs = [(end, struct.pack("<HI", 0x6A03, place)) for end, place in zip(ends, places, strict=True)]
    known = streams([("".join(f"\x13FORM{end}" for end in ends) + "\r", PLAIN)], runs=runs)
    assert texts(extract(ole({**known, "Data": b"".join(data)}), TOOLS)) == ["☒a☐bBluecdef"]


def test_lists_are_numbered_as_their_tables_say() -> None:
    def level(form: int, text: str, start: int = 1) -> bytes:
        return (
            struct.pack("<iBB18xBBBB", start, form, 0, 0, 0, 0, 0)
            + struct.pack("<H", len(text))
            + text.encode("utf-16-le")
        )

    levels = level(0, "\0.") + level(4, "\0.\1)") + level(0, "") * 7
    definitions = struct.pack("<H", 1) + struct.pack("<i22xBB", 77, 0, 0) + levels
    overrides = struct.pack("<I", 1) + struct.pack("<i8xBBBB", 77, 0, 0, 0, 0) + struct.pack("<I", 0xFFFFFFFF)
    items = [("one\r", styled(0, listed(1))), ("deep\r", styled(0, listed(1, 1))), ("two\r", styled(0, listed(1)))]
    document = read(items, tables={73: definitions, 74: overrides})
    assert [(one.kind, one.marker, one.level, one.text) for one in blocks(document)] == [
        (Kind.LIST, "1.", 0, "one"), (Kind.LIST, "1.a)", 1, "deep"), (Kind.LIST, "2.", 0, "two"),
    ]  # fmt: skip


def test_styles_based_on_headings_are_headings() -> None:
    def style(kind: int, based: int) -> bytes:
        return struct.pack("<HHH", 4, kind, based << 4)

    sheet = struct.pack("<HH", 2, 20) + b"".join([style(0, 0xFFF), style(1, 0), *[b"\0\0"] * 13, style(0xFFE, 1)])
    document = read([("Own\r", styled(15)), ("Text\r", PLAIN)], tables={1: sheet})
    assert blocks(document) == [Block(Kind.HEADING, "Own", level=1), Block(Kind.PARAGRAPH, "Text")]


def test_symbols_become_the_characters_they_show() -> None:
    symbol = struct.pack("<HHH", 0x6A09, 0, 0xF061)
    assert texts(read([("x ( y\r", PLAIN)], runs=[("(", symbol)])) == ["x \u03b1 y"]


def fonts(*names: str) -> bytes:
    entries = (bytes(39) + name.encode("utf-16-le") + b"\0\0" for name in names)
    return struct.pack("<HH", len(names), 0) + b"".join(bytes([len(one)]) + one for one in entries)


def test_symbols_are_those_of_the_font_that_is_named() -> None:
    symbol = struct.pack("<HHH", 0x6A09, 1, 0xF0FC)
    tables = {15: fonts("Symbol", "Wingdings")}
    assert texts(read([("x ( y\r", PLAIN)], runs=[("(", symbol)], tables=tables)) == ["x \u2713 y"]


def test_private_characters_become_what_their_font_shows() -> None:
    runs = [("\uf0fc", struct.pack("<HH", 0x4A51, 1)), ("\uf061", struct.pack("<HHHH", 0x4A4F, 0, 0x4A51, 9))]
    tables = {15: fonts("Symbol", "Wingdings")}
    document = read([("a\uf0fc \uf061 \uf0b0\r", PLAIN)], runs=runs, tables=tables, wide=True)
    assert texts(document) == ["a\u2713 \uf061 \uf0b0"]  # the latter two of fonts that nobody can tell


def test_comments_name_their_authors() -> None:
    body, comment = "Said\x05.\r", "\x05Really?\r"
    mark = struct.pack("<20xH8x", 0)
    document = read(
        [(body, PLAIN), (comment, PLAIN)],
        lengths=(len(body), 0, 0, 0, len(comment)),
        tables={
            4: struct.pack("<ii", 4, len(body)) + mark,
            5: struct.pack("<iii", 0, len(comment), len(comment) + 1),
            36: struct.pack("<H", 3) + "Ann".encode("utf-16-le"),
        },
    )
    assert to_markdown(document) == "Said[^c1].\n\n[^c1]: Ann: Really?"


def test_footnotes_and_headers_are_found() -> None:
    body, note, head = "Said\x02 here.\r", "\x02 Below.\r", "Top\r\r"
    starts = [0] * 7 + [len(head) - 1] * 6
    document = read(
        [(body, PLAIN), (note, PLAIN), ("Top\r", PLAIN), ("\r", PLAIN)],
        lengths=(len(body), len(note), len(head)),
        tables={
            2: struct.pack("<iiH", 4, len(body), 1),
            3: struct.pack("<iii", 0, len(note), len(note) + 1),
            11: struct.pack(f"<{len(starts)}i", *starts),
        },
    )
    assert to_markdown(document) == "Said[^1] here.\n\n[^1]: Below.\n\nPage header: Top"


def test_text_boxes_of_headers_are_read_each_text_once() -> None:
    body, *boxes = "Said.\r", "University\r", "Room 1\r", "University\r"
    starts = [0]
    for one in boxes:
        starts.append(starts[-1] + len(one))
    document = read(
        [(one, PLAIN) for one in (body, *boxes)],
        lengths=(len(body), 0, 0, 0, 0, 0, 0, starts[-1]),
        tables={58: struct.pack("<4i", *starts) + bytes(22 * 3)},
    )
    assert texts(document) == ["Said.", "In a header or footer: University", "In a header or footer: Room 1"]


def test_a_watermark_stands_in_its_header() -> None:
    body, head, words = "Said.\r", "\x08\r\r", "DRAFT\0".encode("utf-16-le")
    starts = [0] * 7 + [len(head) - 1] * 6
    options = atom(0xF00B, struct.pack("<HI", 0x80C0, len(words)) + words, instance=1)
    shape = container(0xF004, atom(0xF00A, struct.pack("<II", 1025, 0)), options)
    drawings = container(0xF000) + b"\1" + container(0xF002, container(0xF003, shape))
    document = read(
        [(body, PLAIN), ("\x08\r", PLAIN), ("\r", PLAIN)],
        lengths=(len(body), 0, len(head)),
        tables={
            11: struct.pack(f"<{len(starts)}i", *starts),
            41: struct.pack("<ii", 0, len(head)) + struct.pack("<i4i6x", 1025, 0, 0, 6000, 2000),
            50: drawings,
        },
    )
    assert texts(document) == ["Said.", "Page header: DRAFT"]


def test_broken_lists_and_headers_cost_no_more_than_themselves() -> None:
    document = read([("Body\r", styled(0, listed(1)))], tables={73: b"\xff\xff", 74: b"\xff\xff\xff\xff", 11: b"\1\2"})
    assert texts(document) == ["Body"]
    assert document.warnings == ("The numbers of its lists could not be read.",)


def test_an_encrypted_document_is_told() -> None:
    with pytest.raises(EncryptedDocument):
        read([("x\r", PLAIN)], flags=0x0300)


def test_a_document_without_its_stream_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        extract(ole({"Other": b"x"}), TOOLS)


def test_pieces_that_claim_more_than_the_file_holds_are_cut() -> None:
    some = streams([("short\r", PLAIN)])
    claim = struct.pack("<II", 0, 20_000_000)
    some["1Table"] = some["1Table"].replace(struct.pack("<II", 0, 6), claim, 1)
    with contextlib.suppress(ExtractionError):
        assert texts(extract(ole(some), TOOLS))[0].startswith("short")


SOUND = streams(
    [("Head\r", styled(1)), ("a\x07", styled(0, IN_TABLE)), ("\x07", styled(0, ROW_END)), ("\x13X\x14y\x15\r", PLAIN)],
    runs=[("Head", HIDDEN)],
)


@given(damaged(SOUND["WordDocument"][:0x200]), damaged(SOUND["WordDocument"][TEXT_AT:]), damaged(SOUND["1Table"]))
@settings(max_examples=200, deadline=None)
def test_damaged_records_give_a_document_or_an_error(head: bytes, text: bytes, side: bytes) -> None:
    main = head[:0x200].ljust(0x200, b"\0") + SOUND["WordDocument"][0x200:TEXT_AT] + text
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(ole({"WordDocument": main, "1Table": side}), TOOLS), Document)


@given(st.one_of(st.binary(max_size=300), damaged(ole(SOUND).getvalue())))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_a_document_or_an_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(BytesIO(content), TOOLS), Document)
