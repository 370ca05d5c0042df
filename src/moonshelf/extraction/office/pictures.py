"""Pictures in Office files: a scan or a screenshot is read where it stands, what nothing was read in is noted."""

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from msgspec.structs import replace

from moonshelf.errors import ExtractionError, LimitReached
from moonshelf.extraction import sniffing
from moonshelf.extraction.document import Block, Box, Document, Kind, Origin, Page
from moonshelf.extraction.office.embedded import legible, opened
from moonshelf.extraction.office.openxml import A, P, R, Relation, whole
from moonshelf.extraction.office.slides.shapes import EMU
from moonshelf.extraction.tools import Line, Raster, Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST = 20  # of one file, the first; each costs about as much as reading a hundred files of text
_LEAST_WIDTH, _LEAST_HEIGHT = 90.0, 24.0  # points, as in PDF: what is smaller is a sign or an ornament
_SURE, _LEAST_LETTERS = 0.85, 2  # as in PDF: textures are read as letters, unsurely
_EXTENTS = ("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent", f"{A}ext")
_REFERENCES = {f"{A}blip": f"{R}embed", "{urn:schemas-microsoft-com:vml}imagedata": f"{R}id"}
_READ = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}control",
    "{http://schemas.microsoft.com/office/drawing/2010/main}cameraTool",
)
"""Of what drawings show pictures, and what is read all the same: controls, and cells elsewhere in the workbook."""

_ORIGINALS = ("{urn:schemas-microsoft-com:office:office}OLEObject", f"{P}oleObj", *_READ)
_Content = Callable[[str], bytes | None]
_NOWHERE = (0.0, 0.0, 0.0, 0.0)  # text flows without places


class Pictures:
    """The pictures of one file, each read once, wherever and how often it is shown."""

    def __init__(self, content: _Content, tools: Tools, *, glance: _Content | None = None) -> None:
        """Take *content*, which returns the picture of a name, if the file has it, and *glance*, for a look alone."""
        self._content, self._glance, self._tools = content, glance or content, tools
        self._known: set[str] = set()
        self._legible: dict[str, bool] = {}  # files of other programs
        self._looked = self._skipped = 0
        self._failures: list[str] = []
        self._read = False  # by the recogniser, since the last page was covered
        self._unread: list[Box] = []
        self._since: set[str] = set()  # names of those since the last page or sheet
        self._kept = False, 0  # what of those before it there is to note: whether any was read, and how many were not

    def blocks(self, relations: Mapping[str, Relation], drawing: "_Element", box: Box | None = None) -> Iterator[Block]:
        """Read what a *drawing* of these *relations*, which fills *box*, shows in pictures large enough for text.

        One that stands for what is read anyway is left out: for a file, for a control, for cells.
        """
        if any(self._stands_in(relations, one) for one in drawing.iter(*_ORIGINALS)):
            return
        for element in drawing.iter(*_REFERENCES):
            relation = relations.get(element.get(_REFERENCES[str(element.tag)], ""))
            embedded = relation is not None and relation.kind == "image" and not relation.external
            if relation is not None and embedded and _large(drawing, box):
                yield from self.shown(relation.target, box)

    def reads(self, name: str) -> bool:
        """Tell whether the file of another program that is called *name* is read, so that its picture need not be."""
        if name not in self._legible:
            self._legible[name] = self._looks_legible(name)
        return self._legible[name]

    def _looks_legible(self, name: str) -> bool:
        try:
            content = self._glance(name) or b""
        except LimitReached:  # then its picture is read, whatever becomes of it
            return False
        return legible(opened("", content, self._tools))

    def shown(self, name: str, box: Box | None = None) -> Iterator[Block]:
        """Read the picture called *name* where it is shown first."""
        if name in self._known:
            return
        self._known.add(name)
        self._since.add(name)
        if self._looked == _MOST:
            self._skipped += 1
            found: Sequence[Block] = ()
        elif (content := self._content(name)) is None:
            return
        else:
            self._looked += 1
            found = self._within(name, content)
        self._read = self._read or any(block.origin is not Origin.TEXT for block in found)
        self._unread += [] if found else [box or _NOWHERE]
        yield from (replace(block, box=box) for block in found)

    def covered(self, page: Page) -> Page:
        """Note on *page* what the pictures since the last one were: read, or ink without text."""
        if self._read or self._unread:
            origin = Origin.BOTH if self._read else page.coverage.origin
            coverage = replace(page.coverage, origin=origin, unread=(*page.coverage.unread, *self._unread))
            page = replace(page, coverage=coverage)
        self._read, self._unread = False, []
        self._keep()
        return page

    def end(self, *, withheld: bool) -> None:
        """End a sheet: what there is to note of its pictures is noted on the page of all, unless it is *withheld*."""
        if withheld:
            self.forget()
        else:
            self._keep()

    def _keep(self) -> None:
        self._kept = self._read, len(self._unread)
        self._since.clear()

    def forget(self) -> None:
        """End a page or sheet that is withheld: its pictures are not noted, and are shown where another has them."""
        self._read, noted = self._kept
        del self._unread[noted:]
        self._known -= self._since
        self._since.clear()

    def noted(self, document: Document) -> Document:
        """Note on the last page of *document* what pictures were, and beside it what should have been read of them."""
        if not self._looked and not self._skipped:
            return document
        pages = (*document.pages[:-1], *(self.covered(page) for page in document.pages[-1:]))
        return replace(document, pages=pages, warnings=(*document.warnings, *self.warnings()))

    def warnings(self) -> tuple[str, ...]:
        """Return a sentence on each kind of picture that should have been read and was not."""
        said = [f"A picture was not read: {reason.rstrip('.')}." for reason in dict.fromkeys(self._failures)]
        skipped = f"{self._skipped} picture{'s' * (self._skipped != 1)} beyond the first {_MOST} were not looked at."
        return (*said, *((skipped,) if self._skipped else ()))

    def _stands_in(self, relations: Mapping[str, Relation], original: "_Element") -> bool:
        """Tell whether *original*, of which a drawing has a picture, is read itself."""
        if original.tag in _READ:
            return True
        relation = relations.get(original.get(f"{R}id", ""))
        return relation is not None and not relation.external and self.reads(relation.target)

    def _within(self, name: str, content: bytes) -> Sequence[Block]:
        data, short = BytesIO(content), posixpath.basename(name)
        if not sniffing.media_type(data, short).startswith("image/"):
            return ()  # damaged: any bytes are text in some encoding
        try:
            document = self._tools.read(short, data, replace(self._tools, recognise=self._surely))
        except ExtractionError:
            return ()  # of a kind that nobody here can show, or damaged: ink without text
        self._failures += [page.coverage.failure for page in document.pages if page.coverage.failure]
        return [_plain(block) for page in document.pages for block in page.blocks]

    def _surely(self, raster: Raster) -> Sequence[Line]:
        lines = self._tools.recognise(raster)
        return [one for one in lines if one.confidence >= _SURE and sum(map(str.isalnum, one.text)) >= _LEAST_LETTERS]


def large(width: float, height: float) -> bool:
    """Tell whether a picture of a size in points has room for text."""
    return width >= _LEAST_WIDTH and height >= _LEAST_HEIGHT


def _large(drawing: "_Element", box: Box | None) -> bool:
    extent = next((one for one in drawing.iter(*_EXTENTS) if one.get("cx")), None)
    if box is not None:
        width, height = box[2] - box[0], box[3] - box[1]
    elif extent is not None:
        width, height = whole(extent.get("cx")) / EMU, whole(extent.get("cy")) / EMU
    else:
        return True  # older files say it in the words of a style sheet
    return large(width, height)


def _plain(block: Block) -> Block:
    """Make what heads a picture, or stands at its edge, a paragraph: the outline is the document's own."""
    plain = block.kind in (Kind.HEADING, Kind.HEADER, Kind.FOOTER)
    return replace(block, kind=Kind.PARAGRAPH, level=0) if plain else block
