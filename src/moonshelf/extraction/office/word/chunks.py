"""Files that stand in the place of paragraphs until Word takes them in (ECMA-376 part 1, 17.17.2.1): pages, letters."""

import posixpath
from collections.abc import Iterator
from io import BytesIO

from moonshelf.errors import ExtractionError
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office.openxml import Package
from moonshelf.extraction.tools import Tools

_MARGINS = (Kind.HEADER, Kind.FOOTER)


class Chunks:
    """The files of one document, each read once, whatever refers to it."""

    def __init__(self, package: Package, tools: Tools, withheld: Withheld) -> None:
        self._package, self._tools, self._withheld = package, tools, withheld
        self._known: set[str] = set()
        self.warnings: list[str] = []

    def blocks(self, part: str) -> Iterator[Block]:
        """Read what the file *part* holds, or say why it was not read."""
        if part in self._known:
            return
        self._known.add(part)
        content = self._package.bytes(part)
        if content is None:
            return
        try:
            document = self._tools.read(posixpath.basename(part), BytesIO(content), self._tools)
        except ExtractionError as error:
            self.warnings.append(f"The part {part[:80]!r} was not read: {str(error).rstrip('.')}.")
            return
        self.warnings.extend(document.warnings)
        for page in document.pages:
            self._withheld.merge(page.coverage)
            yield from (block for block in page.blocks if block.kind not in _MARGINS)
