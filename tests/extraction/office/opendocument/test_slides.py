"""OpenDocument presentations."""

import pytest

from extraction.blocks import texts
from extraction.tools import TOOLS, limited
from moonshelf.errors import LimitReached
from moonshelf.extraction.document import Document
from moonshelf.extraction.office.opendocument.packages import extract
from moonshelf.extraction.tools import Tools
from samples.office.opendocument import SPACES, parts
from samples.packages import archive


def read(body: str, *, tools: Tools = TOOLS, styles: str = "") -> Document:
    return extract(archive(parts(body, "presentation", styles=styles)), tools)


def frame(words: str, more: str) -> str:
    return f"<draw:frame {more}><draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame>"


def test_slides_are_read_with_titles_and_notes() -> None:
    notes = f"<presentation:notes>{frame('Say hello.', '')}</presentation:notes>"
    shapes = frame("low", 'svg:y="9cm"') + frame("high", 'svg:y="1cm"') + frame("Hello", 'presentation:class="title"')
    hidden = f'<draw:page draw:style-name="unseen">{frame("never", "")}</draw:page>'
    document = read(f"<draw:page>{shapes}{notes}</draw:page>{hidden}")
    assert texts(document) == ["Slide 1: Hello", "high", "low", "Notes: Say hello."]
    assert document.pages[0].coverage.words_hidden > 0


def test_what_groups_comments_footers_and_masters_say_is_read_in_its_place() -> None:
    far = frame("far", 'svg:x="50cm" svg:width="1cm" svg:height="1cm"')
    low, high = (frame(words, f'svg:y="{top}cm"') for words, top in (("low", 9), ("high", 1)))
    turned = frame("middle", 'draw:transform="rotate (1.57) translate (1cm 5cm)"')
    note = (
        '<o:annotation xmlns:o="http://openoffice.org/2009/office"><dc:creator>Bob</dc:creator><text:p>No.</text:p>'
        "</o:annotation>"
    )
    declared = '<presentation:footer-decl presentation:name="f">Small print</presentation:footer-decl>'
    uses = 'presentation:use-footer-name="f" draw:master-page-name="M"'
    slide = f"<draw:page {uses}><draw:g>{low}{far}</draw:g>{turned}{high}{note}</draw:page>"
    prompt = frame("Click to add", 'presentation:class="title"')
    layout = (
        '<office:automatic-styles><style:page-layout style:name="L"><style:page-layout-properties fo:page-width="28cm" '
        'fo:page-height="21cm"/></style:page-layout></office:automatic-styles>'
        f'<style:master-page style:name="M">{prompt}{frame("Logo", "")}</style:master-page>'
    )
    styles = f"<office:document-styles {SPACES}>{layout}</office:document-styles>"
    document = read(f"{declared}{slide}<draw:page {uses}/>", styles=styles)
    assert texts(document) == [
        "Slide 1", "high", "middle", "low", "Footer: Small print", "On every slide: Logo", "Comment by Bob: No.",
        "Slide 2",
    ]  # fmt: skip
    assert [one.text for one in document.pages[0].coverage.hidden] == ["far"]


def test_headers_declared_for_notes_are_read() -> None:
    declared = '<presentation:header-decl presentation:name="h">A talk</presentation:header-decl>'
    notes = '<presentation:notes presentation:use-header-name="h"/>'
    assert texts(read(f"{declared}<draw:page>{notes}</draw:page><draw:page>{notes}</draw:page>")) == [
        "Slide 1", "Header: A talk", "Slide 2",
    ]  # fmt: skip


def test_more_slides_than_the_limit_are_refused() -> None:
    with pytest.raises(LimitReached):
        read("<draw:page/><draw:page/>", tools=limited(pages=1))


def test_a_reference_among_shapes_that_nothing_declares_is_none_of_them() -> None:
    notes = f"<presentation:notes>&odd;{frame('Say hello.', '')}</presentation:notes>"
    assert texts(read(f"<draw:page>&odd;{frame('low', '')}{notes}</draw:page>")) == [
        "Slide 1",
        "low",
        "Notes: Say hello.",
    ]
