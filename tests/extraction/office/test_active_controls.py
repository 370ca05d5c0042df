"""ActiveX controls in documents, sheets and slides."""

import struct
import uuid
from collections.abc import Mapping
from io import BytesIO

import pytest

from extraction.blocks import texts
from extraction.tools import TOOLS
from moonshelf.extraction.office.active_controls import control
from moonshelf.extraction.office.openxml import Package
from moonshelf.extraction.office.sheets import binary, workbooks
from moonshelf.extraction.office.slides import presentations
from moonshelf.extraction.office.word import documents
from samples.compound_files import ole, write
from samples.office import sheets, sheets_binary, slides, word
from samples.packages import archive, relations

_SPACES = (
    'xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_BUTTON, _LABEL, _MORPHING = "D7053240", "978C9E23", "8BD21D40"
_BINARY = relations(("b", "activeXControlBinary", "activeX1.bin"))


def ocx(kind: str, properties: str = "") -> str:
    return f'<ax:ocx {_SPACES} ax:classid="{{{kind}-0-0-0-0}}" r:id="b">{properties}</ax:ocx>'


def text(words: str, *, wide: bool) -> tuple[int, bytes]:
    """Return how a control states the length of a text, and the text, up to where the next one may begin."""
    content = words.encode("utf-16-le" if wide else "latin-1")
    return len(content) | (0 if wide else 1 << 31), content + bytes(-len(content) % 4)


def button(words: str, *, wide: bool = False) -> bytes:
    """Write a button with a colour, a caption, a pointer and a size."""
    length, content = text(words, wide=wide)
    return struct.pack("<HHIIIBxxx", 0x0200, 0, 0b1101001, 0x12, length, 3) + content + bytes(8)


def box(words: str, value: str, style: int) -> bytes:
    """Write what is a box, a field or a button by its style."""
    (value_length, valued), (length, content) = text(value, wide=False), text(words, wide=True)
    mask = 1 << 6 | 1 << 8 | 1 << 22 | 1 << 23
    return struct.pack("<HHQBxxxII8x", 0x0200, 0, mask, style, value_length, length) + valued + content


def shown(part: str, kept: bytes = b"") -> str:
    held: dict[str, str | bytes] = {"w/activeX1.xml": part, "w/_rels/activeX1.xml.rels": _BINARY}
    held["w/activeX1.bin"] = kept
    return control(Package(archive(held), TOOLS.limits), "w/activeX1.xml")


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        (_BUTTON, button("Send"), "Send"),
        (_LABEL, button("Größe", wide=True), "Größe"),
        (_MORPHING, box("Agreed", "1", 4), "☒ Agreed"),
        (_MORPHING, box("Later", "0", 5), "☐ Later"),
        (_MORPHING, box("Bold", "1", 6), "Bold"),
        (_MORPHING, box("", "typed in", 1), "typed in"),
        (_MORPHING, box("", "1", 4), ""),
        ("5512D110", button("Unknown"), ""),
    ],
)
def test_what_a_control_shows(kind: str, content: bytes, said: str) -> None:
    assert shown(ocx(kind), bytes(16) + content) == said
    assert shown(ocx(kind), write({"contents": content})) == said


def test_a_control_may_state_its_properties_in_words() -> None:
    said = '<ax:ocxPr ax:name="DisplayStyle" ax:value="4"/><ax:ocxPr ax:name="Caption" ax:value="Yes"/>'
    assert shown(ocx(_MORPHING, said)) == "☐ Yes"


@pytest.mark.parametrize("kept", [b"", bytes(16), bytes(16) + b"\xff" * 40, write({"other": b"x"})])
def test_a_broken_control_shows_what_is_left_of_it(kept: bytes) -> None:
    assert isinstance(shown(ocx(_MORPHING), kept), str)
    assert shown(ocx(_BUTTON), b"") == ""


def test_controls_of_documents_slides_and_sheets_are_read() -> None:
    found = relations(("x", "control", "../activeX1.xml"))
    held: dict[str, str | bytes] = {
        "activeX1.xml": ocx(_BUTTON),
        "_rels/activeX1.xml.rels": _BINARY,
        "activeX1.bin": bytes(16) + button("Press"),
    }

    def within(folder: str, parts: Mapping[str, str | bytes]) -> BytesIO:
        placed = {f"{folder}/{name}": content for name, content in held.items()}
        return archive({**parts, **placed})

    body = '<w:p><w:r><w:object><w:control r:id="x"/></w:object></w:r></w:p>'
    document = {**word.parts(body), "word/_rels/document.xml.rels": relations(("x", "control", "activeX1.xml"))}
    assert "Press" in texts(documents.extract(within("word", document), TOOLS))
    show = {**slides.parts(slides.slide("")), "ppt/slides/_rels/slide1.xml.rels": found}
    assert "Press" in texts(presentations.extract(within("ppt", show), TOOLS))
    book = {**sheets.parts(""), "xl/worksheets/_rels/sheet1.xml.rels": found}
    assert "Press" in texts(workbooks.extract(within("xl", book), TOOLS))


def _kept(kind: str, content: bytes) -> bytes:
    return uuid.UUID(f"{kind}-CE69-11CD-A777-00DD01143C57").bytes_le + content


def _drawn(at: int, length: int, *, flags: int = 0x31, kind: int = 8) -> bytes:
    """Write what a sheet says of a picture that it draws of a control."""
    formula = struct.pack("<H4xII", 4, at, length)
    about = struct.pack("<5H12x", 0x15, 18, kind, 1, 0)
    parts = struct.pack("<3H", 8, 2, flags) + struct.pack("<2H", 9, len(formula)) + formula
    return sheets_binary.record(0x5D, about, parts, bytes(4))


_SEND, _RESET = _kept(_BUTTON, button("Send")), _kept(_BUTTON, button("Reset"))


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (_drawn(len(_SEND), len(_RESET)) + _drawn(0, len(_SEND)), ["Reset", "Send"]),
        (_drawn(0, len(_SEND), flags=0x01), []),
        (_drawn(0, len(_SEND), kind=5), []),
        (_drawn(1, 40) + _drawn(90_000, 40), []),
        (_drawn(0, 40)[:-20], []),
    ],
    ids=["in the order of the sheet", "a picture", "a chart", "elsewhere", "cut"],
)
def test_controls_of_old_workbooks_are_read_from_their_own_stream(drawn: bytes, said: list[str]) -> None:
    known = {**sheets_binary.workbook(drawn), "Ctls": _SEND + _RESET}
    assert texts(binary.extract(ole(known), TOOLS))[1:-2] == said
    assert texts(binary.extract(ole(sheets_binary.workbook(drawn)), TOOLS))[1:-2] == []
