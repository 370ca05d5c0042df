"""A small file of every format, built in code: what the goldens are made of and what damage is done to."""

import bz2
import gzip
import json
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from samples.compound_files import ole, write
from samples.mail import outlook, sealed
from samples.markup import accounts, ebooks, feeds, mobipocket, structured, vocabularies, web_archives
from samples.office import (
    encrypted_packages,
    metafiles,
    opendocument,
    parquet,
    sheets,
    sheets_binary,
    sheets_packed,
    slides,
    slides_binary,
    spelt,
    word,
    word_binary,
)
from samples.packages import zipped
from samples.papers import pdf, text

DATA = Path(__file__).parent.parent / "data"


def taped(members: Mapping[str, bytes]) -> bytes:
    """Pack a tape archive."""
    into = BytesIO()
    with tarfile.open(fileobj=into, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, BytesIO(content))
    return into.getvalue()


def _docx() -> bytes:
    heading, run = word.paragraph, word.run
    note = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    body = (
        heading("Harvest report", '<w:pStyle w:val="Own"/>')
        + f"<w:p>{run('Apples did ')}{run('very', '<w:b/>')}{run(' well')}{note}"
        f"{run(' secret', '<w:vanish/>')}</w:p>"
        + word.item("first", 1)
        + word.item("nested", 1, 1)
        + word.item("second", 1)
        + f"<w:tbl><w:tr>{word.cell('Fruit')}{word.cell('Tons')}</w:tr>"
        f"<w:tr>{word.cell('Apple')}{word.cell('12')}</w:tr></w:tbl>"
    )
    return zipped(word.parts(body))


def _xlsx() -> bytes:
    cells = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><v>Share</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="2"><f>1/8</f><v>0.125</v></c></row>'
    )
    return zipped(sheets.parts(cells, state="hidden"))


def _pptx() -> bytes:
    title = slides.shape(slides.paragraph("Harvest"), role="title")
    body = slides.shape(slides.paragraph("Apples did well."), y=200)
    return zipped(slides.parts(slides.slide(title + body), slides.slide(body, hidden=True)))


def _drawing() -> bytes:
    cells = (("Fruit", "Tons"), ("Apple", "12"), ("Pear", "7"))
    set_ = [
        metafiles.emf_text(text, 40 + 120 * x, 20 + 30 * y) for y, row in enumerate(cells) for x, text in enumerate(row)
    ]
    return metafiles.emf(metafiles.emf_font(-16), *set_)


def _odt() -> bytes:
    cell = opendocument.cell
    body = (
        '<text:h text:outline-level="1">Harvest report</text:h><text:p>Apples did <text:span text:style-name="B">very'
        '</text:span> well<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>By weight.</text:p></text:note-body></text:note>."
        '<text:span text:style-name="V"> secret</text:span></text:p>'
        '<text:list text:style-name="L"><text:list-item><text:p>first</text:p></text:list-item></text:list>'
        f"<table:table><table:table-row>{cell('Fruit')}{cell('Tons')}</table:table-row>"
        f"<table:table-row>{cell('Apple')}{cell('12')}</table:table-row></table:table>"
    )
    return zipped(opendocument.parts(body, styles=opendocument.STYLES))


def _ods() -> bytes:
    cell = opendocument.cell
    rows = f"<table:table-row>{cell('Fruit')}{cell('Tons')}</table:table-row>"
    rows += f"<table:table-row>{cell('Apple')}{cell('12')}</table:table-row>"
    hidden = f'<table:table table:name="B" table:style-name="gone"><table:table-row>{cell("secret")}</table:table-row>'
    return zipped(
        opendocument.parts(f'<table:table table:name="A">{rows}</table:table>{hidden}</table:table>', "spreadsheet")
    )


def _odp() -> bytes:
    box = "<draw:frame {}><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    title, words = box.format('presentation:class="title"', "Harvest"), box.format("", "Apples did well.")
    notes = f"<presentation:notes>{box.format('', 'Say hello.')}</presentation:notes>"
    unseen = f'<draw:page draw:style-name="unseen">{box.format("", "Plums failed.")}</draw:page>'
    return zipped(opendocument.parts(f"<draw:page>{title}{words}{notes}</draw:page>{unseen}", "presentation"))


def _rtf() -> bytes:
    return (
        rb"{\rtf1\ansi\ansicpg1250\deff0{\fonttbl{\f0\fcharset238 Arial;}{\f1\fcharset134 SimSun;}}"
        rb"{\stylesheet{\s1 heading 1;}}{\info{\title Harvest}}{\header Page top\par}"
        rb"\pard\s1 \'8aafr\'e1n\par\pard Apples did well{\footnote By weight.} {\v secret}{\f1 \'d6\'d0\'ce\'c4} "
        rb"\u8364?12\par\trowd\cellx1\cellx2\intbl Fruit\cell Tons\cell\row\trowd\cellx1\cellx2\intbl Apple\cell 12"
        rb"\cell\row\pard\par}"
    )


def _doc() -> bytes:
    made = word_binary
    cell, end = made.styled(0, made.IN_TABLE), made.styled(0, made.ROW_END)
    rows = [("Apple\x07", cell), ("12\x07", cell), ("\x07", end)]
    told = [
        ("Harvest\r", made.styled(1)),
        ("Apples did well, secret.\r", made.PLAIN),
        *rows,
        ("\tThe end.\r", made.PLAIN),
    ]
    return ole(made.streams(told, runs=[("secret", made.HIDDEN)])).getvalue()


def _xls() -> bytes:
    label = sheets_binary.label
    cells = label(0, 0, "Fruit") + label(0, 1, "Tons") + label(1, 0, "Apple")
    tokens = b"\x1e\6\0\x1e\2\0\5"
    cells += sheets_binary.record(6, struct.pack("<HHHdHIH", 1, 1, 0, 12, 0, 0, len(tokens)), tokens)
    return ole(sheets_binary.workbook(cells, state=1)).getvalue()


def _ppt() -> bytes:
    made = slides_binary
    title, body = made.text(made.TITLE, "Harvest"), made.text(made.BODY, "first\rsecond")
    hidden = made.slide(made.shape(made.text(made.OTHER, "Plums failed.")), hidden=True)
    return ole(made.streams(made.slide(made.shape(title), made.shape(body, top=900)), hidden)).getvalue()


def _pdf() -> bytes:
    first = [
        text("Harvest report", 72, 720, size=20, font="F2"),
        text("Apples did very well this year, and", 72, 680),
        text("pears did as they always do.", 72, 666),
    ]
    return pdf([first, [text("The second page.", 72, 720)]], title="Harvest")


def _notebook() -> bytes:
    cells = [
        {"cell_type": "markdown", "source": ["# Harvest\n", "Apples did well."]},
        {"cell_type": "code", "source": "6 * 2", "outputs": [{"data": {"text/plain": "12"}}]},
    ]
    return json.dumps({"nbformat": 4, "metadata": {"language_info": {"name": "python"}}, "cells": cells}).encode()


def _typed(content: Callable[[], bytes], part: str, kind: str) -> bytes:
    """Say in a package what kind of document its main part is: that alone tells templates and macros."""
    with zipfile.ZipFile(BytesIO(content())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    types = f'<Types><Override PartName="/{part}" ContentType="application/{kind}.main+xml"/></Types>'
    return zipped({**members, "[Content_Types].xml": types.encode()})


def _xlsb() -> bytes:
    made = sheets_packed
    tokens = b"\x1e\6\0\x1e\2\0\5"
    tons = made.cell(9, 1, struct.pack("<dHI", 12, 0, len(tokens)) + tokens + bytes(4))
    cells = made.row(0, made.text(0, "Fruit"), made.text(1, "Tons")) + made.row(1, made.text(0, "Apple"), tons)
    return zipped(made.parts(cells, state=1))


def _msg() -> bytes:
    attached = {**outlook.item(8, {0x3707: "notes.txt"}), "__substg1.0_37010102": b"Apples did well.".ljust(4096)}
    return write({**outlook.MAIL, "__attach_version1.0_#00000000": attached})


def _paper(words: str = "Harvest report") -> Image.Image:
    paper = Image.new("RGB", (480, 120), "white")
    ImageDraw.Draw(paper).text((20, 40), words, fill="black", font=ImageFont.load_default(40))
    return paper


def _picture(form: str, mode: str = "RGB", **options: object) -> bytes:
    into = BytesIO()
    _paper().convert(mode).save(into, form, **options)
    return into.getvalue()


def _animation() -> bytes:
    return _picture("PNG", save_all=True, append_images=[_paper("Apples did well")], duration=100)


def _icon() -> bytes:
    paper = Image.new("RGB", (256, 96), "white")
    ImageDraw.Draw(paper).text((12, 24), "Harvest", fill="black", font=ImageFont.load_default(48))
    into = BytesIO()
    paper.save(into, "ICO", sizes=[(256, 96)])
    return into.getvalue()


_HTML = (
    b"<!DOCTYPE html><title>Harvest</title><h1>Harvest report</h1><p>Apples did <b>very</b> well.</p>"
    b'<p style="display:none">secret</p><ul><li>first<li>second</ul>'
    b"<table><tr><th>Fruit<th>Tons<tr><td>Apple<td>12</table>"
)
_FB2 = (
    b'<?xml version="1.0" encoding="utf-8"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0">'
    b"<description><title-info><book-title>Harvest</book-title></title-info></description>"
    b"<body><section><title><p>One</p></title><p>Apples did well.</p></section></body></FictionBook>"
)
_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="9"><title>Harvest</title><text>Apples</text>'
    b'<text display="none">secret</text></svg>'
)
_EML = (
    b"From: Ann <ann@a.example>\r\nTo: Bob <bob@a.example>\r\nDate: Mon, 5 Oct 2026 10:00:00 +0000\r\n"
    b"Subject: Harvest\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n"
    b"--X\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nApples did well.\r\n"
    b'--X\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename="tons.csv"\r\n\r\n'
    b"Fruit,Tons\r\nApple,12\r\n--X--\r\n"
)
_ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20261005T100000\r\n"
    b"RRULE:FREQ=YEARLY\r\nSUMMARY:Apple har\r\n vest\r\nDESCRIPTION:Bring baskets\\, ladders.\\nApples did well.\r\n"
    b"ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=tons.txt:MTIg\r\n dG9ucw==\r\n"
    b"END:VEVENT\r\nEND:VCALENDAR\r\n"
)
_VCF = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:=C5kerlund;=\r\nAnn\r\n"
    b"PHOTO;GIF;BASE64:\r\nR0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\r\n\r\nEND:VCARD\r\n"
)
_VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nApples did well.\n"
_MEMBERS = {"notes.txt": b"Apples did well.", "folder/page.html": _HTML}

SAMPLES: Mapping[str, Callable[[], bytes]] = {
    "docx/harvest.docx": _docx,
    "xlsx/harvest.xlsx": _xlsx,
    "pptx/harvest.pptx": _pptx,
    "odt/harvest.odt": _odt,
    "ods/harvest.ods": _ods,
    "odp/harvest.odp": _odp,
    "rtf/harvest.rtf": _rtf,
    "doc/harvest.doc": _doc,
    "xls/harvest.xls": _xls,
    "ppt/harvest.ppt": _ppt,
    "pdf/harvest.pdf": _pdf,
    "pdf/scripts.pdf": (DATA / "pdf" / "scripts.pdf").read_bytes,  # by a browser, in Noto's fonts (SIL OFL 1.1)
    "pdf/locked.pdf": (DATA / "pdf" / "locked.pdf").read_bytes,  # encrypted, its font named in a stream and not held
    "ipynb/harvest.ipynb": _notebook,
    "html/harvest.html": lambda: _HTML,
    "webarchive/harvest.webarchive": lambda: web_archives.ARCHIVE,
    "fb2/harvest.fb2": lambda: _FB2,
    "jats/harvest.jats": lambda: structured.ARTICLE,
    "docbook/harvest.docbook": lambda: structured.HANDBOOK,
    "patent/press.xml": lambda: structured.PATENT_OF_A_PRESS,
    "tei/harvest.tei": lambda: structured.LETTERS,
    "rss/harvest.rss": lambda: feeds.RSS,
    "atom/harvest.atom": lambda: feeds.ATOM,
    "xbrl/harvest.xbrl": lambda: accounts.ACCOUNTS,
    "dita/press.dita": lambda: vocabularies.TASK,
    "opml/reading.opml": lambda: vocabularies.OUTLINE,
    "xliff/app.xlf": lambda: vocabularies.XLIFF,
    "ttml/film.ttml": lambda: vocabularies.CAPTIONS,
    "kml/orchards.kml": lambda: vocabularies.KML,
    "gpx/walk.gpx": lambda: vocabularies.GPX,
    "mods/apples.mods": lambda: vocabularies.MODS,
    "resx/texts.resx": lambda: vocabularies.RESX,
    "plist/names.plist": lambda: vocabularies.PROPERTY_LIST,
    "svg/harvest.svg": lambda: _SVG,
    "epub/harvest.epub": lambda: zipped(ebooks.BOOK),
    "mobi/harvest.mobi": lambda: mobipocket.book(mobipocket.PLAIN, b"<h1>Harvest</h1><p>Apples did well.</p>"),
    "azw3/harvest.azw3": lambda: mobipocket.azw3(b"<h1>Harvest</h1><p>Apples did well.</p>", b"p { margin: 0 }"),
    "eml/harvest.eml": lambda: _EML,
    "tnef/harvest.tnef": lambda: sealed.WINMAIL,
    "p7m/harvest.p7m": lambda: sealed.signature(_EML),
    "mbox/harvest.mbox": lambda: b"From ann@a.example Mon Oct  5 10:00:00 2026\r\n" + _EML,
    "txt/harvest.txt": lambda: "Äpfel did well.\r\n".encode("utf-16"),
    "csv/harvest.csv": lambda: b"Fruit,Tons\nApple,12\n",
    "tsv/harvest.tsv": lambda: b"Fruit\tTons\nApple\t12\n",
    "ics/harvest.ics": lambda: _ICS,
    "vcf/ann.vcf": lambda: _VCF,
    "ass/harvest.ass": lambda: (
        b"[Script Info]\nTitle: Harvest\n\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n\n[Events]\n"
        b"Dialogue: 0,0:00:01.00,0:00:02.50,Default,Ann,0,0,0,,{\\i1}Apples{\\i0} did\\Nwell, this year.\n"
        b"Comment: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,to be checked\n"
    ),
    "vtt/harvest.vtt": lambda: _VTT,
    "xml/harvest.xml": lambda: b"<?xml version='1.0'?><harvest><fruit tons='12'>Apple</fruit></harvest>",
    "properties/harvest.properties": lambda: rb"fruit=\u00c4pfel" + b"\n",
    "json/harvest.json": lambda: b'{"fruit": "Apple", "tons": 12}\n',
    "md/harvest.md": lambda: b"# Harvest\n\nApples did **very** well.\n",
    "srt/harvest.srt": lambda: b"1\n00:00:00,000 --> 00:00:02,000\nApples did well.\n",
    "tex/harvest.tex": lambda: b"\\section{Harvest}\nApples did \\emph{very} well.\n",
    "docm/harvest.docm": lambda: _typed(_docx, "word/document.xml", "vnd.ms-word.document.macroEnabled"),
    "locked/harvest.docx": lambda: ole(encrypted_packages.agile(_docx())).getvalue(),
    "dotx/harvest.dotx": lambda: _typed(
        _docx, "word/document.xml", "vnd.openxmlformats-officedocument.wordprocessingml.template"
    ),
    "xlsm/harvest.xlsm": lambda: _typed(_xlsx, "xl/workbook.xml", "vnd.ms-excel.sheet.macroEnabled"),
    "xlsb/harvest.xlsb": _xlsb,
    "msg/harvest.msg": _msg,
    "spreadsheetml/harvest.xml": lambda: spelt.WORKBOOK,
    "wordml/harvest.xml": lambda: spelt.LETTER,
    "flatopc/harvest.xml": lambda: spelt.flattened(_docx()),
    "fodt/harvest.fodt": lambda: opendocument.flat("<text:p>Apples did well.</text:p>"),
    "png/harvest.png": lambda: _picture("PNG"),
    "jpeg/harvest.jpeg": lambda: _picture("JPEG", quality=90),
    "tiff/harvest.tiff": lambda: _picture("TIFF"),
    "gif/harvest.gif": lambda: _picture("GIF", "P"),
    "bmp/harvest.bmp": lambda: _picture("BMP"),
    "webp/harvest.webp": lambda: _picture("WEBP", lossless=True),
    "ico/harvest.ico": _icon,
    "xbm/harvest.xbm": lambda: _picture("XBM", "1"),
    "avif/harvest.avif": lambda: _picture("AVIF", quality=90, max_threads=1),
    "apng/harvest.apng": _animation,
    "emf/harvest.emf": _drawing,
    "emz/harvest.emz": lambda: gzip.compress(_drawing(), mtime=0),
    "wmf/harvest.wmf": lambda: metafiles.wmf(
        metafiles.wmf_font(-20), metafiles.wmf_text(b"Harvest", 9, 9), placed=True
    ),
    "jp2/harvest.jp2": lambda: _picture("JPEG2000"),
    "svgz/harvest.svgz": lambda: gzip.compress(_SVG, mtime=0),
    "parquet/harvest.parquet": lambda: parquet.packed(1),
    "fods/harvest.fods": lambda: opendocument.flat(
        f'<table:table table:name="A"><table:table-row>{opendocument.cell("Apple")}</table:table-row></table:table>',
        "spreadsheet",
    ),
    "fodp/harvest.fodp": lambda: opendocument.flat(
        "<draw:page><draw:frame><draw:text-box><text:p>Apples did well.</text:p></draw:text-box></draw:frame>"
        "</draw:page>",
        "presentation",
    ),
    "xz/harvest.txt.xz": lambda: lzma.compress(b"Apples did well."),
    "heic/harvest.heic": (DATA / "heic" / "harvest.heic").read_bytes,  # nothing we may ship writes it
    "bz2/harvest.tar.bz2": lambda: bz2.compress(taped(_MEMBERS)),
    "zip/harvest.zip": lambda: zipped(_MEMBERS),
    "tar/harvest.tar": lambda: taped(_MEMBERS),
    "gz/harvest.tar.gz": lambda: gzip.compress(taped(_MEMBERS), mtime=0),
}
"""Path below ``data`` and what makes the file."""

HIDING = (
    "docx/harvest.docx", "xlsx/harvest.xlsx", "pptx/harvest.pptx", "odt/harvest.odt", "ods/harvest.ods",
    "doc/harvest.doc", "rtf/harvest.rtf", "xls/harvest.xls", "xlsb/harvest.xlsb", "html/harvest.html",
    "svg/harvest.svg", "zip/harvest.zip", "odp/harvest.odp", "ppt/harvest.ppt", "rss/harvest.rss", "xbrl/harvest.xbrl",
    "dita/press.dita", "ttml/film.ttml",
)  # fmt: skip
"""Those of them that hide something, or calculate it."""
