"""List tables of Word 97-2003 documents ([MS-DOC] 2.9.131 PlfLst, 2.9.132 PlfLfo)."""

import struct
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.office.word.numbering import Level

_LEVELS = 9
_PLACES = {level: f"%{level + 1}" for level in range(_LEVELS)}  # where their numbers go, as ``numbering`` has them
_FORMS = {  # [MS-OSHARED] 2.2.1.3, MSONFC
    0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 5: "ordinal", 6: "cardinalText",
    7: "ordinalText", 8: "hex", 10: "ideographDigital", 11: "japaneseCounting", 12: "aiueo", 13: "iroha",
    14: "decimalFullWidth", 15: "decimal", 16: "japaneseLegal", 17: "japaneseDigitalTenThousand",
    18: "decimalEnclosedCircle", 19: "decimalFullWidth2", 20: "aiueo", 21: "iroha", 22: "decimalZero", 23: "bullet",
    24: "ganada", 25: "chosung", 26: "decimalEnclosedFullstop", 27: "decimalEnclosedParen",
    28: "decimalEnclosedCircleChinese", 29: "ideographEnclosedCircle", 30: "ideographTraditional",
    31: "ideographZodiac", 33: "taiwaneseCounting", 34: "ideographLegalTraditional", 35: "taiwaneseCountingThousand",
    36: "taiwaneseDigital", 37: "chineseCounting", 38: "chineseLegalSimplified", 39: "chineseCountingThousand",
    41: "koreanDigital", 42: "koreanCounting", 44: "koreanDigital2", 45: "hebrew1", 46: "arabicAlpha", 47: "hebrew2",
    48: "arabicAbjad", 57: "numberInDash", 58: "russianLower", 59: "russianUpper", 255: "none",
}  # fmt: skip


class _List(msgspec.Struct, frozen=True):
    """One list that paragraphs call: which definition it follows, and what of that it overrides."""

    identity: int
    changes: list[tuple[int, int, int | None]]  # level, number to start from, or where another LVL is


class Lists:
    """The lists of a document, by the number that paragraphs call them by; a document asks for few of those it has."""

    def __init__(self, definitions: bytes, overrides: bytes) -> None:
        """Read from where each table starts in its stream to that stream's end: levels follow the tables."""
        self._tables = definitions, overrides
        self._definitions = _definitions(definitions) if definitions else {}
        self._lists = list(_lists(overrides)) if overrides else []

    def level(self, number: str, depth: int) -> Level | None:
        """Return how the level *depth* of list *number*, from "1", counts, if there is one."""
        place = int(number) - 1
        if not 0 <= place < len(self._lists):
            return None
        one = self._lists[place]
        (definitions, overrides), owner = self._tables, str(one.identity)
        starts = self._definitions.get(one.identity, ())
        level = _level(definitions, starts[depth], owner) if depth < len(starts) else None
        for changed, start, at in one.changes:
            if changed == depth and at is not None:
                level = _level(overrides, at, owner)
            elif changed == depth and level:
                level = replace(level, start=start, restarted=True)
        return level


def _definitions(table: bytes) -> dict[int, list[int]]:
    """Return where the levels of each list start."""
    (count,) = struct.unpack_from("<H", table)
    lists = [struct.unpack_from("<i22xB", table, 2 + 28 * place) for place in range(count)]
    at, found = 2 + 28 * count, dict[int, list[int]]()
    for identity, flags in lists:
        found[identity] = starts = []
        for _ in range(1 if flags & 1 else _LEVELS):
            starts.append(at)
            _, at = _text(table, at)
    return found


def _lists(table: bytes) -> Iterator[_List]:
    (count,) = struct.unpack_from("<I", table)
    heads = [struct.unpack_from("<i8xB", table, 4 + 16 * place) for place in range(min(count, len(table) // 16))]
    at = 4 + 16 * count
    for identity, overrides in heads:
        one = _List(identity, [])
        at += 4
        for _ in range(overrides):
            start, flags = struct.unpack_from("<iI", table, at)
            at, depth = at + 8, flags & 0xF
            if flags & 0x20:  # fFormatting
                one.changes.append((depth, start, at))
                _, at = _text(table, at)
            elif flags & 0x10:  # fStartAt
                one.changes.append((depth, start, None))
        yield one


def _text(table: bytes, at: int) -> tuple[int, int]:
    """Return where the text of the LVL at *at* starts, and where it ends, as does the LVL."""
    at += 28 + sum(table[at + 24 : at + 26])  # after properties of characters and paragraphs
    (length,) = struct.unpack_from("<H", table, at)
    return at + 2, at + 2 + 2 * length


def _level(table: bytes, at: int, owner: str) -> Level:
    """Read one LVL ([MS-DOC] 2.9.150)."""
    start, form, flags, limit = struct.unpack_from("<iBB20xB", table, at)
    first, end = _text(table, at)
    return Level(
        owner,
        _FORMS.get(form, "decimal"),
        table[first:end].decode("utf-16-le", "replace").translate(_PLACES),
        start,
        bool(flags & 4),
        limit if flags & 8 else _LEVELS,
    )
