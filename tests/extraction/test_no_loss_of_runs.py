"""Whatever marks and blanks stand around words, the words are in the content or listed as hidden, in every family."""

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.tools import TOOLS
from moonshelf.extraction import sniffing
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markdown import to_markdown, to_text
from moonshelf.extraction.registry import find
from samples.compound_files import ole, write
from samples.mail import outlook
from samples.markup import ebooks, mobipocket
from samples.office import opendocument, sheets, sheets_binary, sheets_packed, slides, slides_binary, word, word_binary
from samples.packages import zipped

Run = tuple[str, bool]  # its text, and whether it is hidden
Runs = Sequence[Run]

_TOKENS = (
    "word", "Zahl", "中文", "é", "0", "1.", "a)", "http://a.example/b", "[x](y)", "\t", " ", "  ", "\u00a0", "\u200b",
    "\n", "-", "'", '"', "<", ">", "</p>", "&", "&amp;", "*", "**", "_", "#", "|", "`", "\\", "\\par", "{", "}", "€",
    "😀", "=", "~", "$",
)  # fmt: skip
_EDGES = ("", "\t", " ", "\n", "\u00a0", "\u200b")
_TEXTS = st.tuples(
    st.sampled_from(_EDGES),
    st.lists(st.sampled_from(_TOKENS), min_size=1, max_size=6).map("".join),
    st.sampled_from(_EDGES),
).map("".join)
_RUNS = st.lists(st.tuples(_TEXTS, st.booleans()), min_size=1, max_size=4)


def _docx(runs: Runs) -> bytes:
    made = [word.run(escape(text), "<w:vanish/>" if hidden else "") for text, hidden in runs]
    return zipped(word.parts("".join(f"<w:p>{one}</w:p>" for one in made) + f"<w:p>{''.join(made)}</w:p>"))


def _doc(runs: Runs) -> bytes:
    told = [f"{_flat(text)}q{place}" for place, (text, _) in enumerate(runs)]
    hidden = [(one, word_binary.HIDDEN) for one, (_, is_hidden) in zip(told, runs, strict=True) if is_hidden]
    paragraphs = [(f"{one}\r", word_binary.PLAIN) for one in told]
    return ole(word_binary.streams(paragraphs, runs=hidden, wide=True)).getvalue()


def _rtf(runs: Runs) -> bytes:
    def spelt(text: str) -> str:
        plain = re.sub(r"([\\{}])", r"\\\1", text).replace("\t", r"\tab ").replace("\n", r"\line ")
        units = memoryview(plain.encode("utf-16-le")).cast("H")
        return "".join(chr(unit) if unit < 128 else rf"\u{unit - (unit >> 15 << 16)}?" for unit in units)

    body = "".join(rf"{{\v{int(hidden)} {spelt(text)}}}\par " for text, hidden in runs)
    return rf"{{\rtf1\ansi {body}}}".encode("ascii")


def _pptx(runs: Runs) -> bytes:
    made = [slides.slide(slides.shape(slides.paragraph(escape(text))), hidden=hidden) for text, hidden in runs]
    return zipped(slides.parts(*made))


def _ppt(runs: Runs) -> bytes:
    made = slides_binary
    slides = [made.slide(made.shape(made.text(made.OTHER, text)), hidden=hidden) for text, hidden in runs]
    return ole(made.streams(*slides)).getvalue()


def _xlsx(runs: Runs) -> bytes:
    rows = "".join(
        f'<row r="{row}" hidden="{int(hidden)}">{sheets.text(f"A{row}", escape(text))}</row>'
        for row, (text, hidden) in enumerate(runs, start=1)
    )
    return zipped(sheets.parts(rows))


def _xls(runs: Runs) -> bytes:
    made, cells = sheets_binary, b""
    for row, (text, hidden) in enumerate(runs):
        units = text.encode("utf-16-le")
        record = row.to_bytes(2, "little") + bytes(10) + (0x20 * hidden).to_bytes(2, "little") + bytes(2)
        string = (len(units) // 2).to_bytes(2, "little") + b"\1" + units
        cells += made.record(0x0208, record) + made.record(0x0204, row.to_bytes(2, "little") + bytes(4), string)
    return ole(made.workbook(cells)).getvalue()


def _xlsb(runs: Runs) -> bytes:
    made = sheets_packed
    cells = [made.row(place, made.text(0, _flat(text)), hidden=hidden) for place, (text, hidden) in enumerate(runs)]
    return zipped(made.parts(b"".join(cells)))


def _open(kind: str, wrap: Callable[[str, bool], str], around: str = "{}") -> Callable[[Runs], bytes]:
    def made(runs: Runs) -> bytes:
        body = around.format("".join(wrap(escape(text), hidden) for text, hidden in runs))
        return zipped(opendocument.parts(body, kind))

    return made


def _open_text(text: str, hidden: bool) -> str:  # noqa: FBT001 - one of three alike
    return f'<text:p>a<text:span text:style-name="{"V" if hidden else "B"}">{text}</text:span></text:p>'


def _open_row(text: str, hidden: bool) -> str:  # noqa: FBT001
    shown = ' table:visibility="collapse"' if hidden else ""
    return f"<table:table-row{shown}>{opendocument.cell(text)}</table:table-row>"


def _open_slide(text: str, hidden: bool) -> str:  # noqa: FBT001
    style = ' draw:style-name="unseen"' if hidden else ""
    return (
        f"<draw:page{style}><draw:frame><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame></draw:page>"
    )


def _web(runs: Runs) -> str:
    style = ("", ' style="display:none"')
    return "".join(f"<p{style[hidden]}>{escape(text)}</p>" for text, hidden in runs)


def _fb2(runs: Runs) -> bytes:
    lines = "".join(f"<p>{escape(text)}</p>" for text, _ in runs)
    space = 'xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"'
    return f'<?xml version="1.0"?><FictionBook {space}><body><section>{lines}</section></body></FictionBook>'.encode()


def _svg(runs: Runs) -> bytes:
    lines = "".join(f'<text display="{("inline", "none")[hidden]}">{escape(text)}</text>' for text, hidden in runs)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{lines}</svg>'.encode()


def _eml(runs: Runs, kind: str = "plain") -> bytes:
    text = "\n".join(text for text, _ in runs) if kind == "plain" else f"<html>{_web(runs)}"
    head = f"From: a@a.example\r\nMIME-Version: 1.0\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(text.encode())


def _msg(runs: Runs) -> bytes:
    return write(outlook.item(32, {0x0037: "Hello", 0x1000: "\r\n".join(text for text, _ in runs)}))


def _notebook(runs: Runs) -> bytes:
    kinds = ("code", "markdown")
    cells: list[object] = [{"cell_type": kinds[hidden], "source": text, "outputs": []} for text, hidden in runs]
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def _flat(text: str) -> str:
    return text.replace("\n", " ").replace("😀", "")


MAKERS: Mapping[str, Callable[[Runs], bytes]] = {
    "docx": _docx,
    "doc": _doc,
    "rtf": _rtf,
    "pptx": _pptx,
    "ppt": _ppt,
    "xlsx": _xlsx,
    "xls": _xls,
    "xlsb": _xlsb,
    "odt": _open("text", _open_text),
    "ods": _open("spreadsheet", _open_row, '<table:table table:name="A">{}</table:table>'),
    "odp": _open("presentation", _open_slide),
    "html": lambda runs: f"<!DOCTYPE html>{_web(runs)}".encode(),
    "epub": lambda runs: zipped({**ebooks.BOOK, "OPS/a.xhtml": ebooks.CHAPTER.format(_web(runs))}),
    "mobi": lambda runs: mobipocket.book(mobipocket.PLAIN, f"<html>{_web(runs)}".encode()),
    "fb2": _fb2,
    "svg": _svg,
    "eml": _eml,
    "html mail": lambda runs: _eml(runs, "html"),
    "mbox": lambda runs: b"From a@a.example Mon Oct  5 10:00:00 2026\n" + _eml(runs),
    "msg": _msg,
    "ipynb": _notebook,
    "xml": lambda runs: f"<?xml version='1.0'?><a>{''.join(escape(text) for text, _ in runs)}</a>".encode(),
}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


@pytest.mark.parametrize("kind", MAKERS)
@given(runs=_RUNS)
@settings(max_examples=40, deadline=None)
def test_every_word_is_in_the_content_or_listed_as_hidden(kind: str, runs: Runs) -> None:
    content = MAKERS[kind](runs)
    one = find(sniffing.media_type(BytesIO(content), "a.eml" if "mail" in kind else f"a.{kind}"))
    assert isinstance(one, Flowing)
    document = one.extract(BytesIO(content), TOOLS)

    hidden = " ".join(span.text for page in document.pages for span in page.coverage.hidden)
    source = Counter(word for text, _ in runs for word in _words(text))
    for view in (to_text, to_markdown):
        accounted = "".join(_words(f"{view(document)} {hidden}"))
        assert {word: count for word, count in source.items() if accounted.count(word) < count} == {}
