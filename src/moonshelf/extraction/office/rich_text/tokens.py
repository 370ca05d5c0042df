"""Rich Text Format as a stream of tokens: groups, control words, characters."""

import re
from collections.abc import Iterator
from enum import Enum, auto

import msgspec

_TOKEN = re.compile(
    rb"(?P<text>[^\\{}\r\n\0]+) | (?P<open>\{) | (?P<close>\})"
    rb" | \\'(?P<hex>[0-9A-Fa-f]{2}) | \\(?P<word>[A-Za-z]{1,32})(?P<number>-?[0-9]{1,10})?[ ]?"
    rb" | \\(?P<symbol>[^A-Za-z]) | (?P<other>.)",
    re.VERBOSE | re.DOTALL,
)


class Sort(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    WORD = auto()
    BYTES = auto()
    BINARY = auto()


class Token(msgspec.Struct, frozen=True):
    """A group's begin or end, a control word with its number, bytes of text in the font's code page, or binary data."""

    sort: Sort
    word: str = ""
    number: int | None = None
    content: bytes = b""
    escaped: bool = False  # spelt \'xx: skipped as one character after \u


def tokens(content: bytes) -> Iterator[Token]:
    """Yield the tokens of *content*; binary data, which may hold anything, is one."""
    at = 0
    while found := _TOKEN.match(content, at):
        at = found.end()
        kind = found.lastgroup
        if kind == "text":
            yield Token(Sort.BYTES, content=found["text"])
        elif kind == "hex":
            yield Token(Sort.BYTES, content=bytes([int(found["hex"], 16)]), escaped=True)
        elif kind in ("word", "number"):
            number = None if found["number"] is None else int(found["number"])
            word = found["word"].decode("ascii")
            if word == "bin":
                yield Token(Sort.BINARY, content=content[at : at + max(number or 0, 0)])
                at += min(max(number or 0, 0), len(content))
            else:
                yield Token(Sort.WORD, word, number)
        elif kind == "open":
            yield Token(Sort.OPEN)
        elif kind == "close":
            yield Token(Sort.CLOSE)
        elif kind == "symbol":
            yield Token(Sort.WORD, found["symbol"].decode("latin-1"))
