"""Whether bytes that are read in some encoding spell words: one script in each, no capital amid small letters."""

import re
from itertools import pairwise

_WORD = re.compile(r"\S*[^\x00-\x7f\s]\S*")
_OTHER = "\u0370-\u0e7f"  # from Greek to Thai: scripts that do not run together with Latin letters
_WIDE = "\u3040-\u9fff\uac00-\ud7a3\uff61-\uff9f"  # of China, Japan and Korea, which do
_LETTER = r"[^\W\d_]"
_SIGN = (  # not those that stand between letters: dashes, apostrophes, the middle dot of Catalan, degrees, ellipses
    "\xa1-\xa9\xab\xac\xae\xaf\xb1-\xb4\xb6\xb8\xbb-\xbf\u02c6\u02dc\u2018\u201a\u201c-\u201e\u2020-\u2022\u2030\u2039\u203a\u2122"
    "\u2500-\u259f"
)
_FAULT = re.compile(
    "|".join(
        (
            "[\x80-\x9f\ue000-\uf8ff\ufffd]",  # controls, what no standard names, and what is no character
            f"[A-Za-z][{_OTHER}]|[{_OTHER}][A-Za-z]",
            f"[a-z][{_WIDE}](?![{_WIDE}])",
            f"{_LETTER}[{_SIGN}]+(?={_LETTER})|\xa3(?={_LETTER})",
            "[\xa9\xac\u2500-\u259f](?=[\u0400-\u045f])",
        )
    )
)


def well_spelt(text: str) -> float:
    """Return which share of the words beyond ASCII in *text* are written as words are; all, where there are none."""
    words = _WORD.findall(text)
    return 1 - sum(map(_is_faulty, words)) / max(len(words), 1)


def _is_faulty(word: str) -> bool:
    if _FAULT.search(word):
        return True
    if word.islower() or word.isupper() or word.istitle():
        return False
    return any(one.islower() and next_.isupper() and not (one + next_).isascii() for one, next_ in pairwise(word))
