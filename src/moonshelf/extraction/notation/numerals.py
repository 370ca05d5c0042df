"""Numerals of numbered lists and notes, in the forms that Office formats name."""

from collections.abc import Callable, Mapping

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HIGHEST_ROMAN = 32_767  # as Word's
_HIGHEST_CHINESE = 9_999
_LONGEST = 20  # letters a repeated-letter numeral may take
_DIGITS = "〇一二三四五六七八九"
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}


def roman(number: int) -> str:
    """Write *number* as i, ii, iii; in figures where Romans had no way to."""
    if not 0 < number <= _HIGHEST_ROMAN:
        return str(number)
    parts = []
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        parts.append(letters * times)
    return "".join(parts)


def letters(number: int) -> str:
    """Write *number* as a, b, ... z, aa, bb: Word repeats the letter."""
    if not 0 < number <= 26 * _LONGEST:
        return str(number)
    times, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * (times + 1)


def chinese(number: int) -> str:
    """Write *number* as 一, 二, 十二."""
    if not 0 < number <= _HIGHEST_CHINESE:
        return str(number)
    text, pending = "", False
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // value % 10
        if digit:
            text += (_DIGITS[0] if pending else "") + _DIGITS[digit] + unit
        pending = bool(text) and not digit
    return text.removeprefix("一") if text.startswith("一十") else text


def _ordinal(number: int) -> str:
    teens = number % 100 in range(11, 14)
    return f"{number}{'th' if teens else _ORDINALS.get(number % 10, 'th')}"


_FORMS: Mapping[str, Callable[[int], str]] = {
    "upperRoman": lambda number: roman(number).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerLetter": letters,
    "decimalZero": lambda number: f"{number:02}",
    "ordinal": _ordinal,
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "ideographDigital": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "decimalEnclosedCircle": lambda number: chr(0x245F + number) if 0 < number <= 20 else str(number),  # noqa: PLR2004 - Unicode has ① to ⑳
    "none": lambda _number: "",
    "bullet": lambda _number: "•",
}


def numeral(number: int, form: str) -> str:
    """Write *number* in *form* (a value of ``ST_NumberFormat``); in figures where we know no other way."""
    return _FORMS.get(form, str)(number)
