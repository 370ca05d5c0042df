"""Scans and screenshots inside Office files are read where they stand, and what nothing was read in is noted."""

import base64
import gc
import struct
from collections.abc import Sequence
from io import BytesIO
from weakref import ref

import pytest
from PIL import Image

from extraction.tools import nesting
from moonshelf.errors import LimitReached, UnsupportedFormat
from moonshelf.extraction import nested
from moonshelf.extraction.document import Document, Kind, Origin, Page
from moonshelf.extraction.format import Format
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.opendocument import packages as opendocument
from moonshelf.extraction.office.pictures import Pictures
from moonshelf.extraction.office.rich_text import documents as rich_text
from moonshelf.extraction.office.sheets import workbooks as sheets_reader
from moonshelf.extraction.office.slides import presentations as slides
from moonshelf.extraction.office.word import binary
from moonshelf.extraction.office.word import documents as word
from moonshelf.extraction.pages.images import IMAGE
from moonshelf.extraction.tools import Limits, Line, Raster, Tools
from samples.compound_files import ole
from samples.office.opendocument import parts
from samples.office.slides_binary import atom, container
from samples.office.word_binary import streams, styled
from samples.packages import SPACES, archive, relations


def test_a_file_that_a_picture_stands_for_is_looked_at_once_however_often_it_is_shown() -> None:
    looked: list[str] = []

    def glance(name: str) -> bytes:
        looked.append(name)
        if name == "large":
            raise LimitReached("too much")
        return b"Apples"

    pictures = Pictures(lambda _name: None, nesting(), glance=glance)
    assert [pictures.reads(name) for name in ("a", "a", "large", "large")] == [True, True, False, False]
    assert looked == ["a", "large"]


def test_what_a_withheld_sheet_shows_is_forgotten_and_nothing_before_it() -> None:
    pictures = Pictures({"blank": _png(), "scan": _png(1)}.get, _tools())
    page = Page(1)
    assert list(pictures.shown("blank")) == []
    pictures.end(withheld=False)
    assert list(pictures.shown("scan")) == []
    pictures.end(withheld=True)
    assert len(pictures.covered(page).coverage.unread) == 1
    assert list(pictures.shown("scan")) == []  # again, as nobody saw it
    assert len(pictures.covered(page).coverage.unread) == 1


def test_what_pictures_were_read_of_is_let_go_at_once() -> None:
    pictures = Pictures({"a": _png()}.get, _tools(("Seen", 0.99)))
    assert [block.text for block in pictures.shown("a")] == ["Seen"]
    left = ref(pictures)
    gc.disable()
    try:
        del pictures
        assert left() is None
    finally:
        gc.enable()


def _find(media_type: str) -> Format:
    if media_type not in IMAGE.media_types.values():
        raise UnsupportedFormat(media_type=media_type)
    return IMAGE


def _tools(*lines: tuple[str, float]) -> Tools:
    def recognise(_raster: Raster) -> Sequence[Line]:
        return [Line(text, (20, 20 + 30 * row, 300, 40 + 30 * row), sure) for row, (text, sure) in enumerate(lines)]

    return Tools(recognise, read=nested.reader(_find, Limits()))


def _png(shade: int = 255) -> bytes:
    picture, out = Image.new("RGB", (400, 200), (shade, 255, 255)), BytesIO()
    picture.paste("black", (20, 20, 300, 40))
    picture.save(out, "PNG")
    return out.getvalue()


def _drawing(name: str, width: int = 300, height: int = 150) -> str:
    """Write a picture of a size in points."""
    extent = f'<wp:extent cx="{width * 12700}" cy="{height * 12700}"/>'
    blip = f'<a:graphic><a:blip r:embed="{name}"/></a:graphic>'
    return f"<w:p><w:r><w:drawing><wp:inline>{extent}{blip}</wp:inline></w:drawing></w:r></w:p>"


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _word(body: str, tools: Tools, pictures: int = 1, content: bytes | None = None) -> Document:
    targets = [(f"p{n}", "image", f"media/image{n}.png") for n in range(pictures)]
    packed: dict[str, str | bytes] = {
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(*targets),
        **{f"word/media/image{n}.png": content or _png(n) for n in range(pictures)},
    }
    return word.extract(archive(packed), tools)


def test_a_scan_pasted_into_a_document_is_read_where_it_stands() -> None:
    body = _paragraph("Before.") + _drawing("p0") + _paragraph("After.") + _drawing("p0")
    document = _word(body, _tools(("An invoice, scanned", 0.97)))
    assert to_markdown(document) == "Before.\n\nAn invoice, scanned\n\nAfter."
    (page,) = document.pages
    assert [block.origin for block in page.blocks] == [Origin.TEXT, Origin.OCR, Origin.TEXT]
    assert (page.coverage.origin, page.coverage.words_emitted) == (Origin.BOTH, 5)


@pytest.mark.parametrize("content", [None, b"not a picture"], ids=["texture", "damaged"])
def test_a_picture_without_sure_words_is_ink_unread(content: bytes | None) -> None:
    document = _word(_paragraph("Text.") + _drawing("p0"), _tools(("lll", 0.7), ("I", 0.99)), content=content)
    assert to_markdown(document) == "Text."
    coverage = document.pages[0].coverage
    assert (coverage.origin, coverage.unread) == (Origin.TEXT, ((0, 0, 0, 0),))


def test_a_damaged_picture_is_no_text() -> None:
    tools = nesting()
    document = _word(_paragraph("Text.") + _drawing("p0"), tools, content=b"not a picture")
    assert to_markdown(document) == "Text."


def test_ornaments_are_not_looked_at() -> None:
    document = _word(_paragraph("Text.") + _drawing("p0", 60, 60), _tools(("Logo", 0.99)))
    assert to_markdown(document) == "Text."
    assert not document.pages[0].coverage.unread


def test_pictures_beyond_the_bound_are_told() -> None:
    body = "".join(_drawing(f"p{n}") for n in range(22))
    document = _word(body, _tools(("word", 0.99)), pictures=22)
    assert len(document.pages[0].blocks) == 20
    assert to_markdown(document).endswith("> 2 pictures beyond the first 20 were not looked at.")


def test_a_recogniser_that_gives_up_is_told() -> None:
    def give_up(_raster: Raster) -> Sequence[Line]:
        raise LimitReached("a picture in it took too long")

    document = _word(_paragraph("Text.") + _drawing("p0"), Tools(give_up, read=nested.reader(_find, Limits())))
    assert "> A picture was not read:" in to_markdown(document)
    assert "took too long" in to_markdown(document)


def test_a_screenshot_on_a_slide_is_read_at_its_place() -> None:
    place = '<a:off x="127000" y="254000"/><a:ext cx="2540000" cy="1270000"/>'
    picture = f'<p:pic><p:blipFill><a:blip r:embed="p0"/></p:blipFill><p:spPr><a:xfrm>{place}</a:xfrm></p:spPr></p:pic>'
    tree = f"<p:sld {SPACES}><p:cSld><p:spTree>{picture}</p:spTree></p:cSld></p:sld>"
    shown = '<p:sldIdLst><p:sldId r:id="s"/></p:sldIdLst>'
    packed: dict[str, str | bytes] = {
        "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {SPACES}>{shown}</p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(("s", "slide", "slides/slide1.xml")),
        "ppt/slides/slide1.xml": tree,
        "ppt/slides/_rels/slide1.xml.rels": relations(("p0", "image", "../media/image.png")),
        "ppt/media/image.png": _png(),
    }
    (page,) = slides.extract(archive(packed), _tools(("Quarterly figures", 0.97))).pages
    (_, block) = page.blocks
    assert (block.text, block.kind, block.box) == ("Quarterly figures", Kind.PARAGRAPH, (10, 20, 210, 120))
    assert page.coverage.origin is Origin.BOTH


def _frame(width: str = "15cm", inside: str = "") -> str:
    image = '<draw:image xlink:href="Pictures/p.png"/>'
    return f'<draw:frame svg:width="{width}" svg:height="4cm">{inside}{image}</draw:frame>'


def _opened(kind: str, body: str) -> Document:
    packed: dict[str, str | bytes] = {**parts(body, kind), "Pictures/p.png": _png()}
    return opendocument.extract(archive(packed), _tools(("An invoice, scanned", 0.97)))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text", f"<text:p>Before.</text:p><text:p>{_frame()}{_frame()}</text:p>"),
        ("spreadsheet", f'<table:table table:name="S"><table:shapes>{_frame()}</table:shapes></table:table>'),
        ("presentation", f"<draw:page>{_frame()}</draw:page>"),
    ],
)
def test_a_scan_in_a_document_of_libreoffice_is_read_once(kind: str, body: str) -> None:
    document = _opened(kind, body)
    assert to_markdown(document).count("An invoice, scanned") == 1
    assert document.pages[0].coverage.origin is Origin.BOTH


@pytest.mark.parametrize(
    "frame", [_frame("1cm"), _frame(inside="<draw:object/>")], ids=["an ornament", "an object's likeness"]
)
def test_frames_without_a_picture_for_readers_are_not_looked_at(frame: str) -> None:
    assert to_markdown(_opened("text", f"<text:p>Text.{frame}</text:p>")) == "Text."


@pytest.mark.parametrize("hidden", [False, True])
def test_a_screenshot_over_cells_is_read(hidden: bool) -> None:  # noqa: FBT001 - a parameter of the test
    space = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    extent = '<xdr:spPr><a:xfrm><a:ext cx="2540000" cy="1270000"/></a:xfrm></xdr:spPr>'
    picture = f'<xdr:pic><xdr:blipFill><a:blip r:embed="p0"/></xdr:blipFill>{extent}</xdr:pic>'
    state = "hidden" if hidden else "visible"
    listed = f'<sheets><sheet name="T" r:id="t"/><sheet name="S" r:id="s" state="{state}"/></sheets>'
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = f"<worksheet {main}/>"
    drawing = f'<xdr:wsDr {SPACES} xmlns:xdr="{space}"><xdr:twoCellAnchor>{picture}</xdr:twoCellAnchor></xdr:wsDr>'
    packed: dict[str, str | bytes] = {
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook {main} {SPACES}>{listed}</workbook>",
        "xl/_rels/workbook.xml.rels": relations(("s", "worksheet", "s.xml"), ("t", "worksheet", "t.xml")),
        "xl/s.xml": sheet,
        "xl/t.xml": sheet,
        "xl/_rels/s.xml.rels": relations(("d", "drawing", "d.xml")),
        "xl/d.xml": drawing,
        "xl/_rels/d.xml.rels": relations(("p0", "image", "media/image.png")),
        "xl/media/image.png": _png(),
    }
    document = sheets_reader.extract(archive(packed), _tools(("Quarterly figures", 0.97)))
    assert ("Quarterly figures" in to_markdown(document)) is not hidden
    assert document.pages[-1].coverage.words_hidden == (2 if hidden else 0)
    assert document.pages[-1].coverage.origin is (Origin.TEXT if hidden else Origin.BOTH)


def test_a_scan_in_a_document_that_is_one_xml_file_is_read() -> None:
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
        for prefix, space in {"office": "office", "text": "text", "draw": "drawing", "svg": "svg-compatible"}.items()
    )
    pictures = (base64.encodebytes(_png()).decode(), "no picture")
    frames = "".join(
        '<draw:frame svg:width="15cm" svg:height="4cm">'
        f"<draw:image><office:binary-data>{one}</office:binary-data></draw:image></draw:frame>"
        for one in pictures
    )
    body = f"<office:body><office:text><text:p>Before.{frames}</text:p></office:text></office:body>"
    flat = f"<office:document {spaces}>{body}</office:document>".encode()
    document = opendocument.extract_flat(BytesIO(flat), _tools(("An invoice, scanned", 0.97)))
    assert to_markdown(document) == "Before.\n\nAn invoice, scanned"
    assert len(document.pages[0].coverage.unread) == 1


_DIGITS = _png().hex()
_BYTES = _png().decode("latin-1")
_SIZE = r"\picwgoal6000\pichgoal3000 "


@pytest.mark.parametrize(
    ("picture", "read"),
    [
        (
            rf"{{\*\shppict{{\pict{_SIZE}\pngblip{{\*\blipuid aa}}{_DIGITS}}}}}{{\nonshppict{{\pict\wmetafile8 aa}}}}",
            True,
        ),
        (rf"{{\pict{_SIZE}\pngblip\bin{len(_BYTES)} {_BYTES}}}", True),
        (rf"{{\shp{{\*\shpinst{{\sp{{\sn pib}}{{\sv{{\pict{_SIZE}\pngblip {_DIGITS}}}}}}}}}}}", True),
        (rf"{{\pict\picwgoal600\pichgoal600\pngblip {_DIGITS}}}", False),
        (rf"{{\pict\picwgoal6000\pichgoal6000\picscalex10\picscaley10\pngblip {_DIGITS}}}", False),
        (rf"{{\v{{\pict{_SIZE}\pngblip {_DIGITS}}}}}", False),
    ],
    ids=["digits", "bytes", "of a shape", "an ornament", "shown small", "hidden"],
)
def test_a_scan_in_rich_text_is_read_where_it_stands(picture: str, read: bool) -> None:  # noqa: FBT001 - a parameter of the test
    body = rf"{{\rtf1 Before.{picture}{picture}\par After.\par}}".encode("latin-1")
    document = rich_text.extract(BytesIO(body), _tools(("An invoice, scanned", 0.97)))
    assert to_markdown(document) == "Before.\n\n" + "An invoice, scanned\n\n" * read + "After."
    assert document.pages[0].coverage.origin is (Origin.BOTH if read else Origin.TEXT)


def test_a_picture_in_the_words_of_a_system_is_ink_unread() -> None:
    body = rb"{\rtf1 Text.{\pict\picwgoal6000\pichgoal3000\wmetafile8 0100}\par}"
    document = rich_text.extract(BytesIO(body), _tools(("lll", 0.99)))
    assert to_markdown(document) == "Text."
    assert len(document.pages[0].coverage.unread) == 1


def _worded(code: int, words: str) -> bytes:
    """Write the properties of a shape: the first picture of the store, and *words* of its own."""
    content = words.encode("utf-16-le")
    return atom(0xF00B, struct.pack("<HIHI", 0x4104, 1, 0x8000 | code, len(content)) + content, 2)


def _word_97(
    drawing: str, *, size: tuple[int, int] = (6000, 3000), shape: bytes = b"", art: bytes = b"", said: bytes = b""
) -> Document:
    """Read a document with a picture at *drawing*, among the words or floating over them."""
    blip = atom(0xF01E, b"\0" * 17 + _png(), 0x6E0)
    entry = atom(0xF007, b"\0" * 36 + blip)
    among = struct.pack("<IHH20x4H32x", 0, 68, 0x64, *size, 1000, 1000) + container(0xF004, said) + entry
    anchors = struct.pack("<3i", 7, 0, 0)[:8] + struct.pack("<i4i6x", 77, 0, 0, *size)
    known = streams(
        [(f"Before.{drawing}\r", styled(0)), ("After.\r", styled(0))],
        runs=[("\x01", struct.pack("<HI", 0x6A03, 0))] if drawing == "\x01" else (),
        tables={40: anchors, 50: container(0xF000, container(0xF001, art)) + b"\0" + container(0xF002, shape)},
    )
    data = struct.pack("<I", len(among)) + among[4:]
    main = known["WordDocument"].ljust(8192, b"\0") + blip
    return binary.extract(ole({**known, "WordDocument": main, "Data": data}), _tools(("An invoice, scanned", 0.97)))


def test_a_scan_among_the_words_of_an_old_document_is_read() -> None:
    assert to_markdown(_word_97("\x01")) == "Before.\n\nAn invoice, scanned\n\nAfter."
    assert to_markdown(_word_97("\x01", size=(600, 600))) == "Before.\n\nAfter."


def test_what_floats_over_the_words_of_an_old_document_is_read() -> None:
    options = _worded(0x00C0, "Drawn")
    shape = container(0xF003, container(0xF004, atom(0xF00A, struct.pack("<II", 77, 0)), options))
    store = atom(0xF007, struct.pack("<28xI4x", 8192))
    assert to_markdown(_word_97("\x08", shape=shape, art=store)) == "Before.\n\nDrawn\n\nAn invoice, scanned\n\nAfter."


def test_what_the_author_of_an_old_document_says_of_a_picture_is_read() -> None:
    described = _word_97("\x01", size=(600, 600), said=_worded(0x0381, "A lion, asleep"))
    assert to_markdown(described) == "Before.\n\nA lion, asleep\n\nAfter."
