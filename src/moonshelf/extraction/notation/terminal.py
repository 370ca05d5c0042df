"""What terminals are told between the words: colours, places, titles (ECMA-48 5.4 and 8.3.89), and lines set anew."""

import re

_CODE = re.compile(
    "\x1b(?:"
    r"\[[0-?]{0,100}[ -/]{0,10}[@-~]"  # control sequences
    "|\\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\\\)"  # commands to the program that is the terminal, as its title
    r"|[()][0-9A-Z]|[=>78DEHM])"
)
_SET_ANEW = re.compile(r"(?<![^\n])(?:[^\r\n]*+\r++(?=[^\r\n]))+")


def without_codes(text: str) -> str:
    """Return *text* without the codes that nobody sees; where there are none, it is the same."""
    return _CODE.sub("", text) if "\x1b" in text else text


def last_shown(text: str) -> str:
    """Return what is left to see of *text*, whose lines may be written over as those of progress bars are."""
    plain = without_codes(text)
    return _SET_ANEW.sub("", plain) if "\r" in plain else plain
