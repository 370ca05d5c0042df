"""Numbers as a spreadsheet shows them: ECMA-376 number formats (part 1, 18.8.31), the same in xlsx, xlsb and xls."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache, partial

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.office.sheets.numbers.calendars import calendar
from moonshelf.extraction.office.sheets.numbers.ideographs import Spell, spelling
from moonshelf.extraction.office.sheets.numbers.moments import FROM_1904, Writer, moment, writers

_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)"? | \\(?P<escaped>.) | _(?P<space>.) | \*(?P<fill>.)
    | \[(?P<elapsed>h+|m+|s+)\] | \[\$(?P<currency>[^\]-]*)(?:-(?P<locale>[^\]]*))?\]
    | \[(?P<condition>[<>=]{1,2}-?[\d.]+)\]
    | \[(?P<ignored>[^\]]*)\]
    | (?P<general>General|G/(?:通用格式|標準|标准|표준)) | (?P<noon>AM/PM|A/P|上午/下午)
    | (?P<second>ss?)(?P<fraction>\.0+)?
    | (?P<exponent>E[+-]) | (?P<date>g{1,3}e+|a{3,4}|y+|m+|d+|h+|e+|b+)
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
GENERAL = "General"
DIGITS = 15
"""Which a spreadsheet keeps of a number."""

_GENERAL = (GENERAL, "GENERAL")  # the latter of Excel 5
_GENERAL_DECIMALS = 9  # in Excel, which gives a number without a format 11 places
_NO_NUMBER = "#NUM!"  # what a cell shows for infinity, and for what is no number at all
_FIFTEEN_DIGITS = 1e15  # a float is compared with floats in half the time
_TIMES = frozenset(("date", "second", "elapsed", "noon"))  # kinds of tokens
_EXACT = Context(prec=400)
_WRITTEN = re.compile(r"#*0(?:\.0+)?|#,##0(?:\.0+)?")  # from the first digit to the last
_DIGITS = ("digit", "comma", "point")
_LONGEST = 255  # characters of a format that Excel accepts
_MOST_DECIMALS = 30
_COMPARISONS = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "=": lambda a, b: a == b,
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "<>": lambda a, b: a != b,
}  # fmt: skip


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str


class _Condition(msgspec.Struct, frozen=True):
    """Which values a section is for, where it says so."""

    operator: str
    limit: float

    @classmethod
    def of(cls, text: str) -> "_Condition | None":
        """Read what stands between the brackets."""
        number = text.lstrip("<>=")
        operator = text.removesuffix(number)
        return cls(operator, float(number.rstrip(".") or 0)) if operator in _COMPARISONS else None

    def holds(self, value: float) -> bool:
        """Whether the section is for *value*."""
        return bool(_COMPARISONS[self.operator](value, self.limit))

    @property
    def negative(self) -> bool:
        """Whether the section is for negative values alone, and says so itself."""
        return self.operator in ("<", "<=") and self.limit <= 0


class _Places(msgspec.Struct, frozen=True):
    """Where the digits of a number go that is written out."""

    before: Sequence[_Token]
    after: Sequence[_Token]  # from the point on
    unit: Decimal  # of the last digit
    shift: int  # to the left, three places for each comma behind the digits
    grouped: bool
    around: tuple[str, str] | None  # what stands before and behind digits that are all written, as in most formats


class _Section(msgspec.Struct, frozen=True):
    """How one kind of values is shown, worked out once for each format: a sheet has few, and many cells of each."""

    tokens: Sequence[_Token]
    kinds: frozenset[str]
    condition: _Condition | None
    factor: int = 1  # 100 for each sign of percent
    slash: int | None = None  # place of what makes it a fraction
    exponent: int | None = None  # place of what makes it scientific
    places: _Places | None = None
    grain: int = 1  # parts of a second that are shown
    writers: Sequence[Writer] = ()  # of a moment
    spell: Spell | None = None  # in digits of East Asia


def built_in(number: int) -> str:
    """Return the format code that *number* stands for where the file defines none."""
    return _BUILT_IN.get(number, "General")


def shown(value: float, code: str, *, from_1904: bool = False) -> str:
    """Return what a cell shows that holds *value* under the format *code*."""
    return shower(code, from_1904=from_1904)(value)


def tells_time(code: str) -> bool:
    """Tell whether the format *code* shows numbers as dates or times."""
    return code not in _GENERAL and any(section.writers for section in _sections(code[:_LONGEST]))


def shower(code: str, *, from_1904: bool = False) -> Callable[[float], str]:
    """Return what shows the values of many cells under the format *code*."""
    if code in _GENERAL:
        return general
    sections = _sections(code[:_LONGEST])
    written = _spelt if any(section.spell for section in sections) else _shown
    return partial(written, sections, FROM_1904 if from_1904 else 0)


def _shown(sections: tuple[_Section, ...], first_day: int, value: float) -> str:
    section, magnitude = _choose(sections, value)
    if section.writers:
        found = moment(value + first_day, section.grain)
        return "".join([write(*found) for write in section.writers]).strip() if found else general(value)
    if "general" in section.kinds or "text" in section.kinds or not section.tokens:
        return _literally(section, general(magnitude)) if section.tokens else ""
    if "digit" not in section.kinds:
        return _literally(section, "")
    try:
        return _number(section, magnitude).strip()
    except (InvalidOperation, OverflowError, ValueError):
        return general(value)  # infinite, or not a number


def _spelt(sections: tuple[_Section, ...], first_day: int, value: float) -> str:
    spell, text = _choose(sections, value)[0].spell, _shown(sections, first_day, value)
    return spell(text) if spell else text


def general(value: float) -> str:
    """Write *value* with the 15 digits a spreadsheet keeps of it, small ones as decimals where they fit."""
    if not value % 1.0 and -_FIFTEEN_DIGITS < value < _FIFTEEN_DIGITS:
        return str(int(value))  # most numbers are whole
    text = f"{value:.15g}"
    if "n" in text:
        return _NO_NUMBER  # nor is it infinite
    if "e-" in text and float(decimal := f"{value:.{_GENERAL_DECIMALS}f}".rstrip("0")) == float(text):
        return decimal
    return text.replace("e", "E")


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[_Token]] = [[]]
    conditions, locales, marks = [""], [""], [""]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        if kind == "fraction":
            kind = "second"
        if kind == "literal" and match[0] == ";":
            sections.append([])
            conditions.append("")
            locales.append("")
            marks.append("")
        elif kind == "condition":
            conditions[-1] = match[kind]
        elif kind == "ignored":
            marks[-1] = match[kind]
        elif kind == "locale":
            locales[-1] = match[kind]
            sections[-1].append(_Token("literal", match["currency"]))
        elif kind != "fill":
            sections[-1].append(_token(kind, match))
    told = map(_section, map(_minutes, sections), conditions, locales)
    return tuple(map(_spelling, told, marks, locales))


def _spelling(section: _Section, mark: str, locale: str) -> _Section:
    spell = spelling(mark, locale, section.kinds, timed=bool(section.writers)) if mark else None
    if spell is None:
        return section
    if not section.tokens:  # nothing but the mark
        section = replace(section, tokens=[_Token("general", "")], kinds=frozenset(("general",)))
    return replace(section, spell=spell)


def _section(tokens: Sequence[_Token], stated: str, locale: str) -> _Section:
    condition, kinds = _Condition.of(stated), [token.kind for token in tokens]
    if not _TIMES.isdisjoint(kinds):
        shown = (len(token.text.partition(".")[2]) for token in tokens if token.kind == "second" and "." in token.text)
        names = calendar(locale)
        if names.alone and not any(token.kind == "date" and token.text.lower() in ("d", "dd") for token in tokens):
            names = replace(names, months=names.alone)
        written = writers([(token.kind, token.text) for token in tokens], names, twelve="noon" in kinds)
        return _Section(tokens, frozenset(kinds), condition, grain=10 ** min(next(shown, 0), 6), writers=written)
    slash = next((i for i, token in enumerate(tokens) if token.kind == "literal" and token.text == "/"), None)
    if slash is not None and not any(token.kind == "digit" or token.text.isdigit() for token in tokens[slash:]):
        slash = None
    exponent = kinds.index("exponent") if "exponent" in kinds else None
    factor = 100 ** kinds.count("percent")
    return _Section(tokens, frozenset(kinds), condition, factor, slash, exponent, _places(tokens[:exponent]))


def _places(tokens: Sequence[_Token]) -> _Places | None:
    digits = [i for i, token in enumerate(tokens) if token.kind == "digit"]
    if not digits:
        return None
    point, first, last = _point(tokens), digits[0], digits[-1]
    commas = [i for i, token in enumerate(tokens) if token.kind == "comma"]
    scale = sum(1 for i in commas if i > last or i == point - 1)
    decimals = min(sum(i > point for i in digits), _MOST_DECIMALS)
    grouped = any(min(first, point) < i < last for i in commas)
    around = _around(tokens, first, last) if first < point else None
    return _Places(tokens[:point], tokens[point:], Decimal(1).scaleb(-decimals), -3 * scale, grouped, around)


def _around(tokens: Sequence[_Token], first: int, last: int) -> tuple[str, str] | None:
    """Return what stands around the digits, where Python writes the same ones."""
    digits = (one.text if one.kind in _DIGITS else " " for one in tokens[first : last + 1])
    if not _WRITTEN.fullmatch("".join(digits)):
        return None
    before, behind = (
        "".join([one.text for one in part if one.kind != "comma"]) for part in (tokens[:first], tokens[last + 1 :])
    )
    return before, behind


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
    if len(sections) == 1 and not sections[0].condition:
        return sections[0], value
    conditional = False
    for section in sections:
        if section.condition:
            conditional = True
            if section.condition.holds(value):
                return section, -value if section.condition.negative else value
    if conditional:
        return next((section for section in sections if not section.condition), sections[-1]), value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:  # noqa: PLR2004 - positive; negative; zero
        return sections[2], value
    return sections[0], value


def _literally(section: _Section, value: str) -> str:
    parts = {"general": value, "text": value}
    return "".join(parts.get(token.kind, token.text) for token in section.tokens).strip()


def _number(section: _Section, value: float) -> str:
    sign = "-" if value < 0 else ""
    magnitude = Decimal(f"{abs(value):.15g}")  # a sum that ends in 2.6749999999999998 is 2.675 to a spreadsheet
    if section.factor > 1:
        magnitude *= section.factor
    if section.slash is not None:
        return sign + _fraction(section.tokens, section.slash, float(magnitude))
    if section.exponent is not None:
        return sign + _scientific(section, section.exponent, magnitude)
    text, is_zero = _fixed(section.places, magnitude)
    return text if is_zero else sign + text


def _fixed(places: _Places | None, magnitude: Decimal) -> tuple[str, bool]:
    """Put the digits of *magnitude* in their places, and say whether nothing but zeros is left of it."""
    if places is None:
        raise ValueError
    if places.shift:
        magnitude = magnitude.scaleb(places.shift, _EXACT)
    rounded = _rounded(places, magnitude)
    if places.around:
        before, behind = places.around
        return f"{before}{rounded:,f}{behind}" if places.grouped else f"{before}{rounded:f}{behind}", not rounded
    whole, _, after = f"{rounded:f}".partition(".")
    text = _integer(places.before, whole.lstrip("0"), grouped=places.grouped) + _decimals(places.after, after)
    return text, not rounded


def _rounded(places: _Places, magnitude: Decimal) -> Decimal:
    return magnitude.quantize(places.unit, ROUND_HALF_UP, _EXACT)


def _integer(tokens: Sequence[_Token], digits: str, *, grouped: bool) -> str:
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


def _decimals(tokens: Sequence[_Token], digits: str) -> str:
    parts, place = [], 0
    for token in tokens:
        if token.kind == "digit":
            kept = digits[place:].strip("0") or token.text == "0"
            parts.append(digits[place : place + 1] if kept else "")
            place += 1
        elif token.kind != "comma":
            parts.append(token.text)
    return "".join(parts)


def _scientific(section: _Section, place: int, magnitude: Decimal) -> str:
    tokens = section.tokens
    before, after = tokens[:place], tokens[place + 1 :]
    width = sum(token.kind == "digit" for token in after)
    wholes = sum(token.kind == "digit" for token in before[: _point(before)])
    exponent = magnitude.adjusted() if magnitude else 0
    exponent -= exponent % wholes if wholes > 1 else 0
    if section.places and _rounded(section.places, magnitude.scaleb(-exponent)) >= 10 ** max(wholes, 1):
        exponent += max(wholes, 1)  # 9.995 is no 10.00
    mantissa, _ = _fixed(section.places, magnitude.scaleb(-exponent))
    sign = "-" if exponent < 0 else "+" if tokens[place].text.endswith("+") else ""
    return f"{mantissa}E{sign}{abs(exponent):0{max(width, 1)}}"


def _point(tokens: Sequence[_Token]) -> int:
    return next((i for i, token in enumerate(tokens) if token.kind == "point"), len(tokens))


def _fraction(tokens: Sequence[_Token], slash: int, magnitude: float) -> str:
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
