"""Text within one block of a marked-up page: white space as a browser shows it, emphasis and links as Markdown."""

import re

_BREAKS = "\t\r\n\f\xa0"  # white space that is shown as a space
_AROUND_BREAK = re.compile(r" *\n *")


class Inline:
    """A line of text in the making. Marks are put around what was added since a place, once it is known to be text."""

    def __init__(self) -> None:
        self.pieces: list[str] = []  # of what is being written
        self._flushed = 0

    def add(self, text: str) -> None:
        """Add *text*; white space in it is one space, and none after a space."""
        plain = _spaced(text)
        if plain.startswith(" ") and (not self.pieces or self.pieces[-1].endswith((" ", "\n"))):
            plain = plain[1:]
        if plain:
            self.pieces.append(plain)

    def add_break(self) -> None:
        """Begin a new line in the same block."""
        self.pieces.append("\n")

    def ends_in_a_word(self) -> bool:
        """Tell whether what follows would be part of a word."""
        return bool(self.pieces) and self.pieces[-1][-1].isalnum()

    def place(self) -> tuple[int, int]:
        """Return where the next text will stand."""
        return self._flushed, len(self.pieces)

    def wrap(self, place: tuple[int, int], before: str, after: str) -> None:
        """Put marks around the text since *place*; none if there is none, or if it has gone into blocks meanwhile."""
        flushed, start = place
        text = "".join(self.pieces[start:]) if flushed == self._flushed else ""
        core = text.strip()
        if core:
            lead, _, trail = text.partition(core)
            self.pieces[start:] = [piece for piece in (lead, before + core + after, trail) if piece]

    def since(self, place: tuple[int, int]) -> str:
        """Return the text since *place*, or nothing if it has gone into blocks."""
        return "".join(self.pieces[place[1] :]).strip() if place[0] == self._flushed else ""

    def take(self) -> str:
        """Return the text and begin anew."""
        self._flushed += 1
        if not self.pieces:
            return ""
        text = "".join(self.pieces).strip()
        self.pieces.clear()
        return _AROUND_BREAK.sub("\n", text) if "\n" in text else text


def _spaced(text: str) -> str:
    """Return *text* with one space for all white space that stands together: a pattern would try every space."""
    for one in _BREAKS:
        text = text.replace(one, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text
