"""Every text run of a source is in the content, or listed as hidden: counted here apart from our readers."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO

import pytest
from lxml import etree

from extraction.tools import TOOLS
from moonshelf.extraction import sniffing
from moonshelf.extraction.coverage import omissions
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markdown import to_text
from moonshelf.extraction.registry import find
from samples.formats import SAMPLES

_PARTS = re.compile(r"word/document\.xml|ppt/slides/[^/]*\.xml|xl/sharedStrings\.xml|content\.xml")
"""Of the samples; their other parts are there without being referred to."""

_TEXTS = ("{*}t", "{*}p", "{*}h")  # runs of Office Open XML; paragraphs and headings of OpenDocument, HTML, FictionBook
_SPELT = re.compile(r"<[^<>]*>|&\w+;")  # HTML that a feed spells out in its text
_LABEL = 6  # letters of the longest that we put in: "footer"
_SHOWN = {"name", "descr", "title"}  # attributes that are text
_KINDS = ("docx", "docm", "dotx", "xlsx", "xlsm", "pptx", "odt", "ods", "odp", "fodt")
_WHOLE = ("jats", "docbook", "tei", "patent", "rss", "atom", "dita", "ttml")
"""Of these all text is to be read; what we put in is longer than labels."""


def _roots(content: bytes) -> "Iterator[etree._Element]":
    if not content.startswith(b"PK"):
        yield etree.fromstring(content)
        return
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if _PARTS.fullmatch(name):
                yield etree.fromstring(archive.read(name))


def _counted(content: bytes) -> Counter[str]:
    """Words of all parts: with nothing or a blank between runs, whichever finds more, and those of attributes."""
    if not content.startswith(b"PK"):
        roots = [etree.fromstring(content)]
    else:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            roots = [etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")]
    close, apart = ([between.join(map(str, root.itertext())) for root in roots] for between in ("", " "))
    attributes = [str(value) for root in roots for one in root.iter() for key, value in one.items() if key in _SHOWN]
    texts = Counter(_words(" ".join(close))) | Counter(_words(" ".join(apart)))
    return texts + Counter(_words(" ".join(attributes)))


def _aid(run: "etree._Element") -> bool:
    """Whether it spells how the text before is pronounced: who sees the cell sees the text alone."""
    parent = run.getparent()
    return parent is not None and str(parent.tag).endswith("}rPh")


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _accounted(document: Document) -> str:
    hidden = " ".join(span.text for page in document.pages for span in page.coverage.hidden)
    return "".join(_words(f"{to_text(document)} {hidden}"))


@pytest.mark.parametrize("place", [place for place in sorted(SAMPLES) if place.partition("/")[0] in _KINDS + _WHOLE])
def test_every_text_run_is_in_the_content_or_listed_as_hidden(place: str) -> None:
    content = SAMPLES[place]()
    one = find(sniffing.media_type(BytesIO(content), place))
    assert isinstance(one, Flowing)
    accounted = _accounted(one.extract(BytesIO(content), TOOLS))

    texts = ("*",) if place.startswith(_WHOLE) else _TEXTS
    runs = [
        _SPELT.sub(" ", str(text))
        for root in _roots(content)
        for run in root.iter(*texts)
        if not _aid(run)
        for text in run.itertext()
    ]
    assert any(_words(run) for run in runs)
    assert [word for run in runs for word in _words(run) if word not in accounted] == []


@pytest.mark.parametrize("place", [place for place in sorted(SAMPLES) if place.partition("/")[0] in _KINDS])
def test_no_long_word_is_said_more_often_than_in_the_source(place: str) -> None:
    content = SAMPLES[place]()
    one = find(sniffing.media_type(BytesIO(content), place))
    assert isinstance(one, Flowing)
    document = one.extract(BytesIO(content), TOOLS)
    said = Counter(_words(to_text(document))) - Counter(_words(omissions.describe(document)))

    source = _counted(content)
    assert {word: count for word, count in said.items() if len(word) > _LABEL and count > source[word]} == {}
