"""Numbers in the digits of East Asia, as ``[DBNum1]`` and its likes ask for in formats of numbers."""

import re
from collections.abc import Callable
from functools import partial

import msgspec

Spell = Callable[[str], str]
"""Writes what would stand in a cell in other digits."""

_MARK = re.compile(r"DBNum([123])", re.IGNORECASE)
_FIGURES = re.compile(r"[0-9]+")
_LONGEST_COUNTED = 12  # figures: up to hundreds of thousands of millions
_GROUP = 4  # figures that are counted alike
_YEAR = 3  # figures from which on they are those of a year
_TEN = 2


class _Script(msgspec.Struct, frozen=True):
    """How one language writes: *units* from ten on, *groups* of four figures each."""

    digits: str
    units: str = "十百千"
    groups: str = "万亿"
    says_one: bool = True  # before ten, hundred and thousand
    says_none: bool = True  # between figures that count

    def figures(self, number: str) -> str:
        """Write digit by digit."""
        return "".join([self.digits[int(one)] for one in number])

    def counted(self, number: str) -> str:
        """Write as it is read aloud: 101 is one hundred and one."""
        number = number.lstrip("0")
        if not number or len(number) > _LONGEST_COUNTED:
            return self.figures(number or "0")
        text, skipped = "", False
        for place, digit in zip(range(len(number) - 1, -1, -1), number, strict=True):
            group, power = divmod(place, _GROUP)
            if digit != "0":
                text += self.digits[0] if skipped and self.says_none else ""
                text += self.digits[int(digit)] if digit != "1" or not power or self.says_one else ""
                text += self.units[power - 1] if power else ""
            skipped = digit == "0"
            if not power and group and number[max(len(number) - place - _GROUP, 0) : len(number) - place].strip("0"):
                text += self.groups[group - 1]
                skipped = False
        return text


_PLAIN = "〇一二三四五六七八九"
_JAPANESE, _TAIWAN = "411", "404"
_SCRIPTS = {
    ("1", ""): _Script(_PLAIN),
    ("2", ""): _Script("零壹贰叁肆伍陆柒捌玖", "拾佰仟"),
    ("3", ""): _Script("０１２３４５６７８９"),  # noqa: RUF001 - as wide as ideographs
    ("1", _TAIWAN): _Script(_PLAIN, groups="萬億"),
    ("2", _TAIWAN): _Script("零壹貳參肆伍陸柒捌玖", "拾佰仟", "萬億"),
    ("1", _JAPANESE): _Script(_PLAIN, groups="万億", says_one=False, says_none=False),
    ("2", _JAPANESE): _Script("〇壱弐参四伍六七八九", "拾百阡", "萬億", says_none=False),
}


def spelling(mark: str, locale: str, kinds: frozenset[str], *, timed: bool) -> Spell | None:
    """Return what writes a section's text in the digits that *mark*, as ``DBNum2``, asks for; ``None`` of another mark.

    Figures that a section has places for are written one by one, years too; others are counted.
    """
    found = _MARK.fullmatch(mark)
    if found is None:
        return None
    script = _SCRIPTS.get((found[1], locale.lstrip("0")[-3:]), _SCRIPTS[found[1], ""])
    if timed:
        return partial(_FIGURES.sub, lambda run: _of_a_date(script, run[0]))
    if "digit" in kinds:
        return partial(_FIGURES.sub, lambda run: script.figures(run[0]))
    return partial(_counted, script)


def _of_a_date(script: _Script, number: str) -> str:
    if len(number) >= _YEAR:
        return script.figures(number)
    counted = script.counted(number)
    return counted[1:] if counted.startswith("一十") else counted  # the tenth to nineteenth of a month


def _counted(script: _Script, text: str) -> str:
    """Count the figures before the point, and write those behind it one by one."""
    whole, point, decimals = text.partition(".")
    written = _FIGURES.sub(lambda run: script.counted(run[0]), whole, count=1)
    return written + point + _FIGURES.sub(lambda run: script.figures(run[0]), decimals)
