"""What begins again and again and never ends is looked through once, not once from each beginning."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BytesIO

import pytest

from extraction.tools import nesting
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.registry import find
from samples.office import sheets, word
from samples.packages import SPACES, zipped

_SIZE = 1_000_000
_MOST_S = 3.0  # of the processor, ten times what any of them takes; each took more than that before it was mended
_FB2 = '<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><body><section><p>a & b</p>'
_MAIL = "From: a@a.example\nMIME-Version: 1.0\nContent-Type: {}\n\n"
_NOTEBOOK = '{{"nbformat": 4, "cells": [{{"cell_type": "markdown", "source": "{}"}}]}}'
_OUTPUT = (
    '{{"nbformat": 4, "cells": [{{"cell_type": "code", "source": "x", "outputs": '
    '[{{"output_type": "stream", "name": "stdout", "text": "{}"}}]}}]}}'
)
_STYLE = "<!DOCTYPE html><style>{}</style><p>words"
_LETTER = '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body>{}</w:body></w:wordDocument>'
_TRACK = '<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{}</trkseg></trk></gpx>'
_XLIFF = '<xliff version="2.0" srcLang="en"><file id="f"><unit id="u">{}</unit></file></xliff>'
_FIELD = word.mark("begin") + word.mark("separate") + word.run("x")
_COMMENTS = "<!-- c -->" * 40 + "<!"  # what follows comments is no element


def _over(one: str) -> str:
    return one * (_SIZE // len(one))


def _listed(number: int) -> str:
    return f'<w:p><w:pPr><w:numPr><w:numId w:val="{number}"/></w:numPr></w:pPr></w:p>'


def _linked(lists: int) -> str:
    """Give each list levels that stand nowhere, as those of a style that no list has."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:numStyleLink w:val="s{n}"/></w:abstractNum>' for n in range(lists)
    )
    return _numbering(abstract + "".join(_num(n, n) for n in range(lists)))


def _levelled(lists: int) -> str:
    """Give all lists the same levels, of which none is theirs."""
    abstract = '<w:abstractNum w:abstractNumId="0">' + '<w:lvl w:ilvl="8"/>' * 50_000 + "</w:abstractNum>"
    return _numbering(abstract + "".join(_num(n, 0) for n in range(lists)))


def _num(number: int, abstract: int) -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/></w:num>'


def _numbering(inside: str) -> str:
    return f"<w:numbering {SPACES}>{inside}</w:numbering>"


REPEATED: Mapping[str, Callable[[], str | bytes]] = {
    "texts of XML.fb2": lambda: _FB2 + _over("<![CDATA["),
    "comments of XML.fb2": lambda: _FB2 + _over("<!--"),
    "instructions of XML.fb2": lambda: _FB2 + _over("<?"),
    "document types.fb2": lambda: _FB2 + _over("<!DOCTYPE["),
    "comments of styles.html": lambda: _STYLE.format(_over("/*")),
    "selectors.html": lambda: _STYLE.format(_over("a b ")),
    "cells that reach down.html": lambda: (
        "<!DOCTYPE html><table>" + "<tr><td rowspan=60000 colspan=1000>x<td rowspan=60000>y" * 2000
    ),
    "attributes.html": lambda: "<!DOCTYPE html><p " + "".join(f"a{n}=v " for n in range(100_000)) + ">words",
    "pictures of notebooks.ipynb": lambda: _NOTEBOOK.format(_over("](data:")),
    "pictures of mail.eml": lambda: _MAIL.format("text/plain") + 2 * _over("[image:"),
    "armour.eml": lambda: _MAIL.format("text/plain") + 3 * _over("-----BEGIN PGP MESSAGE-----\n"),
    "lines that flow.eml": lambda: _MAIL.format("text/plain; format=flowed") + _over("word \n"),
    "labels.eml": lambda: _MAIL.format("text/plain; charset=punycode") + "a-" + _over("9a"),
    "boundaries.eml": lambda: _MAIL.format("multipart/mixed; boundary=b") + 4 * _over("--b\n"),
    "points of a track.gpx": lambda: _TRACK.format("<a/>" * 80_000 + '<trkpt lat="1" lon="2"/>'),
    "segments.xlf": lambda: _XLIFF.format(_over("<segment><source/></segment>")),
    "notes.rtf": lambda: r"{\rtf1 " + r"x{\footnote n}" * 30_000 + "}",
    "fields of Word.docx": lambda: zipped(word.parts(f"<w:p>{_FIELD * 30_000}</w:p>")),
    "paragraphs of Word 2003.xml": lambda: _LETTER.format("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 50_000),
    "styles of Word.docx": lambda: zipped({**word.parts(word.paragraph("words")), "word/styles.xml": _COMMENTS}),
    "notes of Word.docx": lambda: zipped(
        {**word.parts(word.paragraph("words")), "word/footnotes.xml": _over("<footnote ") + ":type="}
    ),
    "lists of Word.docx": lambda: zipped(
        {**word.parts("".join(_listed(n) for n in range(3000))), "word/numbering.xml": _linked(3000)}
    ),
    "levels of Word.docx": lambda: zipped(
        {**word.parts("".join(_listed(n) for n in range(3000))), "word/numbering.xml": _levelled(3000)}
    ),
    "declarations of encodings.html": lambda: "<meta" * 60 + " charset=" + " " * 16_000,
    "lines written over.ipynb": lambda: _OUTPUT.format("x" * 200_000 + r"\n\r"),
    "rows of nothing.xlsx": lambda: zipped(sheets.parts("<row/>" * 8_000_000)),
    "rows.xlsx": lambda: zipped({**sheets.parts(""), "xl/worksheets/sheet1.xml": _COMMENTS}),
}


@pytest.mark.parametrize("name", REPEATED)
def test_it_is_read_in_the_time_of_its_size(name: str) -> None:
    written = REPEATED[name]()
    content = BytesIO(written.encode() if isinstance(written, str) else written)
    one = find(sniffing.media_type(content, name))
    assert isinstance(one, Flowing)
    begun = time.process_time()

    with suppress(ExtractionError):
        one.extract(content, nesting())

    assert time.process_time() - begun < _MOST_S
