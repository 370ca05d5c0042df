"""Parts of a workbook that list very many elements of one name, rows or texts, read as the text that they are.

Trees of them take most of the time in which a workbook is read, and of a million rows more memory than there is.
"""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.office.definitions import Root, root_of
from moonshelf.extraction.office.openxml import LARGEST_TREE, Package, S, parse, written
from moonshelf.extraction.office.tags import declares, is_plain, is_readable, refers

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTROLS = bytes({*range(32)} - {*b"\t\n"})  # which XML can't hold, but for the ends of lines that it makes others


class Listing:
    """The elements of one *name* in a part as text, and what stands around them."""

    def __init__(self, package: Package, part: str, name: str) -> None:
        self._package, self._part, self._name = package, part, name.encode()
        self.prefix = ""  # before the names of elements, known with the first piece
        self._root = Root()
        self._before, self._behind = b"", b""
        self._complete = False

    def pieces(self) -> Iterator[str]:
        """Yield text that holds whole elements, in which tags and references are what they seem."""
        try:
            for block in self._blocks():
                yield self._text(block)
        except CorruptDocument:  # it declares entities
            self._package.damaged.append(self._part)
        self._complete = True

    def around(self) -> str:
        """Return what stands around the elements, as far as it was read."""
        content = self._before + self._behind
        if content and (refers(content) or not is_plain(content)):
            tree, faulty = parse(content)
            content = written(tree)
            if faulty and self._complete:
                self._package.damaged.append(self._part)
        return content.decode("utf-8", "replace")

    def parsed(self, source: str) -> "_Element | None":
        """Parse the element that *source* spells."""
        found = self._tree(source.encode())
        return found[0] if found is not None and len(found) else None

    def _blocks(self) -> Iterator[bytes]:
        """Yield the elements in pieces as they come, and keep what stands before and behind them."""
        pieces = self._package.pieces(self._part)
        first = next(pieces, b"")
        if first and not is_readable(first):
            pieces, first = iter(()), self._package.plain(self._part)
        self._root = root_of(first)
        prefix = self._root.prefix(S)
        self.prefix = prefix.decode()
        begin, end = (mark % (prefix + self._name) for mark in (b"<%s", b"</%s>"))
        waiting, held, seam = [], 0, b""  # what no element ends in, and its last bytes
        for piece in chain((first,), pieces):
            waiting.append(piece)
            held += len(piece)
            if end in (seam := seam + piece):
                block = b"".join(waiting)
                cut = block.rfind(end) + len(end)
                block, self._behind = block[:cut], block[cut:]
                waiting, held, seam = [self._behind], len(self._behind), self._behind
                start = 0 if self._before else block.find(begin)
                self._before = self._before or block[:start]
                yield block[start:]
            elif held > LARGEST_TREE:
                raise LimitReached(f"{self._part} holds {held / 2**20:.0f} MB in one piece")
            seam = seam[-len(end) :]
        self._behind = b"".join(waiting)

    def _text(self, block: bytes) -> str:
        if not _is_odd(block):
            try:
                return block.decode()
            except UnicodeDecodeError:
                pass
        return written(self._tree(block)).decode()

    def _tree(self, source: bytes) -> "_Element | None":
        tree, faulty = parse(self._root.around(source))
        if faulty:
            self._package.damaged.append(self._part)
        return tree


def _is_odd(block: bytes) -> bool:
    """Whether only a parser can tell what *block* says: of comments, other references, damage."""
    return declares(block) or refers(block) or len(block.translate(None, _CONTROLS)) < len(block)
