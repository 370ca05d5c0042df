"""List tables of Word 97-2003 documents ([MS-DOC] 2.9.131 PlfLst, 2.9.132 PlfLfo)."""

import struct

from msgspec.structs import replace

from moonshelf.extraction.office.numbering import Level

_LEVELS = 9
_PLACES = {level: f"%{level + 1}" for level in range(_LEVELS)}  # where their numbers go, as ``numbering`` has them
_FORMS = {
    0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 5: "ordinal",
    10: "chineseCounting", 11: "chineseCounting", 12: "decimal", 14: "decimal", 18: "decimalEnclosedCircle",
    22: "decimalZero", 23: "bullet", 35: "chineseCounting", 37: "chineseCounting", 38: "chineseCounting",
    39: "chineseCountingThousand", 255: "none",
}  # fmt: skip


class Lists:
    """The lists of a document, by the number that paragraphs call them by."""

    def __init__(self, definitions: bytes, overrides: bytes) -> None:
        """Read from where each table starts in its stream to that stream's end: levels follow the tables."""
        self._definitions = _definitions(definitions) if definitions else {}
        self._lists = _overridden(overrides, self._definitions) if overrides else []

    def levels(self, number: str) -> dict[int, Level]:
        """Return how the levels of list *number*, from "1", count."""
        place = int(number) - 1
        return self._lists[place] if 0 <= place < len(self._lists) else {}


def _definitions(table: bytes) -> dict[int, dict[int, Level]]:
    (count,) = struct.unpack_from("<H", table)
    lists = [struct.unpack_from("<i22xB", table, 2 + 28 * place) for place in range(count)]
    at, found = 2 + 28 * count, {}
    for identity, flags in lists:
        levels = {}
        for depth in range(1 if flags & 1 else _LEVELS):
            levels[depth], at = _level(table, at, str(identity))
        found[identity] = levels
    return found


def _overridden(table: bytes, definitions: dict[int, dict[int, Level]]) -> list[dict[int, Level]]:
    (count,) = struct.unpack_from("<I", table)
    heads = [struct.unpack_from("<i8xB", table, 4 + 16 * place) for place in range(min(count, len(table) // 16))]
    at, lists = 4 + 16 * count, []
    for identity, overrides in heads:
        levels = dict(definitions.get(identity, {}))
        at += 4
        for _ in range(overrides):
            start, flags = struct.unpack_from("<iI", table, at)
            at, depth = at + 8, flags & 0xF
            if flags & 0x20:  # fFormatting
                levels[depth], at = _level(table, at, str(identity))
            elif flags & 0x10 and depth in levels:  # fStartAt
                levels[depth] = replace(levels[depth], start=start, restarted=True)
        lists.append(levels)
    return lists


def _level(table: bytes, at: int, owner: str) -> tuple[Level, int]:
    """Read one LVL ([MS-DOC] 2.9.150) and say where the next one starts."""
    start, form, flags, characters, paragraphs, limit = struct.unpack_from("<iBB18xBBB", table, at)
    at += 28 + characters + paragraphs
    (length,) = struct.unpack_from("<H", table, at)
    text = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    level = Level(
        owner,
        _FORMS.get(form, "decimal"),
        text.translate(_PLACES),
        start,
        bool(flags & 4),
        limit if flags & 8 else _LEVELS,
    )
    return level, at + 2 + 2 * length
