"""What a format is: a name, its media types, and the functions that read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from moonshelf.errors import UnsupportedFormat
from moonshelf.extraction.document import Document
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.tools import Limits, Raster, Tools

Extract = Callable[[BinaryIO, Tools], Document]
"""Read a document from a seekable stream.

Raises only ``ExtractionError``. Neither closes the stream nor keeps it.
"""


class Pages(Protocol):
    """An opened document of pages; ``close`` is the caller's duty."""

    metadata: Mapping[str, str]

    def __len__(self) -> int: ...

    def read(self, number: int) -> PageFacts:
        """Facts of page *number*, from 1. Raises ``ExtractionError`` where this page can't be read."""

    def close(self) -> None:
        """Free what the document holds."""


Open = Callable[[BinaryIO, Tools], Pages]
"""Open a paged document. Raises only ``ExtractionError``."""


Paint = Callable[[BinaryIO, int, Limits], Raster]
"""Return the pixels of a page, from 1, as a person sees it. Raises only ``ExtractionError``."""


def _unseen(_source: BinaryIO, _number: int, _limits: Limits) -> Raster:
    raise UnsupportedFormat(media_type="page", remedy="its pages cannot be shown")


@dataclass(frozen=True, slots=True)
class Flowing:
    """A format that is read in one go: text flows, pages are the printer's affair."""

    name: str
    media_types: Mapping[str, str]  # extension with its dot -> media type
    extract: Extract  # heavy libraries are imported inside it, so naming a format costs nothing


@dataclass(frozen=True, slots=True)
class Paged:
    """A format of pages, each read by itself; ``engines`` are tried in order where one dies on a page."""

    name: str
    media_types: Mapping[str, str]
    engines: tuple[Open, ...]
    paint: Paint = _unseen


Format = Flowing | Paged

Find = Callable[[str], Format]
"""Return the format that reads a media type. Raises ``UnsupportedFormat``."""


def finder(*formats: Format) -> Find:
    """Return what finds each of *formats* by its media types."""
    known = {media_type: one for one in formats for media_type in one.media_types.values()}

    def find(media_type: str) -> Format:
        try:
            return known[media_type]
        except KeyError:
            raise UnsupportedFormat(media_type=media_type) from None

    return find
