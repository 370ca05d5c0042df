"""Numbers as a spreadsheet shows them: ECMA-376 number formats (part 1, 18.8.31), the same in xlsx, xlsb and xls."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from fractions import Fraction
from functools import lru_cache

import msgspec

_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)"? | \\(?P<escaped>.) | _(?P<space>.) | \*(?P<fill>.)
    | \[(?P<elapsed>h+|m+|s+)\] | \[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\] | \[(?P<condition>[<>=]{1,2}-?[\d.]+)\]
    | \[(?P<ignored>[^\]]*)\]
    | (?P<general>General) | (?P<noon>AM/PM|A/P|上午/下午) | (?P<second>ss?)(?P<fraction>\.0+)?
    | (?P<exponent>E[+-]) | (?P<date>y+|m+|d+|h+|e+|b+)
    | (?P<digit>[0#?]) | (?P<point>\.) | (?P<comma>,) | (?P<percent>%) | (?P<text>@) | (?P<literal>.)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_BUILT_IN: Mapping[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "$#,##0;($#,##0)", 6: "$#,##0;($#,##0)",
    7: "$#,##0.00;($#,##0.00)", 8: "$#,##0.00;($#,##0.00)", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??",
    14: "yyyy-mm-dd",  # the reader's own locale in Excel; this one no reader mistakes
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-mm-dd hh:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: "#,##0;-#,##0;-",
    42: "$#,##0;-$#,##0;-", 43: "#,##0.00;-#,##0.00;-", 44: "$#,##0.00;-$#,##0.00;-", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LAST_DAY = 2_958_465  # 9999-12-31
_LONGEST = 255  # characters of a format that Excel accepts
_MOST_DECIMALS = 30
_COMPARISONS = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "=": lambda a, b: a == b,
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "<>": lambda a, b: a != b,
}  # fmt: skip


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str


class _Section(msgspec.Struct, frozen=True):
    tokens: tuple[_Token, ...]
    condition: str = ""

    def has(self, *kinds: str) -> bool:
        return any(token.kind in kinds for token in self.tokens)


def built_in(number: int) -> str:
    """Return the format code that *number* stands for where the file defines none."""
    return _BUILT_IN.get(number, "General")


def shown(value: float, code: str, *, from_1904: bool = False) -> str:
    """Return what a cell shows that holds *value* under the format *code*."""
    if code == "General":
        return general(value)
    section, magnitude = _choose(_sections(code[:_LONGEST]), value)
    if section.has("date", "second", "elapsed", "noon"):
        text = _moment(section, value, from_1904=from_1904)
        return general(value) if text is None else text
    if section.has("general", "text") or not section.tokens:
        return _literally(section, general(magnitude)) if section.tokens else ""
    if not section.has("digit"):
        return _literally(section, "")
    try:
        return _number(section, magnitude).strip()
    except (InvalidOperation, OverflowError, ValueError):
        return general(value)  # infinite, or not a number


def general(value: float) -> str:
    """Write *value* with the 15 digits a spreadsheet keeps of it."""
    return f"{value:.15g}".replace("e", "E")


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[_Token]] = [[]]
    conditions = [""]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        if kind == "fraction":
            kind = "second"
        if kind == "literal" and match[0] == ";":
            sections.append([])
            conditions.append("")
        elif kind == "condition":
            conditions[-1] = match[kind]
        elif kind not in ("ignored", "fill"):
            sections[-1].append(_token(kind, match))
    return tuple(
        _Section(tuple(_minutes(tokens)), condition) for tokens, condition in zip(sections, conditions, strict=True)
    )


def _token(kind: str, match: re.Match[str]) -> _Token:
    if kind in ("quoted", "escaped", "currency"):
        return _Token("literal", match[kind])
    if kind == "space":
        return _Token("literal", " ")
    return _Token(kind, match[0])


def _minutes(tokens: list[_Token]) -> list[_Token]:
    """Tell minutes from months: an m or mm after hours or before seconds."""
    timed = [place for place, token in enumerate(tokens) if token.kind in ("date", "second", "elapsed")]
    for index, place in enumerate(timed):
        token = tokens[place]
        if token.kind == "date" and token.text.lower() in ("m", "mm"):
            before = tokens[timed[index - 1]] if index else None
            after = tokens[timed[index + 1]] if index + 1 < len(timed) else None
            if (before and before.text.lower().strip("[]")[0] == "h") or (after and after.kind == "second"):
                tokens[place] = _Token("date", token.text.replace("m", "n").replace("M", "n"))
    return tokens


def _choose(sections: tuple[_Section, ...], value: float) -> tuple[_Section, float]:
    """Return the section for *value*, and the value without the sign that the section shows by itself."""
    for section in sections:
        if section.condition:
            sign = re.match(r"[<>=]+", section.condition)
            operator = sign[0] if sign else ""
            limit = float(section.condition[len(operator) :].rstrip(".") or 0)
            if operator in _COMPARISONS and _COMPARISONS[operator](value, limit):
                return section, value
    if any(section.condition for section in sections):
        return next((section for section in sections if not section.condition), sections[-1]), value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:  # noqa: PLR2004 - positive; negative; zero
        return sections[2], value
    return sections[0], value


def _literally(section: _Section, value: str) -> str:
    parts = {"general": value, "text": value}
    return "".join(parts.get(token.kind, token.text) for token in section.tokens).strip()


def _moment(section: _Section, value: float, *, from_1904: bool) -> str | None:
    days = value + (1462 if from_1904 else 0)
    if not 0 <= days < _LAST_DAY + 1:
        return None
    fraction = next((len(t.text.partition(".")[2]) for t in section.tokens if t.kind == "second" and "." in t.text), 0)
    grain = 10 ** min(fraction, 6)
    ticks = round(days * 86_400 * grain)
    whole_days, rest = divmod(ticks, 86_400 * grain)
    # 1900 was no leap year, but Lotus 1-2-3 thought so and Excel follows: before March days count from one earlier.
    start = datetime(1899, 12, 31 if whole_days < 60 else 30)  # noqa: DTZ001, PLR2004 - a spreadsheet knows no time zones; 60 is that day
    try:
        moment = start + timedelta(days=whole_days, seconds=rest / grain)
    except OverflowError:
        return None
    twelve = section.has("noon")
    return "".join(_part(token, moment, ticks / grain, twelve=twelve) for token in section.tokens).strip()


def _part(token: _Token, moment: datetime, seconds: float, *, twelve: bool) -> str:
    text = token.text.lower()
    match token.kind:
        case "elapsed":
            unit = {"h": 3600, "m": 60, "s": 1}[text[1]]
            return f"{int(seconds // unit):0{len(text) - 2}}"
        case "second":
            whole, _, digits = text.partition(".")
            after = f"{moment.microsecond:06}"[: len(digits)]
            return f"{moment.second:0{len(whole)}}" + (f".{after}" if digits else "")
        case "noon":
            return ("AM" if moment.hour < 12 else "PM")[: len(text.split("/")[0])]  # noqa: PLR2004 - noon
        case "date":
            return _date_part(text, moment, twelve=twelve)
        case _:
            return token.text


def _date_part(text: str, moment: datetime, *, twelve: bool) -> str:
    length = len(text)
    match text[0]:
        case "y" | "e":
            return str(moment.year) if length > 2 or text[0] == "e" else f"{moment.year % 100:02}"  # noqa: PLR2004 - yy
        case "b":
            return str(moment.year + 543)  # the Buddhist era
        case "m":
            name = _MONTHS[moment.month - 1]
            return (f"{moment.month}", f"{moment.month:02}", name[:3], name, name[0])[min(length, 5) - 1]
        case "d":
            name = _DAYS[moment.weekday()]
            return (f"{moment.day}", f"{moment.day:02}", name[:3], name)[min(length, 4) - 1]
        case "h":
            hour = (moment.hour + 11) % 12 + 1 if twelve else moment.hour
            return f"{hour:0{min(length, 2)}}"
        case _:
            return f"{moment.minute:0{min(length, 2)}}"


def _number(section: _Section, value: float) -> str:
    tokens = list(section.tokens)
    sign = "-" if value < 0 else ""
    magnitude = Decimal(repr(abs(value))) * 100 ** sum(token.kind == "percent" for token in tokens)
    slash = next((i for i, token in enumerate(tokens) if token.kind == "literal" and token.text == "/"), None)
    if slash is not None and any(token.kind == "digit" for token in tokens[slash:]):
        return sign + _fraction(tokens, slash, float(magnitude))
    place = next((i for i, token in enumerate(tokens) if token.kind == "exponent"), None)
    if place is not None:
        return sign + _scientific(tokens, place, magnitude)
    text, is_zero = _fixed(tokens, magnitude)
    return text if is_zero else sign + text


def _fixed(tokens: list[_Token], magnitude: Decimal) -> tuple[str, bool]:
    """Fill the places of *tokens* with the digits of *magnitude*, and say whether nothing but zeros is left of it."""
    point = next((i for i, token in enumerate(tokens) if token.kind == "point"), len(tokens))
    last = max(i for i, token in enumerate(tokens) if token.kind == "digit")
    commas = [i for i, token in enumerate(tokens) if token.kind == "comma"]
    scale = sum(1 for i in commas if i > last or i == point - 1)
    decimals = sum(token.kind == "digit" for token in tokens[point:])
    with localcontext() as context:
        context.prec = 400
        rounded = (magnitude / 1000**scale).quantize(Decimal(1).scaleb(-min(decimals, _MOST_DECIMALS)), ROUND_HALF_UP)
    whole, _, after = f"{rounded:f}".partition(".")
    before = tokens[:point]
    first = next((i for i, token in enumerate(before) if token.kind == "digit"), len(before))
    grouped = any(first < i < last for i in commas)
    text = _integer(before, whole.lstrip("0"), grouped=grouped) + _decimals(tokens[point:], after)
    return text, not rounded


def _integer(tokens: list[_Token], digits: str, *, grouped: bool) -> str:
    left, written, parts = list(digits), 0, []
    first = next((i for i, token in enumerate(tokens) if token.kind == "digit"), None)
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        if token.kind != "digit":
            parts.append("" if token.kind == "comma" else token.text)
            continue
        while True:
            digit = left.pop() if left else {"0": "0", "?": " "}.get(token.text, "")
            parts.append("," if grouped and written and written % 3 == 0 and digit.strip() else "")
            parts.append(digit)
            written += 1
            if place != first or not left:
                break
    text = "".join(reversed(parts))
    return "".join(digits) + text if first is None and digits else text


def _decimals(tokens: list[_Token], digits: str) -> str:
    parts, place = [], 0
    for token in tokens:
        if token.kind == "digit":
            kept = digits[place:].strip("0") or token.text == "0"
            parts.append(digits[place : place + 1] if kept else "")
            place += 1
        elif token.kind != "comma":
            parts.append(token.text)
    return "".join(parts)


def _scientific(tokens: list[_Token], place: int, magnitude: Decimal) -> str:
    before, after = tokens[:place], tokens[place + 1 :]
    width = sum(token.kind == "digit" for token in after)
    wholes = sum(token.kind == "digit" for token in before[: _point(before)])
    exponent = magnitude.adjusted() if magnitude else 0
    exponent -= exponent % wholes if wholes > 1 else 0
    mantissa, _ = _fixed(before, magnitude.scaleb(-exponent))
    sign = "-" if exponent < 0 else "+" if tokens[place].text.endswith("+") else ""
    return f"{mantissa}E{sign}{abs(exponent):0{max(width, 1)}}"


def _point(tokens: list[_Token]) -> int:
    return next((i for i, token in enumerate(tokens) if token.kind == "point"), len(tokens))


def _fraction(tokens: list[_Token], slash: int, magnitude: float) -> str:
    below = "".join(token.text for token in tokens[slash + 1 :]).strip()
    mixed = any(token.kind == "literal" and token.text == " " for token in tokens[:slash])
    if below.isdigit() and int(below):
        numerator, denominator = round(magnitude * int(below)), int(below)
    else:
        part = Fraction(magnitude).limit_denominator(10 ** min(max(len(below), 1), 4) - 1)
        numerator, denominator = part.numerator, part.denominator
    if not mixed:
        return f"{numerator}/{denominator}"
    whole, rest = divmod(numerator, denominator)
    return " ".join(
        text for text in (f"{whole}" if whole or not rest else "", f"{rest}/{denominator}" if rest else "") if text
    )
