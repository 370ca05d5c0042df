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
_EDGE = re.compile(  # the next brace that is one, or binary data
    rb"(?:[^\\{}]++|\\(?!bin(?![A-Za-z])).)*+(?:([{}])|\\bin([0-9]{1,10})?[ ]?)", re.DOTALL
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


_EDGES = {"open": Token(Sort.OPEN), "close": Token(Sort.CLOSE)}


class Tokens:
    """The tokens of a document, in turn; binary data, which may hold anything, is one."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def __iter__(self) -> Iterator[Token]:
        while self._at < len(self._content):
            for found in _TOKEN.finditer(self._content, self._at):
                self._at = end = found.end()
                if token := self._token(found):
                    yield token
                if self._at != end:
                    break  # past binary data, or what is of no interest

    def skip(self) -> None:
        """Pass over the rest of the group that is open, but for its end."""
        depth, at = 0, self._at
        while edge := _EDGE.match(self._content, at):
            at = edge.end()
            if edge[1] == b"{":
                depth += 1
            elif edge[1] is None:
                at += int(edge[2] or 0)
            elif depth:
                depth -= 1
            else:
                self._at = edge.start(1)
                return
        self._at = len(self._content)

    def _token(self, found: re.Match[bytes]) -> Token | None:
        kind = found.lastgroup
        if kind in ("word", "number"):
            token = _control(*found.group("word", "number"))
            return self._binary(max(token.number or 0, 0)) if token.word == "bin" else token
        if kind == "text":
            return Token(Sort.BYTES, content=found[0])
        if kind == "hex":
            return Token(Sort.BYTES, content=bytes([int(found["hex"], 16)]))
        if kind == "symbol":
            return Token(Sort.WORD, found["symbol"].decode("latin-1"))
        return _EDGES.get(kind or "")

    def _binary(self, size: int) -> Token:
        start = self._at
        self._at = min(start + size, len(self._content))
        return Token(Sort.BINARY, content=self._content[start : self._at])


@lru_cache(maxsize=1024)
def _control(word: bytes, number: bytes | None) -> Token:
    """Make the token of a control word; a document has a few, again and again."""
    return Token(Sort.WORD, word.decode("ascii"), None if number is None else int(number))
