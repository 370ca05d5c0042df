"""Characters that JSON and properties spell by their numbers."""

from io import BytesIO

import pytest

from extraction.tools import TOOLS
from moonshelf.extraction.markdown import to_text
from moonshelf.extraction.text.numbered import extract


@pytest.mark.parametrize(
    ("spelt", "shown"),
    [
        (r'{"name": "J\u00fcrgen", "city": "\u4F60\u597d"}', '{"name": "Jürgen", "city": "你好"}'),
        (r'"\ud83d\ude00 \uD83D\uDE00"', '"😀 😀"'),
        (r'"\u0022 \u005c \u0041"', r'"\u0022 \u005c \u0041"'),  # a quote is none of JSON's
        (r'"\u0085 \u200b \u202e \u00a0 \ufeff"', r'"\u0085 \u200b \u202e \u00a0 \ufeff"'),
        (r'"\ud83d \ude00 \ud83d\u00fc"', '"\\ud83d \\ude00 \\ud83dü"'),  # halves
        (r'"C:\\users\\u00fc \\\u00fc \u00f"', '"C:\\\\users\\\\u00fc \\\\ü \\u00f"'),
        ("a\\", "a\\"),
        ("k=\\u00e9\\", "k=é\\"),
    ],
)
def test_characters_are_shown_as_they_are_meant(spelt: str, shown: str) -> None:
    assert to_text(extract(BytesIO(spelt.encode()), TOOLS)) == shown


def test_words_are_counted_as_they_are_shown() -> None:
    page = extract(BytesIO(rb'"\u4f60 \u597d"'), TOOLS).pages[0]
    assert page.coverage.words_seen == page.coverage.words_emitted == 2
