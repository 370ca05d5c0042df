"""Numerals of numbered lists and notes, in the forms that Office formats name."""

from collections.abc import Callable, Mapping
from functools import partial

from moonshelf.extraction.notation import ideographs, number_words, sequences
from moonshelf.extraction.notation.ideographs import Script

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HIGHEST_ROMAN = 32_767  # as Word's
_WIDEST = 20  # figures with zeros before them
_LONGEST = 20  # letters a repeated-letter numeral may take


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
    return _counted(ideographs.CHINESE, number)


def _counted(script: Script, number: int) -> str:
    return script.said(str(number)) if number >= 0 else str(number)


def _figured(script: Script, number: int) -> str:
    return script.figures(str(number)) if number >= 0 else str(number)


_COUNTED = {
    "chineseCounting": ideographs.CHINESE,
    "chineseCountingThousand": ideographs.CHINESE,
    "chineseLegalSimplified": ideographs.CHINESE_LEGAL,
    "taiwaneseCounting": ideographs.TAIWANESE,
    "taiwaneseCountingThousand": ideographs.TAIWANESE,
    "ideographLegalTraditional": ideographs.TAIWANESE_LEGAL,
    "japaneseCounting": ideographs.JAPANESE,
    "japaneseLegal": ideographs.JAPANESE_LEGAL,
    "koreanCounting": ideographs.KOREAN,
}
_FIGURED = {
    "ideographDigital": ideographs.CHINESE,
    "japaneseDigitalTenThousand": ideographs.CHINESE,
    "taiwaneseDigital": ideographs.CHINESE,
    "koreanDigital": ideographs.KOREAN,
    "koreanDigital2": ideographs.CHINESE,
    "decimalFullWidth": ideographs.WIDE,
    "decimalFullWidth2": ideographs.WIDE,
}
_FORMS: Mapping[str, Callable[[int], str]] = {
    "upperRoman": lambda number: roman(number).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerLetter": letters,
    "decimalZero": lambda number: f"{number:02}",
    "ordinal": number_words.short_ordinal,
    "ordinalText": number_words.ordinal,
    "cardinalText": number_words.cardinal,
    "hex": lambda number: f"{number:X}",
    "numberInDash": lambda number: f"- {number} -",
    "hebrew1": sequences.hebrew,
    **{form: partial(sequences.of, sequence) for form, sequence in sequences.SEQUENCES.items()},
    **{form: partial(_counted, script) for form, script in _COUNTED.items()},
    **{form: partial(_figured, script) for form, script in _FIGURED.items()},
    "none": lambda _number: "",
    "bullet": lambda _number: "•",
}


def numeral(number: int, form: str) -> str:
    """Write *number* in *form*, a value of ``ST_NumberFormat`` or the first number of a list, as 001.

    In figures where we know no other way.
    """
    if form in _FORMS:
        return _FORMS[form](number)
    return f"{number:0{min(len(form), _WIDEST)}}" if form.startswith("0") else str(number)
