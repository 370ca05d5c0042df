"""Rich Text Format as a stream of tokens: groups, control words, characters. A byte is a character, as in Latin-1."""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from moonshelf.extraction.office.rich_text.words import TELLING

TEXT, WORD, VALUE, CONTROL, CODES, SIZE, BINARY, SYMBOL, STAR, OPENING, NUMBER, OPEN, CLOSE = range(1, 14)
"""The groups of a token's match, the last of which says what it is: text, a control word with its value, codes of
characters, binary data, which may hold anything, of a size, a symbol, the begin of a group with the word that opens it,
or its end. A token without a group is control words that tell nothing."""

# What never has to be given back is possessive: to be able to costs more than to match.
_BREAKS = r"[\r\n\0]*+"  # between the lines of the file, which are none of the text
_VALUE = r"(?:-(?=[0-9])|)[0-9]{0,10}+"
_WORD = r"(?!bin(?![A-Za-z]))[A-Za-z]{1,32}+"  # any but the one before binary data
_FOLLOWED = "|".join(  # by their first letters, which most words that tell nothing already differ in
    f"{letter}(?:{'|'.join(word[1:] for word in words)})" for letter, words in groupby(sorted(TELLING), itemgetter(0))
)
_TELLING = rf"(?:{_FOLLOWED})(?![A-Za-z])"
_DULL = rf"{_WORD}{_VALUE}[ ]?+{_BREAKS}"
_MANY = "{0,500}+"  # in one token: what is repeated takes memory as long as it is matched
_TOKEN = re.compile(  # each way begins with a letter that few others begin with
    rf"""
    [^\\{{}}][^\\{{}}]*+()
    | \\(?:
        ({_TELLING})({_VALUE})[ ]?+{_BREAKS}()
        | {_DULL}(?:\\(?!{_TELLING}){_DULL}){_MANY}
        | '[0-9A-Fa-f]{{2}}(?:\\'[0-9A-Fa-f]{{2}}){_MANY}()
        | bin({_VALUE})[ ]?+()
        | ([^A-Za-z])
    )
    | \{{(?:{_BREAKS}(?:\\(\*){_BREAKS})?\\({_WORD})({_VALUE})[ ]?+{_BREAKS})?()
    | \}}{_BREAKS}()
    """,
    re.DOTALL | re.VERBOSE,
)
_EDGE = re.compile(  # the next brace that is one, or binary data
    r"(?:[^\\{}]++|\\(?!bin(?![A-Za-z])).)*+(?:([{}])|\\bin([0-9]{1,10})?[ ]?)", re.DOTALL
)
_BEHIND = -1  # no place, but that behind the token that was read last


class Tokens:
    """The tokens of a document, in turn; who reads them may say of one where the next begins."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._now: re.Match[str] | None = None  # the token that was read last
        self._next = 0  # where another is to follow than the one behind it

    def __iter__(self) -> Iterator[re.Match[str]]:
        while self._next != _BEHIND:
            start, self._next = self._next, _BEHIND
            for found in _TOKEN.finditer(self._content, start):
                self._now = found
                yield found
                if self._next != _BEHIND:
                    break

    def skip(self) -> None:
        """Pass over the rest of the group that is open, but for its end."""
        depth, at = 0, self._end()
        self._next = len(self._content)
        while edge := _EDGE.match(self._content, at):
            at = edge.end()
            if edge[1] == "{":
                depth += 1
            elif edge[1] is None:
                at += int(edge[2] or 0)
            elif depth:
                depth -= 1
            else:
                self._next = edge.start(1)
                return

    def binary(self, size: int) -> bytes:
        """Return so many bytes behind the token, and pass over them."""
        start = self._end()
        self._next = min(start + max(size, 0), len(self._content))
        return self._content[start : self._next].encode("latin-1")

    def _end(self) -> int:
        return self._now.end() if self._now else 0
