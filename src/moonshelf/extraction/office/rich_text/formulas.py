"""Formulas of Rich Text, spelt as those of Word's XML are: a group an element, its name behind an m."""

import re
from typing import TYPE_CHECKING

from moonshelf.extraction.office.equations import latex
from moonshelf.extraction.office.openxml import M
from moonshelf.extraction.office.rich_text.stories import paired

if TYPE_CHECKING:
    from lxml.etree import _Element

_DEEPEST = 100  # elements inside elements
_MARK, _PROPERTIES = "m", "Pr"
_VALUE, _TEXT = f"{M}val", f"{M}t"
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # that XML forbids


class Formula:
    """One formula as it grows."""

    def __init__(self, opened: int) -> None:
        """Begin the formula whose group stands in so many *opened* ones."""
        from lxml import etree  # noqa: PLC0415 - heavy: a shared library

        self._element = etree.SubElement
        self._root = etree.Element(f"{M}oMath")
        self._open: list[tuple[int, _Element]] = [(opened, self._root)]
        self._text: list[str] = []  # since an element began or ended: characters come by one, and some in halves

    def open(self, word: str, opened: int) -> None:
        """Begin the element that the first *word* of a group names."""
        if word.startswith(_MARK) and word != _MARK and len(self._open) < _DEEPEST:
            self._tell()
            above = self._now
            self._open.append((opened, self._element(above, f"{M}{word.removeprefix(_MARK)}")))
            if above.tag.endswith(_PROPERTIES):
                self._now.set(_VALUE, "")  # as brackets have that are left out

    def take(self, text: str) -> None:
        """Add to the text, or to the value of a property."""
        if text.strip() or self._is_property():
            self._text.append(text)

    def close(self, opened: int) -> bool:
        """End what the group began, if it began anything, and say whether that was the formula."""
        if self._open[-1][0] == opened:
            self._tell()
            self._open.pop()
        return not self._open

    def text(self) -> str:
        """Return it as LaTeX, between the marks that it has in a line."""
        said = latex(self._root).strip()
        return f"${said}$" if said else ""

    def _tell(self) -> None:
        """Give the text to the element that it stands in."""
        text = _CONTROLS.sub("", paired("".join(self._text)))
        self._text.clear()
        if text and self._is_property():
            self._now.set(_VALUE, self._now.get(_VALUE, "") + text)
        elif text:
            self._element(self._now, _TEXT).text = text

    def _is_property(self) -> bool:
        above = self._now.getparent()
        return above is not None and above.tag.endswith(_PROPERTIES)

    @property
    def _now(self) -> "_Element":
        return self._open[-1][1]
