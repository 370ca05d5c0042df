"""Style sheets inside pages, and what they hide."""

from io import BytesIO

import pytest

from extraction.tools import TOOLS
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.inclusion import NOTHING_MORE
from moonshelf.extraction.markup import hypertext
from moonshelf.extraction.markup.hypertext import extract

_PAGE = (
    "<!DOCTYPE html><head><style>{}</style></head>"
    "<p class='a gone'>one</p><p id=gone>two</p><div>three</div><p>four</p>"
)


def _read(rules: str) -> list[str]:
    (page,) = extract(BytesIO(_PAGE.replace("{}", rules).encode()), TOOLS).pages
    assert page.coverage.words_hidden == 4 - len(page.blocks)
    return [block.text for block in page.blocks]


@pytest.mark.parametrize(
    ("rules", "shown"),
    [
        (".gone { color: red; DISPLAY: none }", ["two", "three", "four"]),
        ("p.gone, #gone {visibility:hidden}", ["three", "four"]),
        ("div{opacity:0}", ["one", "two", "four"]),
        ("/* .a { */ .b{} .gone{display:none !important}", ["two", "three", "four"]),
        ("@import 'x'; @font-face{src:y} .gone{display:none}", ["two", "three", "four"]),
        ("@media print { .gone {display:none} p {display:none} } #gone{display:none}", ["one", "three", "four"]),
        (".gone{display:none} .gone{display:block}", ["one", "two", "three", "four"]),
        ("div .gone{display:none} .gone:hover{display:none} p > .a{display:none}", ["one", "two", "three", "four"]),
        (".gone{opacity:0} .gone.a{opacity:1}", ["one", "two", "three", "four"]),
        (".gone{display:none} nav .gone, ul > .gone{display:block}", ["one", "two", "three", "four"]),
        (".gone{display:none} .gone:hover{display:block} .gone .a{display:block}", ["two", "three", "four"]),
        ("p{opacity:0.5;font-size:0.9em}", ["one", "two", "three", "four"]),
        ("}}}{{{@@@;.gone{display:none", ["one", "two", "three", "four"]),
    ],
)
def test_what_one_plain_selector_hides_is_withheld(rules: str, shown: list[str]) -> None:
    assert _read(rules) == shown


def test_what_an_element_says_of_itself_wins_over_its_class() -> None:
    page = (
        "<style>.gone{display:none}</style><p class=gone style='display: block'>one</p><p class=gone style='x'>two</p>"
    )
    (read,) = extract(BytesIO(page.encode()), TOOLS).pages
    assert [block.text for block in read.blocks] == ["one"]


def test_a_page_links_one_sheet_any_number_of_times_and_it_is_looked_at_once() -> None:
    links = "<link rel=stylesheet href=a.css>" * 20_000
    page = f"<!DOCTYPE html><head>{links}</head><p>one</p>".encode()
    looked: list[str] = []

    def linked(address: str) -> str:
        looked.append(address)
        return ".gone{}" * 50_000

    (block,) = hypertext.read(page, Withheld(NOTHING_MORE), linked=linked).blocks
    assert block.text == "one"
    assert len(looked) < 100
