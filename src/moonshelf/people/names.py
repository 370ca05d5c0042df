"""Names that people give to accounts and keys: one line, without commands to whoever's terminal prints it."""

import unicodedata

_JOINERS = "\u200c\u200d"  # within words of Persian and Hindi, and in signs that are made of several


def shows(name: str) -> bool:
    """Tell whether each character of *name* is seen, is a space, or joins what is seen."""
    return all(map(_shows, name))


def printed(name: str) -> str:
    """Return *name* with a sign in place of each character that does not show."""
    return "".join(one if _shows(one) else "\ufffd" for one in name)


def _shows(character: str) -> bool:
    return character.isprintable() or character in _JOINERS or unicodedata.category(character) == "Zs"
