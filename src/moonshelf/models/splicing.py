"""JSON spliced from what is there: megabytes of base64 are sent on as they lie in memory, never copied into a body."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

Body = Sequence[bytes | memoryview]
"""A body in pieces, to be sent one after the other."""

NO_JSON: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What is raised of bytes that are none, or are nested too deeply; names that are no UTF-8 are found late."""

_LONG: Final = 1 << 14  # bytes from which a copy costs more than a piece of its own


def spliced(value: object) -> Body:
    """Write *value* as JSON; what is long and ``Raw`` in it becomes a piece that shares its memory."""
    pieces: list[bytes | memoryview] = []
    rest = bytearray()
    _write(value, pieces, rest)
    return [*pieces, bytes(rest)]


def _write(value: object, pieces: list[bytes | memoryview], rest: bytearray) -> None:
    """Append *value* to *rest*, which becomes a piece where a long one follows it."""
    match value:
        case msgspec.Raw():
            raw = memoryview(value)
            if len(raw) < _LONG:
                rest += raw
            else:
                pieces += bytes(rest), raw
                rest.clear()
        case Mapping():
            mark = b"{"
            for name, one in value.items():
                rest += mark + msgspec.json.encode(name) + b":"
                _write(one, pieces, rest)
                mark = b","
            rest += b"}" if value else b"{}"
        case list():
            mark = b"["
            for one in value:
                rest += mark
                _write(one, pieces, rest)
                mark = b","
            rest += b"]" if value else b"[]"
        case _:
            rest += msgspec.json.encode(value)
