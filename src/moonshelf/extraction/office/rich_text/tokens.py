"""Rich Text Format as a stream of tokens: groups, control words, characters. A byte is a character, as in Latin-1."""

import re
from collections.abc import Iterator

TEXT, CONTROLS, OPEN, STAR, OPENING, NUMBER, CLOSE, CODES, SYMBOL, BINARY, SIZE = range(1, 12)
"""The groups of a token's match, the last of which says what it is: text, several control words, the begin of a group
with the word that opens it, its end, codes of characters, a symbol, or binary data, which may hold anything."""

_WORD = r"(?!bin(?![A-Za-z]))[A-Za-z]{1,32}"  # any but the one before binary data
_VALUE = r"-?[0-9]{1,10}"
_BREAKS = r"[\r\n\0]*+"  # between the lines of the file, which are none of the text
_MANY = "{1,500}+"  # in one token: what is repeated takes memory as long as it is matched
_TOKEN = re.compile(
    "|".join(
        (
            r"([^\\{}]+)",
            rf"((?:\\{_WORD}(?:{_VALUE})?[ ]?{_BREAKS}){_MANY})",
            rf"(\{{(?:{_BREAKS}(?:\\(\*){_BREAKS})?\\({_WORD})({_VALUE})?[ ]?{_BREAKS})?)",
            rf"(\}}){_BREAKS}",
            rf"((?:\\'[0-9A-Fa-f]{{2}}){_MANY})",
            r"\\([^A-Za-z])",
            rf"(\\bin({_VALUE})?[ ]?)",
        )
    ),
    re.DOTALL,
)
_CONTROL = re.compile(r"\\([A-Za-z]+)(-?[0-9]+)?")
_EDGE = re.compile(  # the next brace that is one, or binary data
    r"(?:[^\\{}]++|\\(?!bin(?![A-Za-z])).)*+(?:([{}])|\\bin([0-9]{1,10})?[ ]?)", re.DOTALL
)


class Tokens:
    """The tokens of a document, in turn; who reads them may say of one where the next begins."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._end = 0  # of the token that was read last, ...
        self._jumped = True  # ... if another is to follow than the one behind it

    def __iter__(self) -> Iterator[re.Match[str]]:
        while self._jumped:
            self._jumped = False
            for found in _TOKEN.finditer(self._content, self._end):
                self._end = found.end()
                yield found
                if self._jumped:
                    break

    def skip(self) -> None:
        """Pass over the rest of the group that is open, but for its end."""
        depth, at = 0, self._end
        self._end, self._jumped = len(self._content), True
        while edge := _EDGE.match(self._content, at):
            at = edge.end()
            if edge[1] == "{":
                depth += 1
            elif edge[1] is None:
                at += int(edge[2] or 0)
            elif depth:
                depth -= 1
            else:
                self._end = edge.start(1)
                return

    def binary(self, size: int) -> bytes:
        """Return so many bytes behind the token, and pass over them."""
        start, self._jumped = self._end, True
        self._end = min(start + max(size, 0), len(self._content))
        return self._content[start : self._end].encode("latin-1")


def controls(run: str) -> list[tuple[str, str]]:
    """Return the control words of a token that is several, each with its number, or nothing, as it is spelt."""
    return _CONTROL.findall(run)
