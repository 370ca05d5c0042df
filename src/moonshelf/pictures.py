"""Pictures of pages, painted in capped children and kept while there is room for them."""

from typing import Final

from moonshelf.errors import InvalidRequest
from moonshelf.extraction.reading import Reader
from moonshelf.files import Files
from moonshelf.recent import Recent

SIDES: Final = (200, 1600)
"""Pixels of the longer side: thumbnails, and pages to read."""

_RECENT_BYTES: Final = 32 * 2**20  # some two hundred pages


class Pictures:
    """Shows a page as a person would see it. What is kept is in memory: it goes with the server, and unseen."""

    def __init__(self, files: Files, reader: Reader) -> None:
        self._files = files
        self._reader = reader
        self._recent = Recent[bytes](most_bytes=_RECENT_BYTES, size=len)

    def page(self, account_id: str, file_id: str, number: int, *, side: int, turned: int = 0) -> bytes:
        """Return page *number* as WebP, turned clockwise by that many degrees.

        Raises ``NoSuchFile``, ``InvalidRequest`` and ``ExtractionError``, ``UnsupportedFormat`` among them.
        """
        if side not in SIDES or turned not in {0, 90, 180, 270} or number < 1:
            raise InvalidRequest("There is no such picture.")
        file = self._files.find(account_id, file_id)
        with self._files.open(file) as source:
            key = (file.sha256, file.media_type, number, side, turned)
            return self._recent.get(
                key, lambda: self._reader.paint(source, file.media_type, number, side=side, turned=turned)
            )
