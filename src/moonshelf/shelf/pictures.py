"""Pictures of pages and videos, made in capped children and kept while there is room for them."""

from collections.abc import Sequence
from typing import Final

from moonshelf.errors import InvalidRequest, UnsupportedFormat
from moonshelf.extraction.reading import Reader
from moonshelf.extraction.renditions import Rendition, Wanted
from moonshelf.shelf.files import Files
from moonshelf.shelf.recent import Recent

SIDES: Final = (200, 1600)
"""Pixels of the longer side: thumbnails, and pages to read."""

_RECENT_BYTES: Final = 32 * 2**20  # some two hundred pages

_PAGES: Final = range(1, 2**31)  # what can be said to a child; which of them a file has is found there

_FRAMES: Final = Wanted(types=("image/webp", "image/jpeg"), side=480, pictures=12, words=False)


class Pictures:
    """Shows pages and videos as a person would see them. What is kept is in memory: it goes with the server, unseen."""

    def __init__(self, files: Files, reader: Reader) -> None:
        self._files = files
        self._reader = reader
        self._recent = Recent[bytes](most_bytes=_RECENT_BYTES, size=len)
        self._frames = Recent[Sequence[Rendition]](most_bytes=_RECENT_BYTES, size=_size)

    def page(self, account_id: str, file_id: str, number: int, *, side: int, turned: int = 0) -> bytes:
        """Return page *number* as WebP, turned clockwise by that many degrees; *side* is one of ``SIDES``.

        Raises ``NoSuchFile``, ``InvalidRequest`` and ``ExtractionError``, ``UnsupportedFormat`` among them.
        """
        if turned not in {0, 90, 180, 270} or number not in _PAGES:
            raise InvalidRequest("There is no such picture.")
        file = self._files.find(account_id, file_id)
        with self._files.open(file) as source:
            key = (file.sha256, file.media_type, number, side, turned)
            return self._recent.get(
                key, lambda: self._reader.paint(source, file.media_type, number, side=side, turned=turned)
            )

    def frames(self, account_id: str, file_id: str) -> Sequence[Rendition]:
        """Return pictures from along a video, each with its time as its place.

        Raises ``NoSuchFile`` and ``ExtractionError``, ``UnsupportedFormat`` among them.
        """
        file = self._files.get(account_id, file_id)
        if not file.media_type.startswith("video/"):
            raise UnsupportedFormat(media_type=file.media_type, remedy="only videos have frames")
        with self._files.open(file) as source:
            return self._frames.get(
                (file.sha256, file.media_type), lambda: _shown(self._reader.render(source, file.media_type, _FRAMES))
            )


def _shown(made: Sequence[Rendition]) -> Sequence[Rendition]:
    return [one for one in made if one.data and one.media_type.startswith("image/")]


def _size(frames: Sequence[Rendition]) -> int:
    return sum(len(one.data) for one in frames)
