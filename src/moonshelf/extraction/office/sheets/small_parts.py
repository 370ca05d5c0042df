"""Small parts of an Excel workbook as the text that they are, and what is found in them."""

from typing import TYPE_CHECKING

import msgspec

from moonshelf.extraction.office.definitions import Root, root_of
from moonshelf.extraction.office.openxml import Package, S, written
from moonshelf.extraction.office.tags import grammar

if TYPE_CHECKING:
    from lxml.etree import _Element


class SmallPart(msgspec.Struct, frozen=True):
    """A part as text, its root, and the prefix that elements of spreadsheets have in it."""

    text: str
    root: Root
    prefix: str

    @classmethod
    def of(cls, package: Package, part: str, *, anew: bool = False) -> "SmallPart":
        """Read *part*, by a tree of it that is spelt *anew* on demand; one that cannot be read is empty."""
        text = written(package.xml(part)).decode() if anew else package.text(part)
        # As XML has it, every end of a line is the same; mostly the only odd one is behind the declaration.
        behind = text.find("?>") + len("?>\r\n") if text.startswith("<?xml") else 0
        if text.find("\r", behind) >= 0:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        root = root_of(text.encode())
        return cls(text, root, root.prefix(S).decode())

    def found(self, pattern: str, within: str = "") -> list[str]:
        """Return all that *pattern*, of one group, finds, in the first element called *within*, if one is."""
        begin, end = 0, len(self.text)
        if within:
            begin = self.text.find(f"<{self.prefix}{within}")
            end = self.text.find(f"</{self.prefix}{within}>", begin) if begin >= 0 else 0
        return grammar(pattern, self.prefix).findall(self.text, max(begin, 0), max(end, 0))

    def parsed(self, source: str) -> "_Element | None":
        """Parse the element that *source* spells."""
        return self.root.parsed(source.encode())
