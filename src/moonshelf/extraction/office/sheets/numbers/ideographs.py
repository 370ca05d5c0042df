"""Numbers in the digits of East Asia, as ``[DBNum1]`` and its likes ask for in formats of numbers."""

import re
from collections.abc import Callable
from functools import partial

from moonshelf.extraction.notation import ideographs
from moonshelf.extraction.notation.ideographs import Script

Spell = Callable[[str], str]
"""Writes what would stand in a cell in other digits."""

_MARK = re.compile(r"DBNum([123])", re.IGNORECASE)
_FIGURES = re.compile(r"[0-9]+")
_YEAR = 3  # figures from which on they are those of a year
_JAPANESE, _TAIWAN = "411", "404"
_SCRIPTS = {
    ("1", ""): ideographs.CHINESE,
    ("2", ""): ideographs.CHINESE_LEGAL,
    ("3", ""): ideographs.WIDE,
    ("1", _TAIWAN): ideographs.TAIWANESE,
    ("2", _TAIWAN): ideographs.TAIWANESE_LEGAL,
    ("1", _JAPANESE): ideographs.JAPANESE,
    ("2", _JAPANESE): ideographs.JAPANESE_LEGAL,
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


def _of_a_date(script: Script, number: str) -> str:
    return script.figures(number) if len(number) >= _YEAR else script.said(number)


def _counted(script: Script, text: str) -> str:
    """Count the figures before the point, and write those behind it one by one."""
    whole, point, decimals = text.partition(".")
    written = _FIGURES.sub(lambda run: script.counted(run[0]), whole, count=1)
    return written + point + _FIGURES.sub(lambda run: script.figures(run[0]), decimals)
