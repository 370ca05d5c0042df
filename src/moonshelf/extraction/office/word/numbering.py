"""Numbered lists of Word documents, old and new: what stands before each item as they come by in order."""

import re
from collections.abc import Callable

import msgspec

from moonshelf.extraction.notation.numerals import numeral

PLACE = re.compile(r"%([1-9])")  # where a level's own number goes in the text before an item
_LONGEST = 255  # characters of it, which each item repeats
_STAND_FOR_BULLETS = re.compile("[\0-\x1f\ue000-\uf8ffA-Za-z0-9]?")  # in symbol fonts, with their private characters


class Level(msgspec.Struct, frozen=True):
    """How items of one level are numbered; lists of one *owner* go on counting where the other stopped."""

    owner: str
    form: str  # a value of ``ST_NumberFormat``
    text: str  # with %1 to %9 for the numbers of the levels
    start: int = 1
    legal: bool = False  # shows the numbers of all levels in plain figures
    restarts_below: int = 9  # an item of a level less than this, and less than its own, makes it start again
    restarted: bool = False  # counts from its start again, though others of its owner came before

    @property
    def shown(self) -> str:
        """What is printed, with what stands for one in a font, as the o of Courier, made a plain bullet."""
        if self.form == "bullet":
            sign = self.text[:1]
            return "•" if _STAND_FOR_BULLETS.fullmatch(sign) else sign
        return self.text if len(self.text) <= _LONGEST else f"{self.text[:_LONGEST]}…"


class Numbering:
    """The lists of a document, counting."""

    def __init__(self, level: Callable[[str, int], Level | None]) -> None:
        """Look a *level* up by its list's id and its depth, once, where it is met: a list defines nine and uses one."""
        self._find = level
        self._levels: dict[tuple[str, int], Level | None] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()

    def marker(self, number: str, level: int) -> str:
        """Count one more item and return its number or bullet; empty where it shows none."""
        here = self._level(number, level)
        if here is None:
            return ""
        counts = self._counts.setdefault(here.owner, {})
        if here.restarted and (number, level) not in self._started:
            counts.pop(level, None)
        self._started.add((number, level))
        counts[level] = counts.get(level, here.start - 1) + 1
        for above in range(level):  # skipped, its own number stands in this one's: the next item there is one more
            if above not in counts and (skipped := self._level(number, above)):
                counts[above] = skipped.start
        for deeper in [one for one in counts if one > level and _restarts(self._level(number, one), level)]:
            del counts[deeper]
        if here.form == "bullet":
            return here.shown
        return PLACE.sub(lambda place: self._numeral(number, int(place[1]) - 1, here), here.shown).strip()

    def restart(self, owner: str) -> None:
        """Forget what was counted of the lists of *owner*: another one begins."""
        self._counts.pop(owner, None)

    def _level(self, number: str, level: int) -> Level | None:
        if (number, level) not in self._levels:
            self._levels[number, level] = self._find(number, level)
        return self._levels[number, level]

    def _numeral(self, number: str, level: int, here: Level) -> str:
        one = self._level(number, level)
        if one is None or one.form == "bullet":
            return ""  # a bullet counts for nothing in the numbers below it
        count = self._counts[here.owner].get(level, one.start)
        return numeral(count, "decimal" if here.legal else one.form)


def _restarts(deeper: Level | None, level: int) -> bool:
    return deeper is None or level < deeper.restarts_below
