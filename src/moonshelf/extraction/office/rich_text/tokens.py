"""Rich Text Format as a stream of tokens: groups, control words, characters."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from functools import lru_cache

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


_OPEN, _CLOSE = Token(Sort.OPEN), Token(Sort.CLOSE)


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
            token = _control(*found.group("word", "number"))
            if token.word == "bin":
                size = max(token.number or 0, 0)
                yield Token(Sort.BINARY, content=content[at : at + size])
                at += min(size, len(content))
            else:
                yield token
        elif kind == "open":
            yield _OPEN
        elif kind == "close":
            yield _CLOSE
        elif kind == "symbol":
            yield Token(Sort.WORD, found["symbol"].decode("latin-1"))


@lru_cache(maxsize=1024)
def _control(word: bytes, number: bytes | None) -> Token:
    """Make the token of a control word; a document has a few, again and again."""
    return Token(Sort.WORD, word.decode("ascii"), None if number is None else int(number))
