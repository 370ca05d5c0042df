"""Media: images and videos, wherever their bytes are."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import msgspec

from moonshelf.extraction.renditions import Measures
from moonshelf.shelf.files import File, Files


@dataclass(frozen=True, slots=True)
class Medium:
    """An image or a video, wherever its bytes are; *open* gives them anew each time."""

    account_id: str
    kind: str
    name: str  # empty where it has none
    media_type: str
    sha256: str
    size: int
    open: Callable[[], BinaryIO]
    stored: bool  # as a file: then what is made of it is kept with it
    measures: Measures | None = None  # where they are known

    def read(self) -> bytes:
        """Return all of it."""
        with self.open() as source:
            return source.read()


def kept(files: Files, file: File) -> Medium:
    """Make a medium of a file."""
    measures = msgspec.json.decode(file.media, type=Measures) if file.media else None
    return Medium(
        account_id=file.account_id,
        kind=file.purpose,
        name=file.filename,
        media_type=file.media_type,
        sha256=file.sha256,
        size=file.bytes,
        open=lambda: files.open(file),
        stored=True,
        measures=measures,
    )


class Brought(msgspec.Struct, frozen=True):
    """What bytes that came with a request turned out to be."""

    media_type: str
    sha256: str
    size: int

    def medium(self, account_id: str, kind: str, read: Callable[[], bytes]) -> Medium:
        """Make a medium of it; *read* gives the bytes, where they are needed."""
        return Medium(
            account_id, kind, "", self.media_type, self.sha256, self.size, lambda: BytesIO(read()), stored=False
        )
