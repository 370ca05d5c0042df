"""Dates and times as a spreadsheet shows them, which counts them in days (ECMA-376 part 1, 18.17.4)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from moonshelf.extraction.office.sheets.numbers.calendars import BUDDHIST, MINGUO, Calendar

_LAST_DAY = 2_958_465  # 9999-12-31
_DAY_S = 86_400
FROM_1904 = 1462
"""Days that are added where a workbook counts from 1904 on."""

_UNITS = {"h": 3600, "m": 60, "s": 1}
_NOON, _SECOND = 12, 1_000_000  # hours, microseconds
_LEAP = 60  # 1900 was no leap year, but Lotus 1-2-3 thought so and Excel follows: days before this count one earlier
_STARTS = datetime(1899, 12, 31), datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no time zones
_FIELDS = {"y": "year", "e": "year", "m": "month", "d": "day", "h": "hour", "n": "minute", "s": "second"}

_MINGUO_BEGAN, _BUDDHIST_ERA = 1911, 543  # years of ours before the first of the former, and after that of the latter
_ERAS = (  # of Japan, the last first
    (datetime(2019, 5, 1), ("R", "令", "令和")),  # noqa: DTZ001  as above
    (datetime(1989, 1, 8), ("H", "平", "平成")),  # noqa: DTZ001  as above
    (datetime(1926, 12, 25), ("S", "昭", "昭和")),  # noqa: DTZ001  as above
    (datetime(1912, 7, 30), ("T", "大", "大正")),  # noqa: DTZ001  as above
    (datetime(1868, 1, 25), ("M", "明", "明治")),  # noqa: DTZ001  as above
)

Writer = Callable[[datetime, float], str]
"""Writes a part of a moment, that is so many seconds after the first."""


def moment(days: float, grain: int) -> tuple[datetime, float] | None:
    """Return the moment, and its seconds, rounded to so many *grains* of each; none that no date is shown of."""
    if not 0 <= days < _LAST_DAY + 1:
        return None
    ticks = round(days * _DAY_S * grain)
    whole_days, rest = divmod(ticks, _DAY_S * grain)
    try:
        return _STARTS[whole_days >= _LEAP] + timedelta(whole_days, 0, rest * (_SECOND // grain)), ticks / grain
    except OverflowError:
        return None


def writers(parts: Iterable[tuple[str, str]], names: Calendar, *, twelve: bool) -> list[Writer]:
    """Return what writes a moment, by the kinds and texts of the tokens of a format; hours are of *twelve* or of 24."""
    spelt = [
        (None if _is_counted(kind, text, names) else _figures(kind, text.lower(), text, twelve=twelve), kind, text)
        for kind, text in parts
    ]
    found: list[Writer] = []
    for in_figures, run in groupby(spelt, key=lambda part: part[0] is not None):
        if in_figures:
            found.append(_written(*zip(*(part for part, _, _ in run if part), strict=True)))
        else:
            found += [_writer(kind, text.lower(), names) for _, kind, text in run]
    return found


def _is_counted(kind: str, text: str, names: Calendar) -> bool:
    """Tell whether a part is the year of another count than most have."""
    return bool(names.counting) and kind == "date" and text[0].lower() == ("y" if names.counting == BUDDHIST else "e")


def _figures(kind: str, code: str, text: str, *, twelve: bool) -> tuple[str, str] | None:
    """Return how a part is written and the field of a moment that it is, where it is one as it is or none at all."""
    if kind in ("elapsed", "noon"):
        return None
    if kind not in ("date", "second"):
        return text.replace("%", "%%"), ""
    letter, length = code[0], len(code)
    if (letter == "y" and length > 2) or letter == "e":  # noqa: PLR2004 - yy
        return "%d", "year"
    if letter == "h" and not twelve:
        return ("%d" if length == 1 else "%02d"), "hour"
    plain = letter in "mdns" and length <= 2  # noqa: PLR2004 - names and fractions are longer
    return ("%d" if length == 1 else "%02d", _FIELDS[letter]) if plain else None


def _written(templates: Iterable[str], fields: Iterable[str]) -> Writer:
    """Write neighbours that are figures at once, as most dates are."""
    template, named = "".join(templates), list(filter(None, fields))
    if not named:
        return lambda *_: template % ()
    read = attrgetter(*named)
    return lambda moment, _: template % read(moment)


def _writer(kind: str, code: str, names: Calendar) -> Writer:
    if kind == "elapsed":
        unit, width = _UNITS[code[1]], len(code) - 2
        return lambda _, seconds: f"{int(seconds // unit):0{width}}"
    if kind == "second":
        whole, _, digits = (len(part) for part in code.partition("."))
        return lambda moment, _: f"{moment.second:0{whole}}." + f"{moment.microsecond:06}"[:digits]
    if kind == "noon":
        before, _, after = (code.upper() if code.isascii() else code).partition("/")
        return lambda moment, _: before if moment.hour < _NOON else after
    return _era_writer(code, names.counting) if code[0] in "ge" else _date_writer(code[0], len(code), names)


def _era_writer(code: str, counting: str) -> Writer:
    """Write the years of an era behind its name, as ``ggge`` asks for: of an emperor's reign, or of a republic."""
    width = code.count("e")
    name = len(code) - width - 1  # none, where the years stand alone
    if counting == MINGUO:
        return lambda moment, _: _minguo(moment.year - _MINGUO_BEGAN, name, width)

    def write(moment: datetime, _: float) -> str:
        start, names = next(era for era in _ERAS if moment >= era[0])
        return f"{names[name] if name >= 0 else ''}{moment.year - start.year + 1:0{width}}"

    return write


def _minguo(year: int, name: int, width: int) -> str:
    """Write a year of the Republic of China, or one before it."""
    era = ("民國", "民國", "中華民國")[name] if name >= 0 else ""
    before = "前" if era and year <= 0 else ""
    return f"{era}{before}{year if year > 0 else 1 - year:0{width}}"


def _date_writer(letter: str, length: int, names: Calendar) -> Writer:
    """Write a part of a date that is not the figures of a field: part of a year, a name, an hour of twelve."""
    match letter:
        case "y" if length < 3 and names.counting != BUDDHIST:  # noqa: PLR2004 - yy
            return lambda moment, _: f"{moment.year % 100:02}"
        case "y" | "b":
            shown = 100 if length < 3 else 10_000  # noqa: PLR2004 - as above
            return lambda moment, _: f"{(moment.year + _BUDDHIST_ERA) % shown:02}"
        case "m":
            return _named(lambda moment: moment.month - 1, length, names.months, names.short_months)
        case "h":
            width = min(length, 2)
            return lambda moment, _: f"{(moment.hour + 11) % 12 + 1:0{width}}"
        case _:
            return _named(lambda moment: moment.weekday(), min(length, 4), names.days, names.short_days)


def _named(number: Callable[[datetime], int], length: int, names: tuple[str, ...], short: tuple[str, ...]) -> Writer:
    """Write what has a *number*, from 0, by its short or whole name, or that one's first letter."""
    written = {3: short, 4: names}.get(length) or tuple(name[:1] for name in names)
    return lambda moment, _: written[number(moment)]
