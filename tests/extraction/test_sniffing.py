"""What a file is, by its bytes first and its name second."""

import gzip
import struct
import tarfile
import time
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonshelf.extraction.sniffing import media_type, wire_type
from moonshelf.extraction.sniffing.fonts import without_fonts
from moonshelf.extraction.sniffing.text_types import TEXT_TYPES

OFFICE = "application/vnd.openxmlformats-officedocument."
WORD = f"{OFFICE}wordprocessingml.document"


def told(content: bytes, name: str = "") -> str:
    return media_type(BytesIO(content), name)


def zipped(*members: tuple[str, bytes], packed: bool = True) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return into.getvalue()


def office(main_part: str, *names: str) -> bytes:
    types = f'<Types><Override ContentType="application/vnd.{main_part}"/></Types>'.encode()
    return zipped(("[Content_Types].xml", types), *((name, b"<x/>") for name in names))


def compound(*streams: str, sector: int = 512) -> bytes:
    """Build an OLE file with empty streams in its root, chained by their right-hand links."""
    shift = sector.bit_length() - 1
    header = bytearray(sector)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, shift, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    struct.pack_into("<108I", header, 80, *[0xFFFFFFFF] * 108)
    entries = [_entry("Root Entry", child=1)]
    entries += [_entry(name, right=at + 2 if at + 1 < len(streams) else -1) for at, name in enumerate(streams)]
    directory = b"".join(entries).ljust(-(-len(entries) * 128 // sector) * sector, b"\0")
    used = len(directory) // sector
    links = [0xFFFFFFFD, *range(2, used + 1), 0xFFFFFFFE]
    table = struct.pack(f"<{len(links)}I", *links).ljust(sector, b"\xff")
    return bytes(header) + table + directory


def _entry(name: str, *, right: int = -1, child: int = -1) -> bytes:
    encoded = name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded) + 2, 2, 1)
    return (head + struct.pack("<iii", -1, right, child)).ljust(128, b"\0")


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)
FTYP = b"\0\0\0\x18ftyp%b\0\0\0\0%b%b" + bytes(30)


MANIFEST = (
    b'<m:file-entry m:full-path="x" m:media-type="text/xml"/><m:file-entry m:media-type='
    b'"application/vnd.oasis.opendocument.spreadsheet" m:full-path="/" m:version="1.3"/>'
)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(50), "lies.txt", "application/pdf"),
        (b"%PDF-1.4\n" + b"\x80\x08" * 3000, "x.pdf", "application/pdf"),
        (b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\n", "x", "application/pdf"),
        (b"\r\nHTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n" + bytes(50), "x.pdf", "application/pdf"),
        (b'MARK = b"%PDF-1.4\n"', "reader.py", "text/x-python"),
        (PNG, "x.jpg", "image/png"),
        (PNG + b"acTL" + bytes(8) + b"IDAT", "x.png", "image/apng"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "x.pjp", "image/jpeg"),
        (b"GIF89a\x01\0\x01\0", "x", "image/gif"),
        (b"BM" + bytes(12) + struct.pack("<I", 40) + bytes(36), "x", "image/bmp"),
        (struct.pack("<I", 40) + bytes(36), "x.dib", "image/bmp"),
        (struct.pack("<IIIHHI", 40, 8, 8, 1, 24, 0) + bytes(36), "x", "image/bmp"),
        (struct.pack("<IIIHHI", 40, 8, 8, 1, 5, 0) + bytes(36), "x", "application/octet-stream"),
        (struct.pack("<IIIHHI", 40, 8, 8, 1, 24, 7) + bytes(36), "x", "application/octet-stream"),
        (b"BMW is a maker of cars.", "cars", "text/plain"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "x", "image/webp"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "x", "audio/wav"),
        (b"RIFF\x24\0\0\0AVI LIST", "x", "video/x-msvideo"),
        (b"II*\0\x08\0\0\0", "x", "image/tiff"),
        (b"\0\0\x01\0\x01\0\x10\x10", "x", "image/vnd.microsoft.icon"),
        (b"P6\n2 2\n255\n" + b"\xff" * 12, "x", "image/x-portable-anymap"),
        ("P5 2023 2024 \u00dcbersicht".encode(), "a.txt", "text/plain"),
        ("P4 12 30 \u2014 Phase four".encode(), "plan.md", "text/markdown"),
        (b"P4\n# a fax\n8 2\n\0\0", "x.txt", "image/x-portable-anymap"),
        (b"P5 1 2 255 steps", "x", "text/plain"),
        (FTYP % (b"avif", b"mif1", b"miaf"), "x", "image/avif"),
        (FTYP % (b"mif1", b"heic", b"miaf"), "x", "image/heic"),
        (FTYP % (b"mif1", b"mif1", b"avif"), "x", "image/avif"),
        (FTYP % (b"isom", b"mp41", b"avc1"), "x", "video/mp4"),
        (FTYP % (b"M4A ", b"mp42", b"isom"), "x", "audio/mp4"),
        (FTYP % (b"qt  ", b"qt  ", b"qt  "), "x", "video/quicktime"),
        (FTYP % (b"3gp4", b"isom", b"3gp4"), "x", "video/3gpp"),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01\x42\x82\x84webm\0", "x", "video/webm"),
        (b"FLV\x01\x05\0\0\0\t", "x", "video/x-flv"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(20), "x.wma", "audio/x-ms-wma"),
        (b"ID3\x03\0\0\0\0\0\x0a" + bytes(20), "x", "audio/mpeg"),
        (b"\xff\xfb\x90\x64" + bytes(20), "x", "audio/mpeg"),
        (b"OggS\0\x02" + bytes(30) + b"\x80theora", "x", "video/ogg"),
        (b"fLaC\0\0\0\x22", "x", "audio/flac"),
        ((b"\x47" + bytes(187)) * 5, "x.ts", "video/mp2t"),
        (b"const a: number = 1;\n", "x.ts", "text/x-typescript"),
        (bytes(60) + b"BOOKMOBI" + bytes(60), "x.azw3", "application/x-mobipocket-ebook"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "x", "application/x-7z-compressed"),
        (b"\x7fELF\2\1\1" + bytes(50), "readme.txt", "application/x-executable"),
        (b"SQLite format 3\0\x10\0", "x", "application/vnd.sqlite3"),
        (b"PAR1\x15\0\x15", "x", "application/vnd.apache.parquet"),
        (bytes(range(256)), "x.bin", "application/octet-stream"),
        (b"", "", "text/plain"),
    ],
)
def test_bytes_tell(content: bytes, name: str, expected: str) -> None:
    assert told(content, name) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (office("openxmlformats-officedocument.wordprocessingml.document.main+xml"), WORD),
        (office("ms-word.document.macroEnabled.main+xml"), "application/vnd.ms-word.document.macroenabled.12"),
        (zipped(("word/document.xml", b"")), WORD),
        (zipped(("Xl\\Workbook.xml", b"")), f"{OFFICE}spreadsheetml.sheet"),
        (
            office("ms-excel.sheet.binary.macroEnabled.main", "xl/workbook.bin"),
            "application/vnd.ms-excel.sheet.binary.macroenabled.12",
        ),
        (
            office("openxmlformats-officedocument.presentationml.slideshow.main+xml"),
            f"{OFFICE}presentationml.slideshow",
        ),
        (
            zipped(("mimetype", b"application/vnd.oasis.opendocument.text"), packed=False),
            "application/vnd.oasis.opendocument.text",
        ),
        (zipped(("mimetype", b"application/epub+zip\n")), "application/epub+zip"),
        (zipped(("META-INF/container.xml", b"")), "application/epub+zip"),
        (zipped(("mimetype", b"text/html"), ("a", b"")), "application/zip"),
        (
            zipped(("META-INF/manifest.xml", MANIFEST), ("content.xml", b"")),
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
        (zipped(("META-INF/manifest.xml", b'<file-entry full-path="/" media-type="text/x"/>')), "application/zip"),
        (zipped(("Index/Document.iwa", b"")), "application/vnd.apple.pages"),
        (zipped(), "application/zip"),
        (zipped(("word/document.xml", b"<x/>" * 100), ("b", b""))[:-40], WORD),  # cut short
        (b"junk" + zipped(("a", b""))[4:], "application/octet-stream"),
    ],
)
def test_a_zip_is_told_by_its_members_not_its_name(content: bytes, expected: str) -> None:
    assert told(content, "report.xlsx.zip") == expected


@pytest.mark.parametrize("sector", [512, 4096])
@pytest.mark.parametrize(
    ("streams", "expected"),
    [
        (("\x05SummaryInformation", "1Table", "WordDocument"), "application/msword"),
        (("Workbook",), "application/vnd.ms-excel"),
        (("Book",), "application/vnd.ms-excel"),
        (("WORKBOOK",), "application/vnd.ms-excel"),
        (("Current User", "Pictures", "a", "b", "c", "PowerPoint Document"), "application/vnd.ms-powerpoint"),
        (("__nameid_version1.0",), "application/vnd.ms-outlook"),
        (("EncryptionInfo", "EncryptedPackage"), "application/x-ole-encrypted"),
        (("Contents",), "application/x-ole-storage"),
    ],
)
def test_an_ole_file_is_told_by_the_names_in_its_root(streams: tuple[str, ...], expected: str, sector: int) -> None:
    assert told(compound(*streams, sector=sector)) == expected


def test_a_large_ole_file_has_tables_beyond_its_header() -> None:
    directory, sector = 110 * 128, 512
    content = bytearray((directory + 3) * sector)
    content[:sector] = compound()[:sector]
    struct.pack_into("<I", content, 48, directory)
    struct.pack_into("<III", content, 68, 1, 1, 0xFFFFFFFF)
    struct.pack_into("<II", content, 2 * sector, 0xFFFFFFFF, 2)  # tables 109 and 110
    struct.pack_into("<II", content, 3 * sector, directory + 1, 0xFFFFFFFE)
    entries = [_entry("Root Entry", child=4), *[_entry("")] * 3, _entry("Workbook")]
    content[(directory + 1) * sector :] = b"".join(entries).ljust(2 * sector, b"\0")
    assert told(bytes(content)) == "application/vnd.ms-excel"


def test_dot_is_word_or_graphviz_by_its_bytes() -> None:
    assert told(compound("WordDocument"), "a.dot") == "application/msword"
    assert told(b"digraph { a -> b }", "a.dot") == "text/vnd.graphviz"


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        ("{\\rtf1\\ansi hello}", "x.doc", "application/rtf"),
        ("{\\rtf1\\ansi hello}\0", "x.rtf", "application/rtf"),
        ("<!DOCTYPE html><p>hi", "x.doc", "text/html"),
        ("<table><tr><td>1</td></tr></table>", "x.xls", "text/html"),
        ("<!DOCTYPE html><p>hi", "x.php", "text/x-php"),
        ("no tags at all", "x.html", "text/html"),
        ('<?xml version="1.0"?>\n<!-- <a> -->\n<svg xmlns="s">', "x", "image/svg+xml"),
        ('<!DOCTYPE svg PUBLIC "a" "b" [<!ENTITY x "y">]><svg/>', "x", "image/svg+xml"),
        ('<?xml version="1.0"?><html xmlns="h">', "x", "application/xhtml+xml"),
        ('<?xml version="1.0"?><FictionBook xmlns="f">', "x.xml", "application/x-fictionbook+xml"),
        ('<?xml version="1.0"?><note/>', "x.foo", "application/xml"),
        ('{"cells": [], "nbformat": 4}', "x", "application/x-ipynb+json"),
        ('[{"a": 1}]', "x", "application/json"),
        ("[-1]", "x", "application/json"),
        ("{\n}", "x", "application/json"),
        ("{0}{25}one|two\n", "x.sub", "text/plain"),
        ("From a@b Mon Jan  1 00:00:00 2024\nFrom: a\n", "x", "application/mbox"),
        ("From: a@b\r\nTo: c@d\r\nSubject: =?x?=\r\n more\r\n\r\nbody", "x", "message/rfc822"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related", "x.doc", "message/rfc822"),
        ("From: <Saved by Blink>\nSnapshot-Content-Location: a\nSubject: b\n", "x", "message/rfc822"),
        ("812     \nReceived: by a\nARC-Seal: b\nIn-Reply-To: c\n", "x", "message/rfc822"),
        ("812\nfrom: here\nto: there\nand: back\n", "x", "text/plain"),
        ("#define a_width 1\n#define a_height 1\n", "x.xbm", "image/x-xbitmap"),
        ("<!DOCTYPE html><p>no such file", "x.csv", "text/html"),
        ("<html><p>hi", "x.ipynb", "text/html"),
        ("<html><p>hi", "x.eml", "text/html"),
        ("<!-- saved from a -->\n<!-- b --><HTML><p>hi", "x.txt", "text/html"),
        ("<h1 align=center>A project</h1>\n\n# Use", "x.txt", "text/plain"),
        ("<!-- a --><rss version='2.0'>", "x.txt", "application/rss+xml"),
        ("<ul><li>hi", "x", "text/html"),
        ('<a href="b">hi</a>', "x", "text/html"),
        ("<a>hi</a>", "x", "text/plain"),
        ("<br/>hi", "x", "text/html"),
        ("<h1 align=center>A project</h1>", "x.md", "text/markdown"),
        ("<svg>", "x.json", "image/svg+xml"),
        ('<?xml version="1.0"?><rss version="2.0">', "x.html", "application/rss+xml"),
        ('<?xml version="1.0"?><rss version="2.0">', "x.json", "application/rss+xml"),
        ('<?xml version="1.0"?><html><body/>', "x.html", "text/html"),
        ('<?xml version="1.0"?><xsl:stylesheet>', "x.yaml", "application/yaml"),
        ('<?xml version="1.0"?><html xsl:version="1.0">', "x.xsl", "application/xslt+xml"),
        ('{"cells": [{"cell_type": "code"', "x.json", "application/x-ipynb+json"),
        ('{"cells": [], "nbformat": 4}', "x.html", "application/x-ipynb+json"),
        ('{"cells": [1, 2]}', "x.json", "application/json"),
        ("From: a\nTo: b\nSubject: c\nMIME-Version: 1.0\n", "x.html", "message/rfc822"),
        ("From: a\nTo: b\nSubject: c\nMIME-Version: 1.0\n\nhi", "x.txt", "message/rfc822"),
        ("From: a\nTo: b\nSubject: c\n\nhi", "x.txt", "text/plain"),
        ("From a@b Mon Jan  1 00:00:00 2024\nFrom: a\nReceived: b", "x.eml", "message/rfc822"),
        ("From a@b Mon Jan  1 00:00:00 2024\nFrom: a\nReceived: b", "x.log", "application/mbox"),
        ("BEGIN:VCARD\nVERSION:3.0\n", "x", "text/vcard"),
        ("begin:vcalendar\r\n", "x.txt", "text/calendar"),
        ("BEGIN:VCALENDAR\n", "x.vcf", "text/calendar"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nhi", "x", "text/vtt"),
        ("WEBVTTs", "x", "text/plain"),
        ("1\r\n00:00:01,000 --> 00:00:02,000\r\nhi", "x.txt", "application/x-subrip"),
        ("1\r\n00:00:01 and", "x", "text/plain"),
        ("BEGIN:VCARDS are cards", "x", "text/plain"),
        ("plain words", "README", "text/plain"),
        ("plain words", "x.pdf", "text/plain"),
        ("x\0y\n" + "line\n" * 50, "crash.log", "text/x-log"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_text_is_told_by_how_it_begins_then_by_its_name(content: str, name: str, expected: str, encoding: str) -> None:
    assert told(content.encode(encoding), name) == expected


def test_every_extension_of_the_table_names_text() -> None:
    assert {told(b"words\n", f"FILE{extension.upper()}") for extension in TEXT_TYPES} == set(TEXT_TYPES.values())


def test_svgz_is_told_from_other_gzip() -> None:
    assert told(gzip.compress(b"<svg/>"), "x") == "image/svg+xml-compressed"
    assert told(gzip.compress(b"words"), "x.svgz") == "application/gzip"


@pytest.mark.parametrize("layout", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_is_told(layout: int) -> None:
    into = BytesIO()
    with tarfile.open(fileobj=into, mode="w", format=layout) as archive:
        archive.addfile(tarfile.TarInfo("a"))
    assert told(into.getvalue()) == "application/x-tar"


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b\x08\0", b"<", b"From: "]),
    st.binary(max_size=2000),
    st.text(max_size=30),
)
def test_any_bytes_and_any_name_give_a_media_type(begin: bytes, rest: bytes, name: str) -> None:
    assert "/" in told(begin + rest, name)
    assert "/" in wire_type(told(begin + rest, name))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_container_gives_a_media_type(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([compound("WordDocument", "a"), office("x"), FTYP % (b"mif1", b"x", b"y")]))
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert "/" in told(bytes(content))


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" * 300_000,
        b"PK\x01\x02" * 100_000 + b"PK\x05\x06" + bytes(8) + struct.pack("<II", 400_000, 0) + bytes(2),
        compound("a")[:512] + struct.pack("<128I", *[1] * 128) + bytes(512) * 1000,  # a sector that follows itself
        zipped(("META-INF/manifest.xml", b"<file-entry " + b'full-path="/"' * 10_000)),
        b"<!--" * 20_000,
        b"<!DOCTYPE x [" + b"]" * 60_000,
        b"<!-- -->" * 8_000,
        b"<!--" + b"--> <!--" * 8_000,
        b"<?xml version='1.0'?><topic " + b"id=" * 20_000,
        b"<!--" + b"<!DOCTYPE" * 7_000 + b"--><a>",
        b"From: " + b"\n a" * 20_000,
        b"From: a\r\n" + b" a\r\n" * 30,
        b"{" * 65_536,
        b'{"nbformat"' + b" " * 65_000,
        b"#define " * 8_000,
        b"<map " + b"version=" * 8_000,
        b"<map>" + b"<node " * 10_000,
        b"<tt " + b"'http://www.w3.org/" * 3_000,
        gzip.compress(bytes(50_000_000)),
        b"\xe4\xb8" * 32_768,
    ],
)
def test_hostile_bytes_are_told_quickly(content: bytes) -> None:
    began = time.process_time()
    told(content, "x.foo")
    told(content, "x.txt")
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        (WORD, "application/zip"),
        ("application/vnd.ms-word.document.macroenabled.12", "application/zip"),
        ("application/vnd.oasis.opendocument.text", "application/zip"),
        ("application/epub+zip", "application/zip"),
        ("application/pdf", "application/pdf"),
        ("text/x-go", "text/plain"),
        ("application/json", "text/plain"),
        ("image/svg+xml", "text/plain"),
        ("application/rtf", "text/plain"),
        ("text/html", "text/html"),
        ("application/xml", "text/xml"),
        ("image/png", "image/png"),
    ],
)
def test_the_wire_names_types_as_kimi_does(media_type: str, expected: str) -> None:
    assert wire_type(media_type) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.4 /Type/Page /Subtype/Image", True),
        (b"%PDF-1.4 /Type/Font /Subtype/Image", False),
        (b"%PDF-1.5 /Type/ObjStm", False),
        (b"%PDF-1.4" + b" " * (2**18 - 11) + b"/Font", False),  # over the edge of what is read at once
        (b"", True),
    ],
)
def test_a_pdf_without_fonts_has_its_words_in_pictures(content: bytes, *, expected: bool) -> None:
    assert without_fonts(BytesIO(content)) is expected
