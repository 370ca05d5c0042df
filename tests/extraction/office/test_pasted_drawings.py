"""Charts, diagrams and tables that were pasted as drawings of Windows are read where they stand, and nothing twice."""

import struct
import zlib
from io import BytesIO

import pytest

from extraction.tools import nesting
from moonshelf.extraction.document import Document, Origin
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.opendocument import packages as opendocument
from moonshelf.extraction.office.rich_text import documents as rich_text
from moonshelf.extraction.office.sheets import binary as old_sheets
from moonshelf.extraction.office.sheets import workbooks as sheets
from moonshelf.extraction.office.slides import binary as old_slides
from moonshelf.extraction.office.slides import presentations as slides
from moonshelf.extraction.office.word import binary as old_word
from moonshelf.extraction.office.word import documents as word
from samples.compound_files import Tree, ole, write
from samples.office.metafiles import emf, emf_font, emf_text, wmf, wmf_text
from samples.office.opendocument import parts as opened
from samples.office.sheets_binary import label, record, workbook
from samples.office.slides_binary import atom, container
from samples.office.slides_binary import streams as show
from samples.office.word_binary import streams, styled
from samples.packages import SPACES, archive, relations

_DRAWN = emf(emf_font(-20), emf_text("Modem", 20, 40), emf_text("Router", 20, 90))
_READ = "Modem\n\nRouter"
_STORED = write({"WordDocument": b"damaged", "1Table": b""})
_EQUATION = write({"Equation Native": b"x"})


def _lines(document: Document) -> list[str]:
    return [line for line in to_markdown(document).split("\n") if line and not line.startswith(">")]


def _word(body: str, held: bytes = b"") -> Document:
    packed: dict[str, str | bytes] = {
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {SPACES} {_VML}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(
            ("p", "image", "media/image1.emf"), ("o", "oleObject", "embeddings/o.bin"), ("c", "control", "c.xml")
        ),
        "word/media/image1.emf": _DRAWN,
        "word/embeddings/o.bin": held,
    }
    return word.extract(archive(packed), nesting())


_VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
_LIKENESS = '<v:shape><v:imagedata r:id="p"/></v:shape>'


def _object(inside: str) -> str:
    return f"<w:p><w:r><w:t>Before.</w:t></w:r><w:r><w:object>{_LIKENESS}{inside}</w:object></w:r></w:p>"


def test_a_drawing_in_a_document_is_read_where_it_stands() -> None:
    document = _word(_object(""))
    assert _lines(document) == ["Before.", "Modem", "Router"]
    coverage = document.pages[0].coverage
    assert (coverage.origin, coverage.unread, coverage.words_emitted) == (Origin.TEXT, (), 3)


@pytest.mark.parametrize(
    ("inside", "held"),
    [('<o:OLEObject Type="Embed" r:id="o"/>', _STORED), ('<w:control r:id="c"/>', b"")],
    ids=["file", "control"],
)
def test_the_likeness_of_what_is_read_itself_is_left_out(inside: str, held: bytes) -> None:
    assert "Modem" not in _lines(_word(_object(inside), held))


@pytest.mark.parametrize("held", [_EQUATION, b""], ids=["of another program", "missing"])
def test_the_likeness_of_what_nobody_can_read_is_read(held: bytes) -> None:
    assert "Modem" in _lines(_word(_object('<o:OLEObject Type="Embed" r:id="o"/>'), held))


@pytest.mark.parametrize(("held", "seen"), [(_EQUATION, True), (_STORED, False)])
def test_the_likeness_of_an_object_on_a_slide_is_read_if_the_object_is_not(held: bytes, seen: bool) -> None:  # noqa: FBT001 - a parameter of the test
    place = '<a:off x="127000" y="254000"/><a:ext cx="2540000" cy="1270000"/>'
    picture = f'<p:pic><p:blipFill><a:blip r:embed="p"/></p:blipFill><p:spPr><a:xfrm>{place}</a:xfrm></p:spPr></p:pic>'
    data = f'<a:graphic><a:graphicData><p:oleObj r:id="o">{picture}</p:oleObj></a:graphicData></a:graphic>'
    shown = '<p:sldIdLst><p:sldId r:id="s"/></p:sldIdLst>'
    frame = f"<p:graphicFrame><p:xfrm>{place}</p:xfrm>{data}</p:graphicFrame>"
    packed: dict[str, str | bytes] = {
        "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {SPACES}>{shown}</p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(("s", "slide", "slide1.xml")),
        "ppt/slide1.xml": f"<p:sld {SPACES}><p:cSld><p:spTree>{frame}</p:spTree></p:cSld></p:sld>",
        "ppt/_rels/slide1.xml.rels": relations(("p", "image", "p.emf"), ("o", "oleObject", "o.bin")),
        "ppt/p.emf": _DRAWN,
        "ppt/o.bin": held,
    }
    assert ("Modem" in _lines(slides.extract(archive(packed), nesting()))) is seen


@pytest.mark.parametrize("camera", [True, False])
def test_pictures_of_cells_are_left_out(camera: bool) -> None:  # noqa: FBT001 - a parameter of the test
    space = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    taken = '<a14:cameraTool xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" cellRange="A1"/>'
    picture = f'<xdr:pic>{taken * camera}<xdr:blipFill><a:blip r:embed="p"/></xdr:blipFill></xdr:pic>'
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    packed: dict[str, str | bytes] = {
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook {main} {SPACES}><sheets><sheet name="S" r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("s", "worksheet", "s.xml")),
        "xl/s.xml": f"<worksheet {main}/>",
        "xl/_rels/s.xml.rels": relations(("d", "drawing", "d.xml")),
        "xl/d.xml": f'<xdr:wsDr {SPACES} xmlns:xdr="{space}">{picture}</xdr:wsDr>',
        "xl/_rels/d.xml.rels": relations(("p", "image", "p.emf")),
        "xl/p.emf": _DRAWN,
    }
    assert ("Modem" in _lines(sheets.extract(archive(packed), nesting()))) is not camera


@pytest.mark.parametrize(("held", "seen"), [(_EQUATION, True), (_STORED, False)])
def test_the_likeness_of_an_object_in_opendocument_is_read_if_the_object_is_not(held: bytes, seen: bool) -> None:  # noqa: FBT001 - a parameter of the test
    image = '<draw:image xlink:href="./ObjectReplacements/o"/>'
    frame = f'<draw:frame svg:width="9cm" svg:height="4cm"><draw:object-ole xlink:href="./o"/>{image}</draw:frame>'
    packed: dict[str, str | bytes] = {**opened(f"<text:p>x{frame}</text:p>"), "o": held, "ObjectReplacements/o": _DRAWN}
    assert ("Modem" in _lines(opendocument.extract(archive(packed), nesting()))) is seen


@pytest.mark.parametrize(("native", "seen"), [(_EQUATION, True), (_STORED, False)])
def test_the_likeness_of_an_object_in_rich_text_is_read_if_the_object_is_not(native: bytes, seen: bool) -> None:  # noqa: FBT001 - a parameter of the test
    data = struct.pack("<IIIxxxxxxxxI", 0x501, 2, 0, len(native)) + native
    likeness = rf"{{\pict\picwgoal6000\pichgoal3000\emfblip {_DRAWN.hex()}}}"
    held = rf"{{\object\objemb{{\*\objdata {data.hex()}}}{{\result {{\b {likeness}}}}}}}"
    for after in ("", likeness.replace(_DRAWN.hex(), wmf(wmf_text(b"Later", 9, 9)).hex())):
        lines = _lines(rich_text.extract(BytesIO(rf"{{\rtf1 Before.{held}{after}\par}}".encode()), nesting()))
        assert ("Modem" in lines, "Later" in lines) == (seen, bool(after))


def _blip(kind: int, instance: int, content: bytes, *, packed: bool = True) -> bytes:
    """Write a drawing as old Office holds it."""
    stored = zlib.compress(content) if packed else content
    head = struct.pack("<I4i2iIBB", len(content), 0, 0, 400, 200, 0, 0, len(stored), 0 if packed else 0xFE, 0xFE)
    return atom(kind, bytes(16) + head + stored, instance)


_EMF = _blip(0xF01A, 0x3D4, _DRAWN)


@pytest.mark.parametrize(
    ("blip", "read"),
    [
        (_EMF, ["Modem", "Router"]),
        (_blip(0xF01A, 0x3D4, _DRAWN, packed=False), ["Modem", "Router"]),
        (_blip(0xF01B, 0x216, wmf(wmf_text(b"Modem", 9, 9))), ["Modem"]),
        (atom(0xF01A, bytes(50) + b"damaged", 0x3D4), []),
        (atom(0xF01A, bytes(20), 0x3D4), []),
        (_blip(0xF01C, 0x542, _DRAWN), []),
    ],
    ids=["packed", "as it is", "of Windows 3", "damaged", "cut", "of the Macintosh"],
)
def test_a_drawing_in_an_old_document_is_read(blip: bytes, read: list[str]) -> None:
    assert _lines(_word_97("\x01", blip)) == ["Before.", *read, "After."]


@pytest.mark.parametrize(
    ("program", "seen"),
    [
        ("Excel.Sheet.8", False),
        ("LibreOffice.ChartDocument.1", False),
        ("Word.Picture.8", True),
        ("Visio.Drawing", True),
    ],
)
def test_the_likeness_of_a_file_in_an_old_document_is_left_out(program: str, seen: bool) -> None:  # noqa: FBT001 - a parameter of the test
    drawn = f"\x13 EMBED {program} \x14\x01\x15"
    assert ("Modem" in _lines(_word_97(drawn, _EMF, {"ObjectPool": {"_1": {"WordDocument": b"damaged"}}}))) is seen
    assert "Modem" in _lines(_word_97(drawn, _EMF))  # whose file was taken out


def test_a_drawing_whose_run_begins_before_it_is_read() -> None:
    assert "Modem" in _lines(_word_97("\x01", _EMF, run="Before.\x01"))


def _word_97(drawing: str, blip: bytes, held: Tree | None = None, *, run: str = "\x01") -> Document:
    entry = atom(0xF007, b"\0" * 36 + blip)
    among = struct.pack("<IHH20x4H32x", 0, 68, 0x64, 6000, 3000, 1000, 1000) + container(0xF004) + entry
    known = streams(
        [(f"Before.{drawing}\r", styled(0)), ("After.\r", styled(0))], runs=[(run, struct.pack("<HI", 0x6A03, 0))]
    )
    data = struct.pack("<I", len(among)) + among[4:]
    return old_word.extract(ole({**known, "Data": data, **(held or {})}), nesting())


@pytest.mark.parametrize(("held", "seen"), [(b"", True), (_EQUATION, True), (_STORED, False)])
def test_the_likeness_of_an_object_on_an_old_slide_is_read_if_the_object_is_not(held: bytes, seen: bool) -> None:  # noqa: FBT001 - a parameter of the test
    stored = atom(0x1011, held)
    about = container(
        0x0409, container(0x0FCC, atom(0x0FC3, struct.pack("<6I", 1, 0, 7, 0, 99, 0)).replace(b"\0", b"\1", 1))
    )
    store = container(0x040B, container(0xF000, container(0xF001, atom(0xF007, bytes(36))))) + about
    options = atom(0xF00B, struct.pack("<HI", 0x4104, 1), 1)
    place = atom(0xF010, struct.pack("<4h", 100, 100, 3000, 2000))
    reference = container(0xF011, atom(0x0BC1, struct.pack("<I", 7)))
    slide = container(
        0x03EE,
        atom(0x03EF, bytes(24)),
        container(0x040C, container(0xF002, container(0xF003, container(0xF004, options, place, reference)))),
    )
    known = {**show(slide, notes=stored, store=store), "Pictures": _EMF}
    assert ("Modem" in _lines(old_slides.extract(ole(known), nesting()))) is seen


@pytest.mark.parametrize(
    "picture",
    [rf"\emfblip {_DRAWN.hex()}", rf"\wmetafile8 {wmf(wmf_text(b'Modem', 9, 9), wmf_text(b'Router', 9, 90)).hex()}"],
)
def test_a_drawing_in_rich_text_is_read(picture: str) -> None:
    body = rf"{{\rtf1 Before.{{\pict\picwgoal6000\pichgoal3000 {picture}}}\par After.\par}}".encode()
    found = rich_text.extract(BytesIO(body), nesting())
    lines = _lines(found)
    assert (lines[0], lines[1][:5], lines[-1]) == ("Before.", "Modem", "After.")


def _xls(blip: bytes, *, rows: int = 12, parts: bytes = b"") -> Document:
    """Read a workbook with a picture over the cells of its one sheet that has any."""
    store = container(0xF000, container(0xF001, atom(0xF007, bytes(36) + blip)))
    options = atom(0xF00B, struct.pack("<HI", 0x4104, 1), 1)
    anchor = atom(0xF010, struct.pack("<H8H", 0, 1, 0, 2, 0, 9, 0, 2 + rows, 0))
    shape = container(0xF002, container(0xF003, container(0xF004, options, anchor)))
    about = struct.pack("<5H12x", 0x15, 18, 8, 1, 0)
    drawn = record(0xEC, shape[:30]) + record(0x3C, shape[30:]) + record(0x5D, about, parts, bytes(4))
    group = record(0xEB, store[:40]) + record(0xEB, store[40:60]) + record(0x3C, store[60:])
    known = workbook(label(0, 0, "Before.") + drawn, more=group)
    return old_sheets.extract(ole(known), nesting())


def test_a_drawing_over_the_cells_of_an_old_workbook_is_read() -> None:
    document = _xls(_EMF)
    assert _lines(document) == ["## One", "Before.", "Modem", "Router", "## Two", "two words"]
    assert not document.pages[0].coverage.unread


def test_ornaments_and_what_stands_for_files_in_old_workbooks_are_left_out() -> None:
    stands = struct.pack("<3H", 8, 2, 1) + struct.pack("<2HH4xI", 9, 10, 4, 0)
    assert "Modem" not in _lines(_xls(_EMF, rows=1))
    assert "Modem" not in _lines(_xls(_EMF, parts=stands))
