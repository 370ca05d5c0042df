"""Rich Text Format as a stream of tokens: groups, control words, characters. A byte is a character, as in Latin-1."""

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from moonshelf.extraction.office.rich_text.destinations import KNOWN, SILENT
from moonshelf.extraction.office.rich_text.words import TELLING

PIECE, TEXT, CODES, SIZE, BINARY, UNICODE, WORD, VALUE, CONTROL, SYMBOL, PASSED, OPENING, NUMBER, OPEN, CLOSE = range(
    1, 16
)
"""The groups of a token's match, the last of which says what it is: text that may go on in what follows, or that does
not, codes of characters, binary data, which may hold anything, of a size, a character in Unicode, a control word with
its value, a symbol, some of a group of no interest, the begin of one with the word that opens it, or its end. A token
without a group is control words that tell nothing, or a whole group of no interest."""

# What never has to be given back is possessive, but only of single characters: CPython before 3.11.5 goes on behind
# what a repetition of more tried last and did not match.
_BREAKS = r"[\r\n\0]*+"  # between the lines of the file, which are none of the text
_VALUE = r"(?:-(?=[0-9])|)[0-9]{0,10}+"
_LETTERS = "[A-Za-z]{1,32}+"
_WORD = rf"(?!(?:bin|u)(?![A-Za-z])){_LETTERS}"  # any but those that binary data or a character follows
_MANY = "{0,500}"  # in one token: what is repeated takes memory as long as it is matched


def _one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of *words*, by their first letters, which most others already differ in."""
    endings = (
        (letter, "|".join(word[1:] for word in alike)) for letter, alike in groupby(sorted(words), itemgetter(0))
    )
    return f"(?:{'|'.join(f'{letter}(?:{ending})' for letter, ending in endings)})(?![A-Za-z])"


_TELLING = _one_of(TELLING)
_REST = rf"{_VALUE}[ ]?+{_BREAKS}"  # of a control word
_DULL = rf"(?!{_one_of((*TELLING, 'bin', 'u'))}){_LETTERS}{_REST}"
# Neither begins nor ends a group, nor is it binary data.
_PLAIN = r"\\[^b][^\\{}]*+|[^\\{}]++|\\b(?!in(?![A-Za-z]))[^\\{}]*+"
_WHOLE = _PLAIN
for _ in range(3):  # short groups, as deep as most nest; what is longer or deeper is gone through brace by brace
    _WHOLE = rf"{_PLAIN}|\{{(?:{_WHOLE}){{0,100}}\}}"
_UNDERSTOOD, _SILENT = _one_of((*KNOWN, "bin")), _one_of(SILENT)
_OF_NO_INTEREST = rf"\\\*{_BREAKS}\\(?!{_UNDERSTOOD})[A-Za-z]|\\{_SILENT}"  # what begins such a group
_TOKEN = re.compile(  # each way begins with a letter that few others begin with
    rf"""
    [^\\{{}}][^\\{{}}]*+(?:(?=\\'|\\bin)()|())
    | \\(?:
        '[0-9A-Fa-f]{{2}}(?:\\'[0-9A-Fa-f]{{2}}){_MANY}()
        | bin(?![A-Za-z])({_VALUE})[ ]?+()
        | u(?![A-Za-z])({_VALUE})[ ]?+{_BREAKS}
        | ({_TELLING})({_VALUE})[ ]?+{_BREAKS}()
        | {_LETTERS}{_REST}(?:\\{_DULL}){_MANY}
        | ([^A-Za-z])
    )
    | \{{{_BREAKS}(?:
        (?:{_OF_NO_INTEREST})(?:{_WHOLE}){_MANY}(?:\}}{_BREAKS}|())
        | (?:(?:\\\*{_BREAKS})?\\({_WORD})({_VALUE})[ ]?+{_BREAKS})?()
    )
    | \}}{_BREAKS}()
    """,
    re.DOTALL | re.VERBOSE,
)
_EDGE = re.compile(rf"(?:{_WHOLE}){_MANY}(?:([{{}}]){_BREAKS}|\\bin([0-9]{{1,10}})?[ ]?)?", re.DOTALL)
"""What is passed over in one go, and the brace or binary data behind it."""
following = _TOKEN.finditer


def end_of_group(content: str, at: int) -> int:
    """Return where what follows the group begins that is open *at* a place; its end may be that of the *content*."""
    depth = 0
    while (edge := _EDGE.match(content, at)) and edge.end() > at:
        at = edge.end() + int(edge[2] or 0)
        if edge[1] == "{":
            depth += 1
        elif edge[1] and not depth:
            return at
        elif edge[1]:
            depth -= 1
    return len(content)
