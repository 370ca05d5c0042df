"""Rich Text Format as a stream of tokens: groups, control words, characters. A byte is a character, as in Latin-1."""

import re
from itertools import groupby
from operator import itemgetter

from moonshelf.extraction.office.rich_text.words import TELLING

PIECE, TEXT, WORD, VALUE, CONTROL, CODES, SIZE, BINARY, SYMBOL, STAR, OPENING, NUMBER, OPEN, CLOSE = range(1, 15)
"""The groups of a token's match, the last of which says what it is: text that may go on in what follows, or that does
not, a control word with its value, codes of characters, binary data, which may hold anything, of a size, a symbol, the
begin of a group with the word that opens it, or its end. A token without a group is control words that tell nothing."""

# What never has to be given back is possessive, but only of single characters: CPython before 3.11.5 goes on behind
# what a repetition of more tried last and did not match.
_BREAKS = r"[\r\n\0]*+"  # between the lines of the file, which are none of the text
_VALUE = r"(?:-(?=[0-9])|)[0-9]{0,10}+"
_WORD = r"(?!bin(?![A-Za-z]))[A-Za-z]{1,32}+"  # any but the one before binary data
_FOLLOWED = "|".join(  # by their first letters, which most words that tell nothing already differ in
    f"{letter}(?:{'|'.join(word[1:] for word in words)})" for letter, words in groupby(sorted(TELLING), itemgetter(0))
)
_TELLING = rf"(?:{_FOLLOWED})(?![A-Za-z])"
_DULL = rf"{_WORD}{_VALUE}[ ]?+{_BREAKS}"
_MANY = "{0,500}"  # in one token: what is repeated takes memory as long as it is matched
_TOKEN = re.compile(  # each way begins with a letter that few others begin with
    rf"""
    [^\\{{}}][^\\{{}}]*+(?:(?=\\'|\\bin)()|())
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
_PLAIN = r"\\(?!bin(?![A-Za-z])).[^\\{}]*+|[^\\{}]++"  # neither begins nor ends a group, nor is it binary data
_WHOLE = _PLAIN
for _ in range(3):  # short groups, as deep as most nest; what is longer or deeper is gone through brace by brace
    _WHOLE = rf"{_PLAIN}|\{{(?:{_WHOLE}){{0,100}}\}}"
_EDGE = re.compile(rf"(?:{_WHOLE}){{0,500}}(?:([{{}}]){_BREAKS}|\\bin([0-9]{{1,10}})?[ ]?)?", re.DOTALL)
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
