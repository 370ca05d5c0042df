"""Subtitles in SubStation Alpha, as players show them."""

import time
from io import BytesIO

import pytest
from msgspec.structs import replace

from extraction.tools import TOOLS
from moonshelf.extraction import registry
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.markdown import to_text
from moonshelf.extraction.text.substation import SUBSTATION, extract

HEAD = (
    "[Script Info]\r\nTitle: Harvest\r\n\r\n[V4+ Styles]\r\nFormat: Name, Fontname\r\nStyle: Default,Arial\r\n\r\n"
    "[Fonts]\r\nfontname: a.ttf\r\n!!!ABC\r\n\r\n[Events]\r\n"
)
FORMAT = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\r\n"
SHOWN = "[Script Info]\nTitle: Harvest\n\n[Events]\n"


def content(events: str, *, hidden: bool = False) -> str:
    tools = replace(TOOLS, include=Include(hidden=hidden)) if hidden else TOOLS
    return to_text(extract(BytesIO((HEAD + events).encode()), tools))


def event(text: str, *, name: str = "", kind: str = "Dialogue") -> str:
    return f"{kind}: 0,0:00:01.00,0:00:02.50,Default,{name},0,0,0,,{text}\r\n"


@pytest.mark.parametrize("stated", ["", FORMAT])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Apples, pears", "Apples, pears"),
        ("{\\i1}Apples{\\i0} did\\Nwell\\hhere", "Apples did\nwell here"),
        ("{\\an8\\pos(1,2)}up", "up"),
        ("{\\an7\\p1}m 0 0 l 100 0{\\p0}words", "words"),
        ("{\\pos(1,2)}one {\\pbo3}two", "one two"),
    ],
)
def test_words_stand_at_their_times_without_what_sets_them(stated: str, text: str, shown: str) -> None:
    assert content(stated + event(text)) == f"{SHOWN}0:00:01.00 --> 0:00:02.50\n{shown}"


def test_who_speaks_is_told_wherever_the_format_says_it() -> None:
    assert content(FORMAT + event("Hi", name="Ann")).endswith("02.50\nAnn: Hi")
    assert content("Format: Marked, Start, End, Actor, Text\r\nDialogue: 0,1,2,Bo,a, b\r\n").endswith(
        "1 --> 2\nBo: a, b"
    )


@pytest.mark.parametrize("stated", ["Format:\r\n", "Format: Layer, Start, End, Style\r\n"])
def test_a_format_without_text_is_damaged_and_loses_no_words(stated: str) -> None:
    assert content(stated + event("Apples, pears")).endswith("0:00:02.50\nApples, pears")


def test_an_event_that_is_cut_short_is_told_as_it_is() -> None:
    assert content("Dialogue: Hello there\r\n") == f"{SHOWN}Dialogue: Hello there"


def test_drawings_alone_are_no_words() -> None:
    assert content(event("{\\p1}m 0 0 l 100 0")) == SHOWN.rstrip("\n")


def test_comments_are_withheld_unless_they_are_asked_for() -> None:
    events = event("to do", kind="Comment") + event("{sign}Hi")
    assert content(events).endswith("0:00:02.50\nHi\n\n3 words of hidden text withheld.")
    assert content(events, hidden=True).count("-->") == 2
    assert content(events, hidden=True).endswith("{sign}Hi")


def test_both_names_of_the_format_are_read_so() -> None:
    assert registry.find("text/x-ssa") is SUBSTATION


@pytest.mark.parametrize("text", ["{" * 200_000, "{" + "\\p1" * 100_000, "{\\p1}" * 50_000, "{" + "\\" * 200_000])
def test_hostile_events_are_read_in_the_time_of_their_size(text: str) -> None:
    began = time.process_time()
    content(event(text))
    assert time.process_time() - began < 2
