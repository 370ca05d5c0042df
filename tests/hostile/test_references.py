"""Whatever a file refers to, on this machine or another, is neither fetched nor opened."""

import json
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pytest

from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.reading import Reader
from samples.compound_files import ole
from samples.markup import ebooks, mobipocket
from samples.office import opendocument, sheets, slides, word, word_binary
from samples.packages import relations, zipped

_SECRET = "planted-9b1f"  # noqa: S105  what a planted file holds


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with tempfile.TemporaryDirectory() as scratch, Reader(scratch=Path(scratch)) as one:
        yield one


def _docx(address: str) -> bytes:
    letter = word.parts(
        f'<w:altChunk r:id="x"/><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>'
        f'INCLUDETEXT "{address}"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        f"{word.paragraph('own words')}"
    )
    kinds = ("aFChunk", "image", "attachedTemplate", "subDocument", "frame")
    links = relations(*((f"x{place or ''}", kind, address) for place, kind in enumerate(kinds)))
    return zipped({**letter, "word/_rels/document.xml.rels": links})


def _odt(address: str) -> bytes:
    section = f'<text:section><text:section-source xlink:href="{address}"/></text:section>'
    image = f'<draw:frame><draw:image xlink:href="{address}"/><draw:object xlink:href="{address}"/></draw:frame>'
    return zipped(opendocument.parts(f"<text:p>own words{image}</text:p>{section}"))


def _pptx(address: str) -> bytes:
    show = slides.parts(slides.slide(slides.shape(slides.paragraph("own words"))))
    return zipped({**show, "ppt/slides/_rels/slide1.xml.rels": relations(("m", "video", address))})


def _html(address: str) -> bytes:
    return (
        f'<!DOCTYPE html><base href="{address}"><link rel=stylesheet href="{address}"><script src="{address}"></script>'
        f'<style>@import url("{address}");</style><img src="{address}"><iframe src="{address}"></iframe>'
        f'<object data="{address}"></object><p>own words</p>'
    ).encode()


def _svg(address: str) -> bytes:
    return (
        f'<!DOCTYPE svg SYSTEM "{address}" [<!ENTITY x SYSTEM "{address}"><!ENTITY % p SYSTEM "{address}">%p;]>'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<image xlink:href="{address}"/><use href="{address}#a"/><text>own words &x;</text></svg>'
    ).encode()


def _fb2(address: str) -> bytes:
    return (
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{address}">]>'
        f'<?xml-stylesheet href="{address}"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" '
        'xmlns:xi="http://www.w3.org/2001/XInclude"><body><section><p>own words &x;</p>'
        f'<xi:include href="{address}" parse="text"/></section></body></FictionBook>'
    ).encode()


def _rtf(address: str) -> bytes:
    return (
        rf'{{\rtf1{{\*\template {address}}}{{\field{{\*\fldinst INCLUDETEXT "{address}"}}{{\fldrslt own}}}} words\par}}'
    ).encode()


def _epub(address: str) -> bytes:
    chapter = f'<html><head><link href="{address}"/></head><body><img src="{address}"/><p>own words</p></body></html>'
    return zipped({**ebooks.BOOK, "OPS/a.xhtml": chapter})


def _eml(address: str) -> bytes:
    return (
        "From: a@a.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\n"
        f'Content-Type: message/external-body; access-type=URL; URL="{address}"\r\n\r\n--X\r\n'
        f'Content-Type: text/html\r\n\r\n<img src="{address}"><p>own words</p>\r\n--X--\r\n'
    ).encode()


def _pdf(address: str) -> bytes:
    return (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI("
        f"{address})>>>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R"
        "/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
        f">>endobj\n4 0 obj<</Length 0/F<</FS/URL/F({address})>>>>stream\nendstream endobj\ntrailer<</Root 1 0 R>>\n"
    ).encode()


def _xlsx(address: str) -> bytes:
    sheet = sheets.parts('<row r="1"><c r="A1" t="str"><v>own words</v></c></row>')
    links = relations(("e", "externalLinkPath", address), ("o", "oleObject", address), ("i", "image", address))
    return zipped({**sheet, "xl/worksheets/_rels/sheet1.xml.rels": links, "xl/externalLinks/_rels/a.xml.rels": links})


def _xml(address: str) -> bytes:
    return (
        f'<?xml version="1.0"?><?xml-stylesheet href="{address}"?><!DOCTYPE a SYSTEM "{address}" '
        f'[<!ENTITY x SYSTEM "{address}">]><a xmlns:xi="http://www.w3.org/2001/XInclude">own words &x;'
        f'<xi:include href="{address}" parse="text"/></a>'
    ).encode()


def _notebook(address: str) -> bytes:
    cell = {"cell_type": "markdown", "source": f'own words ![]({address}) <img src="{address}">'}
    return json.dumps({"nbformat": 4, "cells": [cell, {"cell_type": "code", "source": f"%run {address}"}]}).encode()


def _doc(address: str) -> bytes:
    told = [(f'\x13 INCLUDETEXT "{address}" \x14own\x15 words\r', word_binary.PLAIN)]
    return ole(word_binary.streams(told)).getvalue()


_FILES: Mapping[str, Callable[[str], bytes]] = {
    "a.docx": _docx,
    "a.odt": _odt,
    "a.pptx": _pptx,
    "a.html": _html,
    "a.svg": _svg,
    "a.fb2": _fb2,
    "a.rtf": _rtf,
    "a.epub": _epub,
    "a.eml": _eml,
    "a.pdf": _pdf,
    "a.xlsx": _xlsx,
    "a.xml": _xml,
    "a.ipynb": _notebook,
    "a.doc": _doc,
    "a.mobi": lambda address: mobipocket.book(mobipocket.PLAIN, _html(address)),
    "a.tex": lambda address: f"own words \\input{{{address}}} \\includegraphics{{{address}}}".encode(),
    "a.zip": lambda address: zipped({"page.html": _html(address), "picture.svg": _svg(address)}),
}


def _read(reader: Reader, name: str, content: bytes) -> str:
    try:
        joined = reader.read(BytesIO(content), sniffing.media_type(BytesIO(content), name)).joined
    except ExtractionError as error:
        return str(error)
    assert joined is not None
    return joined.markdown.decode()


@pytest.mark.parametrize("name", _FILES)
def test_no_address_on_the_network_is_called(reader: Reader, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        _read(reader, name, _FILES[name](f"http://127.0.0.1:{listener.getsockname()[1]}/x"))
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize("name", _FILES)
def test_no_other_file_of_this_machine_is_read(reader: Reader, name: str, tmp_path: Path) -> None:
    planted = tmp_path / "planted.txt"
    planted.write_text(_SECRET, encoding="utf-8")
    for address in (planted.as_uri(), str(planted), f"file://localhost{planted}"):
        assert _SECRET not in _read(reader, name, _FILES[name](address))


@pytest.mark.parametrize("name", [name for name in _FILES if name != "a.pdf"])
def test_its_own_words_are_read_all_the_same(reader: Reader, name: str) -> None:
    assert "own words" in _read(reader, name, _FILES[name]("http://127.0.0.1:9/x"))
