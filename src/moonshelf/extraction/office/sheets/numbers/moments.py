"""Dates and times as a spreadsheet shows them, which counts them in days (ECMA-376 part 1, 18.17.4)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from moonshelf.extraction.office.sheets.numbers.calendars import Calendar

_LAST_DAY = 2_958_465  # 9999-12-31
_DAY_S = 86_400
_UNITS = {"h": 3600, "m": 60, "s": 1}
_NOON = 12
_LEAP = 60  # 1900 was no leap year, but Lotus 1-2-3 thought so and Excel follows: days before this count one earlier
_STARTS = datetime(1899, 12, 31), datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no time zones
_FIGURES = {1: tuple(map(str, range(60))), 2: tuple(f"{one:02}" for one in range(60))}

_ERAS = (  # of Japan, the last first
    (datetime(2019, 5, 1), ("R", "令", "令和")),  # noqa: DTZ001  as above
    (datetime(1989, 1, 8), ("H", "平", "平成")),  # noqa: DTZ001  as above
    (datetime(1926, 12, 25), ("S", "昭", "昭和")),  # noqa: DTZ001  as above
    (datetime(1912, 7, 30), ("T", "大", "大正")),  # noqa: DTZ001  as above
    (datetime(1868, 1, 25), ("M", "明", "明治")),  # noqa: DTZ001  as above
)

Writer = Callable[[datetime, float], str]
"""Writes a part of a moment, that is so many seconds after the first."""


def moment(days: float, grain: int, *, from_1904: bool) -> tuple[datetime, float] | None:
    """Return the moment, and its seconds, rounded to so many *grains* of each; none that no date is shown of."""
    days += 1462 if from_1904 else 0
    if not 0 <= days < _LAST_DAY + 1:
        return None
    ticks = round(days * _DAY_S * grain)
    whole_days, rest = divmod(ticks, _DAY_S * grain)
    try:
        return _STARTS[whole_days >= _LEAP] + timedelta(whole_days, rest / grain), ticks / grain
    except OverflowError:
        return None


def writer(kind: str, text: str, names: Calendar, *, twelve: bool) -> Writer:
    """Return what writes the part of a moment that a token of a format is; hours are of *twelve* or of 24."""
    code = text.lower()
    match kind:
        case "elapsed":
            unit, width = _UNITS[code[1]], len(code) - 2
            return lambda _, seconds: f"{int(seconds // unit):0{width}}"
        case "second":
            whole, _, digits = (len(part) for part in code.partition("."))
            if not digits:
                return lambda moment, _: f"{moment.second:0{whole}}"
            return lambda moment, _: f"{moment.second:0{whole}}." + f"{moment.microsecond:06}"[:digits]
        case "noon":
            length = len(code.split("/")[0])
            return lambda moment, _: ("AM" if moment.hour < _NOON else "PM")[:length]
        case "date":
            return _era_writer(code) if code[0] == "g" else _date_writer(code[0], len(code), names, twelve=twelve)
        case _:
            return lambda *_: text


def _era_writer(code: str) -> Writer:
    """Write the years of an emperor's reign behind its name, as ``ggge`` asks for."""
    width = code.count("e")

    def write(moment: datetime, _: float) -> str:
        start, names = next(era for era in _ERAS if moment >= era[0])
        return f"{names[len(code) - width - 1]}{moment.year - start.year + 1:0{width}}"

    return write


def _date_writer(letter: str, length: int, names: Calendar, *, twelve: bool) -> Writer:
    match letter:
        case "y" | "e":
            is_whole = length > 2 or letter == "e"  # noqa: PLR2004 - yy
            return lambda moment, _: str(moment.year) if is_whole else f"{moment.year % 100:02}"
        case "b":
            return lambda moment, _: str(moment.year + 543)  # the Buddhist era
        case "m":
            return _named(lambda moment: moment.month, length, names.months, names.short_months)
        case "d" | "a":
            by_name = length > 2  # noqa: PLR2004 - dd
            number = (lambda moment: moment.weekday() + 1) if by_name else (lambda moment: moment.day)
            return _named(number, min(length, 4), names.days, names.short_days)
        case "h":
            number = (lambda moment: (moment.hour + 11) % 12 + 1) if twelve else (lambda moment: moment.hour)
            return _named(number, min(length, 2))
        case _:
            return _named(lambda moment: moment.minute, min(length, 2))


def _named(
    number: Callable[[datetime], int], length: int, names: tuple[str, ...] = (), short: tuple[str, ...] = ()
) -> Writer:
    """Write a number, from 1, in one or two figures; or by its short or whole name, or that one's first letter."""
    if length in _FIGURES:
        figures = _FIGURES[length]
        return lambda moment, _: figures[number(moment)]
    written = {3: short, 4: names}.get(length) or tuple(name[:1] for name in names)
    return lambda moment, _: written[number(moment) - 1]
