"""PowerPoint 97-2003 presentations, built record by record."""

import contextlib
import struct
from io import BytesIO
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from extraction.blocks import blocks, rows, texts
from extraction.damage import damaged
from extraction.tools import TOOLS, limited
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError, LimitReached
from moonshelf.extraction.document import Block, Document, Kind, Page
from moonshelf.extraction.office.slides.binary import extract
from moonshelf.extraction.tools import Tools
from samples.compound_files import ole
from samples.office.slides_binary import BODY, OTHER, TITLE, atom, container, shape, slide, streams, text


def read(*slides: bytes, tools: Tools = TOOLS, outline: tuple[bytes, ...] = (), notes: bytes = b"") -> Document:
    return extract(ole(streams(*slides, outline=outline, notes=notes)), tools)


def test_slides_are_read_with_titles_and_listed_bodies() -> None:
    document = read(slide(shape(text(TITLE, "Hello")), shape(text(BODY, "one\rtwo\x0bstill two"), top=900)))
    assert texts(document) == ["Slide 1: Hello", "one", "two\nstill two"]
    assert [one.kind for one in blocks(document)] == [Kind.SLIDE, Kind.LIST, Kind.LIST]
    assert (document.pages[0].width, document.pages[0].height) == (720.0, 540.0)


def test_narrow_text_is_latin_1() -> None:
    narrow = atom(0x0F9F, struct.pack("<I", OTHER)) + atom(0x0FA8, "Grüße".encode("latin-1"))
    assert texts(read(slide(shape(narrow))))[1:] == ["Grüße"]


def test_levels_and_bullets_are_told_by_styles() -> None:
    runs = struct.pack("<IHI", 4, 0, 0) + struct.pack("<IHIH", 5, 2, 0x1, 1) + struct.pack("<IHIH", 6, 0, 0x1, 0)
    styled = text(BODY, "one\rdeep\rplain") + atom(0x0FA1, runs)
    found = blocks(read(slide(shape(styled))))[1:]
    assert [(one.kind, one.text, one.level) for one in found] == [
        (Kind.LIST, "one", 0), (Kind.LIST, "deep", 2), (Kind.PARAGRAPH, "plain", 0),
    ]  # fmt: skip


def numbered(*kinds: tuple[int, int] | None) -> bytes:
    """Write how groups of characters are numbered, each by a kind and what it starts from, or not at all."""
    return b"".join(
        (struct.pack("<IHHh", 0x03000000, 1, *kind) if kind else struct.pack("<IHH", 0x02800000, 0, 0))
        + struct.pack("<III", 0x00100000, 0, 0x02) + b"\7\4"
        for kind in kinds
    )  # fmt: skip


@pytest.mark.parametrize("in_outline", [False, True])
def test_numbers_of_lists_are_those_that_are_shown(*, in_outline: bool) -> None:
    words = "one\rtwo\rbullet\rnew\rfour"
    lengths, groups = (4, 4, 7, 4, 5), (1, 1, 0, 1, 2)
    listed_ = b"".join(struct.pack("<IHIH", length, 0, 0x1, 1) for length in lengths)
    runs = b"".join(struct.pack("<IIH", lengths[place], 0x3C00, group << 10) for place, group in enumerate(groups))
    styled = text(OTHER, words) + atom(0x0FA1, listed_ + runs)
    tags = container(0x1388, container(0x138A, atom(0x138B, atom(0x0FAC, numbered(None, (2, 4), (0x12, 7))))))
    held = container(0xF011, tags)
    shown = container(0xF004, container(0xF00D, atom(0x0F9E, bytes(4)) if in_outline else styled), held)
    found = blocks(read(slide(shown), outline=(styled,) if in_outline else ()))
    assert [one.marker for one in found if one.kind is Kind.LIST] == ["4)", "5)", "•", "4)", "⑦"]


def test_private_characters_become_what_their_font_shows() -> None:
    words = "a\uf0fc \uf061 \uf06e \uf0b0"
    tabs = struct.pack("<IHIH4xH", 5, 0, 0x00110000, 1, 0)  # whose length tells where the characters' runs begin
    paragraphs = tabs + struct.pack("<IHIHH", 5, 0, 0xC0, 9, 9)
    fonts = [
        struct.pack("<IIHHHIH", 2, 0x000F0001, 1, 1, 20, 0xFF, 10),  # bold, in a size, a colour, and raised
        struct.pack("<II", 1, 0),
        struct.pack("<IIHHHH", 2, 0x00E10000, 1, 1, 1, 0),  # its symbols in a font of their own
        struct.pack("<IIH", 2, 0x00010000, 2),
        struct.pack("<IIH", 1, 0x00010000, 9),
    ]
    styled = text(OTHER, words) + atom(0x0FA1, paragraphs + b"".join(fonts))
    show = streams(slide(shape(styled)), fonts=("Symbol", "Wingdings", "Monotype Sorts"))
    assert texts(extract(ole(show), TOOLS))[1:] == ["a✓ \u03b1 ■ \uf0b0"]
    assert texts(read(slide(shape(styled))))[1:] == [words]


def test_a_text_of_the_outline_stands_where_the_slide_refers_to_it() -> None:
    refer = atom(0x0F9E, struct.pack("<I", 1))
    document = read(
        slide(shape(text(OTHER, "above")), shape(refer, top=900)),
        outline=(text(TITLE, "Outlined"), text(BODY, "point")),
    )
    assert texts(document) == ["Slide 1: Outlined", "above", "point"]


def test_shapes_are_read_from_the_top_and_then_from_the_left() -> None:
    tree = (
        shape(text(OTHER, "c"), top=900),
        shape(text(OTHER, "b"), left=500, top=400),
        shape(text(OTHER, "a"), top=430),
    )
    assert texts(read(slide(*tree)))[1:] == ["a", "b", "c"]


def test_a_group_with_a_tables_options_is_a_table() -> None:
    def cell(words: str, left: int, top: int, right: int, bottom: int) -> bytes:
        place = atom(0xF00F, struct.pack("<4i", left, top, right, bottom))
        return container(0xF004, place, container(0xF00D, text(OTHER, words)))

    head = container(0xF004, atom(0xF122, struct.pack("<HI", 0x039F, 1), instance=1))
    group = container(
        0xF003, head, cell("wide", 0, 0, 200, 100), cell("a", 0, 100, 100, 200), cell("b", 100, 100, 200, 200)
    )
    (found,) = [one for one in blocks(read(slide(group))) if one.kind is Kind.TABLE]
    assert rows(found) == [["wide"], ["a", "b"]]
    assert found.cells[0].column_span == 2


def test_members_of_groups_stand_where_their_group_puts_them() -> None:
    def group(coordinates: tuple[int, ...], place: bytes, *members: bytes) -> bytes:
        own = atom(0xF009, struct.pack("<4i", *coordinates))
        return container(0xF003, container(0xF004, own, place), *members)

    def member(words: str, *box: int) -> bytes:
        place = atom(0xF00F, struct.pack("<4i", *box))
        return container(0xF004, place, container(0xF00D, text(OTHER, words)))

    inner = group(
        (0, 0, 10, 10), atom(0xF00F, struct.pack("<4i", 9000, 9000, 9100, 9200)), member("second", 0, 5, 5, 10)
    )
    at = atom(0xF010, struct.pack("<4i", 800, 80, 880, 1600))  # top, left, right, bottom
    outer = group((9000, 9000, 9200, 9400), at, member("third", 9100, 9300, 9200, 9400), inner)
    off = group((0, 0, 100, 100), atom(0xF010, struct.pack("<4i", 9000, 80, 880, 9100)), member("off", 0, 0, 100, 100))
    (page,) = read(slide(outer, off, shape(text(OTHER, "first"), top=700))).pages
    assert [(one.text, one.box) for one in page.blocks[2:]] == [
        ("second", (10.0, 125.0, 35.0, 150.0)),
        ("third", (60.0, 175.0, 110.0, 200.0)),
    ]
    assert [(one.text, one.reason) for one in page.coverage.hidden] == [("off", "off the slide")]


def test_word_art_and_descriptions_are_read() -> None:
    drawn, said = ("Sale\0".encode("utf-16-le"), "A duck\0".encode("utf-16-le"))
    fixed = struct.pack("<HIHI", 0x80C0, len(drawn), 0xC381, len(said))
    document = read(slide(container(0xF004, atom(0xF00B, fixed + drawn + said, instance=2))))
    assert texts(document)[1:] == ["Sale", "A duck"]


def test_a_screenshot_is_read_at_its_place() -> None:
    first, second = (b"\x89PNG\r\n\x1a\n" + name for name in (b"a picture", b"another"))
    held = atom(0xF01E, b"\0" * 17 + first, 0x6E0)
    twice_signed = atom(0xF01D, b"\0" * 33 + second, 0x46B)
    drawing = atom(0xF01B, b"words of Windows", 0x216)
    places = (0, len(held), len(held + twice_signed), 1 << 20)
    entries = [atom(0xF007, struct.pack("<28xI4x", at)) for at in places]
    store = container(0x040B, container(0xF000, container(0xF001, *entries)))

    def shown(number: int, bottom: int = 1600) -> bytes:
        place = atom(0xF010, struct.pack("<4i", 800, 80, 1680, bottom))
        return container(0xF004, place, atom(0xF00B, struct.pack("<HI", 0x4104, number), instance=1))

    seen: list[bytes] = []

    def read_picture(_name: str, data: BinaryIO, _tools: Tools) -> Document:
        data.seek(0)
        seen.append(data.read())
        return Document((Page(1, (Block(Kind.PARAGRAPH, f"picture {len(seen)}"),) * (len(seen) < 3)),))

    pictures = [shown(number) for number in (1, 1, 2, 3, 4, 9)]
    known = streams(slide(*pictures, shown(2, bottom=810)), store=store)
    tools = replace(TOOLS, read=read_picture)
    (page,) = extract(ole({**known, "Pictures": held + twice_signed + drawing}), tools).pages
    assert seen == [first, second]
    assert [(one.text, one.box) for one in page.blocks[1:]] == [
        ("picture 1", (10.0, 100.0, 210.0, 200.0)),
        ("picture 2", (10.0, 100.0, 210.0, 200.0)),
    ]
    assert page.coverage.unread == ((10.0, 100.0, 210.0, 200.0),)


@pytest.mark.parametrize("before", [b"", atom(0x0BDB, b"\1")])
def test_a_masters_footer_is_said_once_and_its_prompts_never(before: bytes) -> None:
    def holder(kind: int, words: str) -> bytes:
        said = container(0xF011, before, atom(0x0BC3, struct.pack("<IBB2x", 0, kind, 0)))
        return container(0xF004, container(0xF00D, text(OTHER, words)), said)

    kinds = ((1, "Click to edit"), (7, "*"), (8, "Page *"), (9, "Kick-off in Prague"), (10, "*"), (10, "words"))
    master = slide(*(holder(kind, words) for kind, words in kinds))
    document = extract(ole(streams(slide(shape(text(OTHER, "words"))), slide(), master=master)), TOOLS)
    assert texts(document) == ["Slide 1", "words", "Slide 2", "On every slide: Kick-off in Prague"]


def test_bytes_that_look_like_a_placeholder_make_none() -> None:
    looks = atom(0xF122, atom(0x0BC3, struct.pack("<IBB2x", 0, 1, 0)))
    master = slide(container(0xF004, looks, container(0xF00D, text(OTHER, "Kick-off in Prague"))))
    document = extract(ole(streams(slide(), master=master)), TOOLS)
    assert texts(document) == ["Slide 1", "On every slide: Kick-off in Prague"]


def test_notes_and_comments_are_read() -> None:
    comment = container(
        0x2EE0, atom(0x0FBA, "Ann".encode("utf-16-le")), atom(0x0FBA, "Shorter!".encode("utf-16-le"), instance=1)
    )
    kept = container(0x1388, container(0x138A, atom(0x0FBA, "___PPT10".encode("utf-16-le")), atom(0x138B, comment)))
    notes = container(0x03F0, container(0x040C, shape(text(2, "Say hello."))))
    for more in (comment, kept):
        document = read(slide(notes=900, more=more), notes=notes)
        assert texts(document, Kind.NOTE) == ["Notes: Say hello.", "Comment by Ann: Shorter!"]


def test_a_hidden_slide_is_left_out_and_counted() -> None:
    document = read(slide(shape(text(OTHER, "never shown")), hidden=True), slide(shape(text(OTHER, "shown"))))
    assert texts(document) == ["Slide 2", "shown"]
    assert document.pages[0].coverage.words_hidden >= 2


def test_headers_and_footers_are_read_once() -> None:
    margin = container(0x0FD9, atom(0x0FBA, "Acme".encode("utf-16-le"), instance=2))
    document = read(slide(more=margin), slide(more=margin))
    assert texts(document, Kind.NOTE) == ["Page footer: Acme"]


def test_an_encrypted_presentation_is_told() -> None:
    with pytest.raises(EncryptedDocument):
        extract(ole(streams(slide(), token=0xF3D1C4DF)), TOOLS)


def test_more_slides_than_the_limit_are_refused() -> None:
    with pytest.raises(LimitReached):
        read(slide(), slide(), tools=limited(pages=1))


def test_groups_are_read_however_deeply_they_nest() -> None:
    tree = shape(text(OTHER, "deep"))
    for _ in range(3000):
        tree = container(0xF003, tree)
    assert texts(read(slide(tree))) == ["Slide 1", "deep"]


@pytest.mark.parametrize("says", ["nothing", "itself"])
def test_of_a_broken_chain_all_edits_are_read_as_they_stand(says: str) -> None:
    some = streams(slide(shape(text(TITLE, "Kept"))))
    stream, user = some["PowerPoint Document"], some["Current User"]
    edit = int.from_bytes(user[16:20], "little")
    last = len(stream) if says == "itself" else edit + 1
    none = len(stream) + 36
    latest = atom(0x0FF5, struct.pack("<IIIIIIHH", 0, 0, last, none, 1, 100, 0, 0)) + atom(0x1772, b"")
    user = user[:16] + struct.pack("<I", last) + user[20:]
    found = extract(ole({"PowerPoint Document": stream + latest, "Current User": user}), TOOLS)
    assert texts(found) == ["Slide 1: Kept"]
    assert found.warnings == ("It does not say in which order it was edited; older words may stand for newer ones.",)


def test_a_presentation_without_any_edit_is_corrupt() -> None:
    some = streams(slide())
    with pytest.raises(CorruptDocument):
        extract(ole({**some, "PowerPoint Document": some["PowerPoint Document"][:-36]}), TOOLS)


SOUND = streams(
    slide(shape(text(TITLE, "Hello")), shape(text(BODY, "a\rb") + atom(0x0FA1, struct.pack("<IHI", 4, 1, 0)))),
    slide(container(0xF003, shape(text(OTHER, "in")))),
    outline=(text(BODY, "x"),),
    notes=container(0x03F0, container(0x040C, shape(text(2, "n")))),
)


@given(damaged(SOUND["PowerPoint Document"]))
@settings(max_examples=200, deadline=None)
def test_damaged_records_give_a_document_or_an_error(stream: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(ole({**SOUND, "PowerPoint Document": stream}), TOOLS), Document)


@given(st.one_of(st.binary(max_size=300), damaged(ole(SOUND).getvalue())))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_a_document_or_an_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(BytesIO(content), TOOLS), Document)


def test_a_show_that_is_kept_for_powerpoint_95_too_is_read_as_later_ones_have_it() -> None:
    kept = streams(slide(shape(text(OTHER, "shown"))))
    older = {"PowerPoint Document": b"of PowerPoint 95", "Current User": bytes(40)}
    assert "shown" in texts(extract(ole({**older, "PP97_DUALSTORAGE": kept}), TOOLS))
