"""Raised and lowered figures: 10 to the 6th is not 106."""

import re

_PLAIN = "0123456789+-\u2212=()ni"
_RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207b\u207c\u207d\u207e\u207f\u2071"
_LOWERED = (
    "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089\u208a\u208b\u208b\u208c\u208d\u208e\u2099\u1d62"
)
_TABLES = {"sup": str.maketrans(_PLAIN, _RAISED), "sub": str.maketrans(_PLAIN, _LOWERED)}
_TELLING = re.compile(r"[0-9+\u2212]|^\s*[-ni]\s*$")  # not what is raised for its looks: 1st, a trade mark


def shifted(text: str, place: str | None) -> str:
    """Return *text* as it stands at a *place*, "sup" or "sub": figures become those that Unicode has for it."""
    table = _TABLES.get(place or "")
    return text.translate(table) if table and _TELLING.search(text) else text
