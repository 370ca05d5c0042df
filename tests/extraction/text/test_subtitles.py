"""Subtitles without the tags that set them."""

import time
from io import BytesIO

import pytest
from msgspec.structs import replace

from extraction.tools import TOOLS
from moonshelf.extraction import registry
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.markdown import to_text
from moonshelf.extraction.text.subtitles import SUBTITLES, extract

HEAD = "WEBVTT - Harvest\n\n"
TIMES = "00:01.000 --> 00:02.000 align:start\n"


def content(text: str, *, hidden: bool = False) -> str:
    tools = replace(TOOLS, include=Include(hidden=hidden)) if hidden else TOOLS
    return to_text(extract(BytesIO(text.encode()), tools))


@pytest.mark.parametrize(
    ("cue", "shown"),
    [
        ("On the <i>playground</i>, here", "On the playground, here"),
        ("<v Ann Ek>Apples <c.red.loud>did</c> well.</v>", "Ann Ek: Apples did well."),
        ("<v.loud Ann>Hi", "Ann: Hi"),
        ("<00:01.500>Sing <00:01.700><b>a</b>long", "Sing along"),
        ("<ruby>漢<rt>かん</rt></ruby>字", "漢(かん)字"),
        ("Tom &amp; Ann &lt;b&gt; &copy;", "Tom & Ann <b> &copy;"),
        ("a < b <unknown> c -> d", "a < b <unknown> c -> d"),
    ],
)
def test_words_stand_without_tags(cue: str, shown: str) -> None:
    assert content(HEAD + TIMES + cue + "\n") == HEAD + TIMES + shown + "\n"


def test_lyrics_are_read_without_the_times_of_words() -> None:
    assert content("[ti:Song]\n[00:01.00]One <00:01.50>two\n") == "[ti:Song]\n[00:01.00]One two\n"
    assert registry.find("text/x-lrc") is SUBTITLES


def test_subrip_has_tags_of_html_and_codes_of_its_players() -> None:
    times = "1\r\n00:00:01,000 --> 00:00:02,000\r\n"
    cue = '{\\an8}<font color="#ff0000">Apples</font> <I>did</I> {well} &amp;\r\n'
    assert content(times + cue) == times + "Apples did {well} &amp;\r\n"


def test_comments_are_withheld_and_styles_are_no_words() -> None:
    apart = "NOTE from Ben\nto Ann\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\n"
    film = HEAD + apart + TIMES + "NOTES are taken\n\nNOTE\n"
    found = extract(BytesIO(film.encode()), TOOLS).pages[0]
    assert found.blocks[0].text == HEAD + TIMES + "NOTES are taken\n\n"
    assert [(one.text, one.reason) for one in found.coverage.hidden] == [("from Ben\nto Ann", "comment")]
    assert content(film, hidden=True) == HEAD + "NOTE from Ben\nto Ann\n\n" + TIMES + "NOTES are taken\n\nNOTE\n"


@pytest.mark.parametrize(
    "text", ["<v " * 300_000, "NOTE\n" * 200_000, "<rt>" * 300_000, "{\\" * 400_000, "<b." * 300_000]
)
def test_hostile_subtitles_are_read_in_the_time_of_their_size(text: str) -> None:
    began = time.process_time()
    content(HEAD + text)
    assert time.process_time() - began < 3
