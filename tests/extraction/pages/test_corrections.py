"""What fonts say wrongly is put right: of ligatures, of letters in formulas, of codes they name, of their height."""

import re
import time
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO

import pytest

from moonshelf.extraction.pages.pdf import open_text
from moonshelf.extraction.pages.text_layer.file import unlocked
from moonshelf.extraction.pages.text_layer.fonts import corrections
from moonshelf.extraction.tools import Tools
from samples.formats import DATA
from samples.papers import pdf

_SHOWN = rb"BT /F 12 Tf 20 150 Td (A bene\033t of e\034cient o\035 \036e end) Tj ET"
_MAP = "begincmap 1 begincodespacerange <00><ff> endcodespacerange 1 beginbfchar <41> <0041> endbfchar {} endcmap"
_FIRST_LETTERS = "2 beginbfrange <1b> <1d> [<0066> <0066> <0066>] <1e> <1e> <0054> endbfrange"
_FONT = (
    b"<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+Libertine/FirstChar 27/LastChar 126/Widths[%b]/Encoding 5 0 R"
    b"/FontDescriptor 6 0 R/ToUnicode 8 0 R>>" % (b"500 " * 100)
)
_WHOLE = "1 beginbfrange <1b> <1e> [<00660069> <FB03> <00660066> <00540068>] endbfrange"


def _stream(body: bytes, entries: bytes = b"") -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(body), body)


def _objects(ranges: str, font: bytes, shown: bytes, *, packed: bool) -> tuple[list[bytes], list[bytes]]:
    """Return the dictionaries and the streams of a page whose *font* may have a map to text, with *ranges* in it."""
    cmap = _MAP.format(ranges).encode()
    dictionaries = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 7 0 R/Resources<</Font<</F 4 0 R>>>>>>",
        font,
        b"<</Type/Encoding/Differences[27/f_i/f_f_i/f_f/T_h]>>",
        (
            b"<</Type/FontDescriptor/FontName/ABCDEF+Libertine/Flags 4/ItalicAngle 0/Ascent 800/Descent -200"
            b"/CapHeight 600/StemV 80/FontBBox[0 -200 1000 800]>>"
        ),
    ]
    flate = _stream(zlib.compress(cmap), b"/Filter/FlateDecode") if packed else _stream(cmap)
    return dictionaries, [_stream(shown), flate]


def _plain(ranges: str, font: bytes = _FONT, shown: bytes = _SHOWN) -> bytes:
    dictionaries, streams = _objects(ranges, font, shown, packed=False)
    out, places = _numbered([*dictionaries, *streams])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 9\n0000000000 65535 f \n%btrailer<</Root 1 0 R/Size 9>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


def _packed(ranges: str, font: bytes = _FONT, shown: bytes = _SHOWN) -> bytes:
    dictionaries, streams = _objects(ranges, font, shown, packed=True)
    starts = [sum(len(one) + 1 for one in dictionaries[:index]) for index in range(6)]
    header = b" ".join(b"%d %d" % one for one in enumerate(starts, 1)) + b" "
    body = zlib.compress(header + b"\n".join(dictionaries))
    holder = _stream(body, b"/Type/ObjStm/N 6/First %d/Filter/FlateDecode" % len(header))
    out, places = _numbered([*streams, holder], first=7)
    rows = b"\0\0\0\0" + b"".join(b"\2\0\11" + bytes([index]) for index in range(6))
    rows += b"".join(b"\1" + place.to_bytes(2) + b"\0" for place in [*places, len(out)])
    table = _stream(rows, b"/Type/XRef/W[1 2 1]/Root 1 0 R/Size 11")
    return out + b"10 0 obj%bendobj\nstartxref\n%d\n%%%%EOF" % (table, len(out))


def _numbered(objects: Sequence[bytes], first: int = 1) -> tuple[bytes, list[int]]:
    out, places = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, first):
        places.append(len(out))
        out += b"%d 0 obj%bendobj\n" % (number, one)
    return out, places


def _words(data: bytes) -> str:
    pages = open_text(BytesIO(data), Tools(lambda _: []))
    try:
        return " ".join(run.text for run in pages.read(1).runs)
    finally:
        pages.close()


@pytest.mark.parametrize("file", [_plain, _packed])
def test_ligatures_that_are_mapped_to_their_first_letter_are_read_whole(file: Callable[[str], bytes]) -> None:
    assert _words(file(_FIRST_LETTERS)) == "A benefit of efficient off The end"


_FORMULAS = (b"ABCDEF+Libertine", b"ABCDEF+CambMath1")
"""A font's name, and one as long for formulas."""


def test_letters_of_formulas_are_read_without_their_style() -> None:
    styled = "1 beginbfchar <41> <D835DC34> endbfchar 1 beginbfrange <61> <7a> <D835DC4E> endbfrange"
    assert "A bene" in _words(_plain(styled).replace(*_FORMULAS))


def test_codes_of_two_bytes_keep_them() -> None:
    data = _plain("1 beginbfchar <0412> <D835DC34> endbfchar").replace(*_FORMULAS)
    assert b"<0412> <0041>" in corrections.mended(data)[len(data) :]


@pytest.mark.parametrize("file", [_plain, _packed])
def test_a_file_whose_map_is_right_stays_as_it_is(file: Callable[[str], bytes]) -> None:
    data = file(_WHOLE)
    assert corrections.mended(data) is data


def test_what_is_no_pdf_or_breaks_off_stays_as_it_is() -> None:
    data = _packed(_FIRST_LETTERS)
    for some in (b"", b"%PDF-1.5", data[: len(data) // 2], data[:-20], data.replace(b"/Root", b"/Ruin")):
        assert corrections.mended(some) == some


def test_a_map_that_says_the_same_of_all_codes_again_and_again_is_left_as_it_is() -> None:
    again = "1 beginbfrange <0000> <ffff> <0041> endbfrange\n" * 400
    data = _packed(_FIRST_LETTERS + again)
    begun = time.process_time()

    assert corrections.mended(data) is data
    assert time.process_time() - begun < 3.0  # of the processor; reading all of it takes ten times as long


def test_a_range_beyond_the_last_character_is_no_end_of_the_file() -> None:
    assert "A bene" in _words(_plain(f"{_FIRST_LETTERS} 1 beginbfrange <f0> <ff> <DBFFDFFF> endbfrange"))


_NAMED = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/%b/DescendantFonts[<</Type/Font/Subtype/CIDFontType0"
    b"/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(%b)/Supplement 4>>/DW 1000/W[1 95 500]"
    b"/FontDescriptor 6 0 R>>]>>"
)


@pytest.mark.parametrize("file", [_plain, _packed])
@pytest.mark.parametrize(
    ("encoding", "codec", "ordering"),
    [
        (b"UniGB-UCS2-H", "utf-16-be", b"GB1"),
        (b"UniJIS-UCS2-HW-H", "utf-16-be", b"Japan1"),
        (b"UniKS-UTF16-H", "utf-16-be", b"Korea1"),
        (b"GBK-EUC-H", "gbk", b"GB1"),
        (b"90ms-RKSJ-H", "cp932", b"Japan1"),
        (b"ETen-B5-H", "big5", b"CNS1"),
    ],
)
def test_figures_and_letters_of_a_font_that_names_its_codes_are_those_of_the_file(
    file: Callable[..., bytes], encoding: bytes, codec: str, ordering: bytes
) -> None:
    words = "2024/10/29 3,956.51 abcdefghij \u4e2d\u6587"
    shown = b"BT /F 6 Tf 20 150 Td <%b> Tj ET" % words.encode(codec).hex().encode()
    assert _words(file(_WHOLE, _NAMED % (encoding, ordering), shown)) == words


def _column(height: str) -> bytes:
    """Return a page of equal words, one above the other, in an embedded font of this *height*."""
    scripts = (DATA / "pdf" / "scripts.pdf").read_bytes()
    held = re.search(rb"/Length1 (\d+)[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream", scripts, re.DOTALL)
    assert held
    letters = "3 beginbfrange <0003> <0003> <0051> <0004> <0004> <004D> <0005> <0005> <0020> endbfrange"
    font, cmap = held[2].hex(), _MAP.format(letters).replace("<00><ff>", "<0000><ffff>").replace("<41>", "<0041>")
    name = "/FontName /ABCDEF+Noto /Flags 4 /ItalicAngle 0 /CapHeight 600 /StemV 80 /FontBBox [-1475 -2463 2868 3117]"
    both, set_of = "/BaseFont /ABCDEF+Noto", "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    packing = f"/Length {len(font)} /Length1 {held[1].decode()} /Filter [/ASCIIHexDecode /FlateDecode]"
    more = [
        f"<< /Type /Font /Subtype /Type0 {both} /Encoding /Identity-H /DescendantFonts [8 0 R] /ToUnicode 11 0 R >>",
        f"<< /Type /Font /Subtype /CIDFontType2 {both} /CIDSystemInfo {set_of} /DW 600 /FontDescriptor 9 0 R >>",
        f"<< /Type /FontDescriptor {name} {height} /FontFile2 10 0 R >>",
        f"<< {packing} >>\nstream\n{font}\nendstream",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    shown = "BT /T 10 Tf 12 TL 72 700 Td " + "<00030004> Tj T* " * 9 + "ET"
    return pdf([[shown]], page_entries="/Resources << /Font << /T 7 0 R >> >>", more=more)


@pytest.mark.parametrize("height", ["/Ascent 800 /Descent -200", "/Ascent 3117 /Descent -2463"])
def test_equal_words_of_a_column_are_read_however_tall_their_font_says_it_is(height: str) -> None:
    assert _words(_column(height)).split() == ["QM"] * 9


def test_what_is_locked_and_cannot_be_copied_stays_as_it_is() -> None:
    data = (DATA / "pdf" / "locked.pdf").read_bytes()
    assert unlocked.copied(data, len(data)) is None
    assert unlocked.copied(data, 2 * len(data)) is not None
    shut = data.replace(b"/Standard", b"/Stranger")  # a way of encrypting that nobody knows
    assert corrections.mended(shut) is shut
