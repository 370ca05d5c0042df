"""Numerals of lists."""

import pytest

from moonshelf.extraction.notation.numerals import numeral


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("decimal", {1: "1", 12: "12"}),
        ("upperRoman", {4: "IV", 1990: "MCMXC", 0: "0"}),
        ("lowerLetter", {1: "a", 27: "aa"}),
        ("ordinal", {1: "1st", 2: "2nd", 11: "11th", 23: "23rd"}),
        ("cardinalText", {0: "Zero", 7: "Seven", 20: "Twenty", 42: "Forty-two", 100: "100"}),
        (
            "ordinalText",
            {1: "First", 12: "Twelfth", 20: "Twentieth", 21: "Twenty-first", 14: "Fourteenth", 101: "101st"},
        ),
        ("chineseCounting", {1: "一", 10: "十", 12: "十二", 101: "一百〇一", -3: "-3"}),
        ("chineseLegalSimplified", {3: "叁", 20: "贰拾"}),
        ("ideographDigital", {3: "三", 10: "一〇"}),
        ("taiwaneseCountingThousand", {10000: "一萬"}),
        ("japaneseCounting", {110: "百十"}),
        ("koreanCounting", {12: "십이"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("ganada", {2: "나"}),
        ("decimalFullWidth", {10: "\uff11\uff10"}),
        ("decimalEnclosedCircleChinese", {3: "③", 21: "21"}),
        ("decimalEnclosedParen", {13: "⒀"}),
        ("hebrew1", {1: "א", 15: "\u05d8\u05d5", 116: "\u05e7\u05d8\u05d6", 21: "כא", 1000: "1000"}),
        ("arabicAlpha", {2: "ب"}),
        ("russianUpper", {2: "Б"}),
        ("numberInDash", {5: "- 5 -"}),
        ("001", {7: "007", 1234: "1234"}),
        ("\u03b1", {2: "β"}),
        ("hex", {255: "FF"}),
        ("none", {1: ""}),
        ("of another world", {3: "3"}),
    ],
)
def test_numerals(form: str, shown: dict[int, str]) -> None:
    assert {number: numeral(number, form) for number in shown} == shown
