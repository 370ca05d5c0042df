"""Lists of an item's properties one after the other, as streams of TNEF encapsulate them ([MS-OXTNEF] 2.1.3.4)."""

import struct
from dataclasses import dataclass, field

_SIZES = {0: 0, 1: 0, 2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8, 0x48: 16}
_LONG = frozenset({0x0D, 0x1E, 0x1F, 0x102})  # kinds whose values state their length
_MANY = 0x1000
_NAMED = 0x8000
_MOST = 65_536  # properties of one item, and values of one property

Names = dict[tuple[bytes, int], int]
"""Identifiers that an item gave to properties, by the set and the number that name them."""


@dataclass(slots=True)
class Values:
    """Properties by their identifiers: short ones with their kind, and long ones by it."""

    fixed: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    long: dict[tuple[int, str], bytes] = field(default_factory=dict)


class Reading:
    """A walk over lists in *data*. Raises ``struct.error`` where it ends too soon, ``KeyError`` on unknown kinds."""

    def __init__(self, data: bytes, names: Names) -> None:
        self._data, self._names = data, names
        self._at = 0

    def number(self) -> int:
        """Read a number of four bytes."""
        (number,) = struct.unpack_from("<I", self._data, self._at)
        self._at += 4
        return int(number)

    def list(self, into: Values) -> None:
        """Read one list of properties; of a property that has many values the first counts."""
        for _ in range(min(self.number(), _MOST)):
            kind, identifier = struct.unpack_from("<HH", self._data, self._at)
            self._at += 4
            if identifier >= _NAMED:
                self._name(identifier)
            single = kind & ~_MANY
            count = self.number() if kind & _MANY or single in _LONG else 1
            values = [self._value(single) for _ in range(min(count, _MOST))]
            if values and single in _LONG:
                into.long[identifier, f"{single:04X}"] = values[0]
            elif values:
                into.fixed[identifier] = (single, values[0])

    def _name(self, identifier: int) -> None:
        members = self._data[self._at : self._at + 16]
        self._at += 16
        is_text = self.number()
        number = self.number()
        if is_text:
            self._at += _padded(number)
        else:
            self._names[members, number] = identifier

    def _value(self, kind: int) -> bytes:
        size = self.number() if kind in _LONG else _SIZES[kind]
        value = self._data[self._at : self._at + size]
        self._at += _padded(size)
        if self._at > len(self._data) + 3:
            raise struct.error("a value goes beyond the end")
        return value


def _padded(size: int) -> int:
    return -(-size // 4) * 4
