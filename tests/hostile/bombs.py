"""Files made to harm whoever reads them, each class that has killed a library built in code when it is needed."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping

from samples.markup import ebooks
from samples.office import opendocument, sheets, slides, word
from samples.packages import SHEET_SPACE, zipped
from samples.papers import pdf, text

_VAST = 300 * 2**20  # bytes: more than all members of an archive may have
_DEEP = 200_000
_LAUGHS = '<!DOCTYPE lolz [<!ENTITY l0 "lol">{}]>'.format(
    "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
)
_WORDS = "still readable"


def _changed(parts: Mapping[str, str], name: str, content: str | bytes) -> bytes:
    return zipped({**parts, name: content})


def _squeezed(begin: bytes, unit: bytes, end: bytes, size: int = _VAST) -> Iterator[bytes]:
    """Yield *size* bytes of *unit* between *begin* and *end*, never all of them at once."""
    yield begin
    piece = unit * (2**20 // len(unit))
    for _ in range(size // len(piece)):
        yield piece
    yield end


def _zip_of(name: str, content: Iterator[bytes], more: Mapping[str, str]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, text_ in more.items():
            if other != name:
                archive.writestr(other, text_)
        with archive.open(name, "w", force_zip64=True) as member:
            for piece in content:
                member.write(piece)
    return into.getvalue()


def _word_bomb() -> bytes:
    begin, _, end = word.parts("|")["word/document.xml"].partition("|")
    unit = word.paragraph("bomb").encode()
    return _zip_of("word/document.xml", _squeezed(begin.encode(), unit, end.encode()), word.parts(""))


def _sheet_bomb() -> bytes:
    """Fill a million rows, as a sheet may."""
    parts = sheets.parts("|")
    begin, _, end = parts["xl/worksheets/sheet1.xml"].partition("|")
    rows = (f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>'.encode() for row in range(1, 1_000_001))
    content = b"".join((begin.encode(), *rows, end.encode()))
    return _changed(parts, "xl/worksheets/sheet1.xml", content)


def _amplified() -> bytes:
    """Refer to one long string from very many cells."""
    cells = '<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * 100_000
    strings = f"<sst {SHEET_SPACE}><si><t>{'long ' * 6000}</t></si></sst>"
    return _changed(sheets.parts(cells), "xl/sharedStrings.xml", strings)


def _far_corner() -> bytes:
    cells = '<row r="1048576"><c r="XFD1048576" t="str"><v>far away</v></c></row>'
    return zipped(sheets.parts(f'<row r="1"><c r="A1" t="str"><v>{_WORDS}</v></c></row>{cells}'))


def _long_markers() -> bytes:
    """Put a long text before the number of each of very many items."""
    items = word.item("x", 1) + word.item("x", 1, 1) * 20_000
    return _changed(word.parts(items), "word/numbering.xml", word.NUMBERING.replace("%1.", "%1." + "x" * 200_000))


def _repeated(kind: str) -> bytes:
    """Count repetitions, as OpenDocument does, in the billions."""
    many = 'table:number-{}-repeated="2000000000"'
    cell = f"<table:table-cell {many.format('columns')}><text:p>x</text:p></table:table-cell>"
    table = f"<table:table><table:table-row {many.format('rows')}>{cell}</table:table-row></table:table>"
    spaces = f'<text:p>{_WORDS}<text:s text:c="2000000000"/></text:p>' if kind == "text" else ""
    return zipped(opendocument.parts(spaces + table, kind))


def _nested_zip(levels: int) -> bytes:
    content = zipped({"words.txt": "x"})
    for level in range(levels):
        content = zipped({f"{level}.zip": content, "words.txt": _WORDS})
    return content


def _picture_bomb() -> bytes:
    """Claim 2.5 billion pixels and have none."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(2**20))) + chunk(b"IEND", b"")


def _sparse_tape() -> bytes:
    info = tarfile.TarInfo("huge")
    info.pax_headers = {"GNU.sparse.map": "0,0", "GNU.sparse.size": str(1 << 45), "GNU.sparse.numblocks": "0"}
    return info.tobuf(tarfile.PAX_FORMAT) + bytes(1024)


def _long_names() -> bytes:
    """Give each header a long name for the next: they are read by recursion."""
    name = tarfile.TarInfo("././@LongLink")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 8
    return (name.tobuf(tarfile.GNU_FORMAT) + b"longname".ljust(512, b"\0")) * 20_000


def _deep_mail() -> bytes:
    levels = 3000
    head = b"".join(b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
                    for n in range(levels))  # fmt: skip
    return b"From: a@a.example\nSubject: Deep\n" + head + b"\nwords\n"


def _written(begin: str, one: str, end: str, depth: int = _DEEP) -> bytes:
    return f"{begin}{one * depth}{end}".encode()


def _looping_pdf() -> bytes:
    """Make a tree of pages that holds itself."""
    return pdf([[text(_WORDS, 72, 720)]]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")


_HTML = "<!DOCTYPE html><p>" + _WORDS
_SVG = '<svg xmlns="http://www.w3.org/2000/svg">'
_FB2 = '<?xml version="1.0"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><body>'

BOMBS: Mapping[str, Callable[[], bytes]] = {
    "zip bomb.docx": _word_bomb,
    "zip bomb.zip": lambda: _zip_of("zeros", _squeezed(b"", b"\0", b""), {"words.txt": _WORDS}),
    "zip in zip.zip": lambda: _nested_zip(60),
    "many members.zip": lambda: zipped({f"{number}": b"" for number in range(10_001)}),
    "gzip bomb.gz": lambda: gzip.compress(bytes(_VAST), 1),
    "gzip bomb.svgz": lambda: gzip.compress(_SVG.encode() + b" " * _VAST, 1),
    "bzip2 bomb.bz2": lambda: bz2.compress(bytes(1 << 20)) * (_VAST >> 20),
    "xz bomb.xz": lambda: lzma.compress(bytes(1 << 20)) * (_VAST >> 20),
    "gzip in gzip.gz": lambda: gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"x")))),
    "sparse.tar": _sparse_tape,
    "long names.tar": _long_names,
    "picture bomb.png": _picture_bomb,
    "million rows.xlsx": _sheet_bomb,
    "far corner.xlsx": _far_corner,
    "long markers.docx": _long_markers,
    "one string in all cells.xlsx": _amplified,
    "repeated.ods": lambda: _repeated("spreadsheet"),
    "repeated.odt": lambda: _repeated("text"),
    "million cells.html": lambda: _written(_HTML + "<table>", "<tr><td>1<td>2", "", 500_000),
    "spans.html": lambda: _written(_HTML + "<table>", '<tr><td rowspan="65534" colspan="1000">x', "", 3000),
    "20 MB.html": lambda: _written(_HTML, "<div class='a'><b>words</b> <i>more</i></div>\n", "", 430_000),
    "million rows.csv": lambda: b"a,b,c,d,e,f,g,h\n" * 1_000_000,
    "deep.html": lambda: _written(_HTML, "<div>", "words"),
    "deep lists.html": lambda: _written(_HTML, "<ul><li>", "words"),
    "deep.svg": lambda: _written(_SVG, "<g>", "<text>words</text>"),
    "deep.fb2": lambda: _written(_FB2, "<section>", "<p>words</p>"),
    "deep.xml": lambda: _written("<?xml version='1.0'?>", "<a>", ""),
    "deep.ipynb": lambda: _written('{"nbformat": 4, "cells": ', "[", ""),
    "deep.json": lambda: _written("", "[", ""),
    "deep.rtf": lambda: _written("{\\rtf1 ", "{", " words"),
    "codes among letters.rtf": lambda: _written("{\\rtf1 ", "words\\'20", "}", 300_000),
    "deep.docx": lambda: zipped(word.parts("<w:tbl><w:tr><w:tc>" * 20_000)),
    "deep.pptx": lambda: zipped(slides.parts(slides.slide("<p:grpSp>" * 20_000))),
    "deep.odt": lambda: zipped(opendocument.parts("<text:section>" * 20_000)),
    "deep.epub": lambda: zipped({**ebooks.BOOK, "OPS/a.xhtml": _written("<html><body>", "<div>", "words")}),
    "deep.eml": _deep_mail,
    "looping.pdf": _looping_pdf,
    "laughs.docx": lambda: _changed(word.parts(""), "word/document.xml", f"{_LAUGHS}<a>&l9;</a>"),
    "laughs.xlsx": lambda: _changed(sheets.parts(""), "xl/workbook.xml", f"{_LAUGHS}<a>&l9;</a>"),
    "laughs.pptx": lambda: _changed(slides.parts(), "ppt/presentation.xml", f"{_LAUGHS}<a>&l9;</a>"),
    "laughs.odt": lambda: _changed(opendocument.parts(""), "content.xml", f"{_LAUGHS}<a>&l9;</a>"),
    "laughs.epub": lambda: zipped({**ebooks.BOOK, "OPS/a.xhtml": f"{_LAUGHS}<html><body>&l9;</body></html>"}),
    "laughs.svg": lambda: _written(_LAUGHS + _SVG, f"<text>{_WORDS} &l9;</text>", "</svg>", 1),
    "laughs.fb2": lambda: _written(
        _LAUGHS + _FB2[21:], f"<section><p>{_WORDS} &l9;</p></section>", "</body></FictionBook>", 1
    ),
    "laughs.xml": lambda: _written(f"<?xml version='1.0'?>{_LAUGHS}", f"<a>{_WORDS} &l9;</a>", "", 1),
}
"""The name it is uploaded under, and what makes the file."""
