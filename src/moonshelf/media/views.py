"""What models are shown of media: made once in a child, kept for the account, removed with the file."""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from moonshelf.db import Database
from moonshelf.errors import NothingToRead
from moonshelf.extraction.capped.channels import Cancel
from moonshelf.extraction.media import speech
from moonshelf.extraction.reading import Reader, Terms
from moonshelf.extraction.renditions import Measures, Rendition, Wanted
from moonshelf.media.medium import Medium
from moonshelf.shelf import renditions
from moonshelf.shelf.recent import Recent
from moonshelf.shelf.renditions import Made
from moonshelf.storage import BlobStore, put_pieces

_RECENT_BYTES = 96 * 2**20
_MEASURED_BYTES = 1 << 20
_OVERHEAD: Final = 512  # bytes of what is kept beside its data, with its key
_DECODE = msgspec.msgpack.Decoder(list[Rendition])


def _written(medium: Medium, found: Sequence[Rendition]) -> Sequence[Rendition]:
    """Write pictures as the URLs they are sent as; what came with a request and stays as it is, is not written."""
    return [
        one
        if one.media_type == "text/plain" or not (one.data or medium.stored)
        else msgspec.structs.replace(one, data=url(one.media_type, one.data or medium.read()))
        for one in found
    ]


def url(media_type: str, data: bytes) -> bytes:
    """Write a ``data:`` URL as it stands in JSON, quotes and all."""
    return b'"data:%s;base64,%s"' % (media_type.encode(), base64.b64encode(data))


def _size(views: Sequence[Rendition]) -> int:
    return _OVERHEAD + sum(_OVERHEAD + len(one.data) for one in views)


class Views:
    """Renditions of media for models that see, and their text for models that don't."""

    def __init__(self, database: Database, blobs: BlobStore, reader: Reader, *, spool: Path) -> None:
        """*spool* is a folder on the filesystem that blobs are moved from."""
        self._db = database
        self._blobs = blobs
        self._reader = reader
        self._spool = spool
        self._recent = Recent[Sequence[Rendition]](most_bytes=_RECENT_BYTES, size=_size)
        self._measured = Recent[Measures](most_bytes=_MEASURED_BYTES, size=lambda _: _OVERHEAD)

    def at_hand(self, medium: Medium, wanted: Wanted | None) -> Sequence[Rendition] | None:
        """Return what was made a moment ago, its pictures as ``url`` writes them. Waits for nothing."""
        return self._recent.peek((self._made(medium, wanted), medium.stored))

    def known(self, medium: Medium, wanted: Wanted | None) -> Sequence[Rendition] | None:
        """Return what was made before, its pictures as ``url`` writes them. Never waits for a child."""
        made = self._made(medium, wanted)
        if (views := self._recent.peek((made, medium.stored))) is not None:
            return views
        if not medium.stored:
            return None
        with self._db.read() as tx:
            blob = renditions.find(tx, made)
        if blob is None:
            return None
        try:
            with self._blobs.open(blob) as source:
                return self._at_hand(made, medium, _DECODE.decode(source.read()))
        except KeyError:  # deleted just now
            return None

    def make(self, medium: Medium, wanted: Wanted | None, cancelled: Cancel) -> Sequence[Rendition]:
        """Make what is *wanted*, None for the text, and keep it; pictures are as ``url`` writes them.

        Empty where there is no text. Raises ``ExtractionError``, ``Unavailable`` and ``Cancelled``.
        """
        if (known := self.known(medium, wanted)) is not None:  # somebody else made it while we waited
            return known
        with medium.open() as source:
            if wanted is None:
                found = self._text(source, medium.media_type, cancelled)
            else:
                found = self._reader.render(source, medium.media_type, wanted, cancelled=cancelled)
        made = self._made(medium, wanted)
        if any(one.degraded for one in found):
            return _written(medium, found)
        if medium.stored:
            self._keep(made, msgspec.msgpack.encode(found))
        return self._at_hand(made, medium, found)

    def _at_hand(self, made: Made, medium: Medium, found: Sequence[Rendition]) -> Sequence[Rendition]:
        """Keep in memory what will be sent: a conversation shows its pictures again with every question."""
        written = tuple(_written(medium, found))
        # What came with a request may stay unwritten, a file of the same bytes may not.
        self._recent.get((made, medium.stored), lambda: written)
        return written

    def measure(self, medium: Medium, cancelled: Cancel) -> Measures:
        """Measure what came with a request. Raises ``ExtractionError``, ``Unavailable`` and ``Cancelled``."""
        key = (medium.account_id, medium.sha256)
        if (known := self._measured.peek(key)) is not None:
            return known
        with medium.open() as source:
            measures = self._reader.measure(source, medium.media_type, cancelled=cancelled)
        return self._measured.get(key, lambda: measures)

    def _text(self, source: BinaryIO, media_type: str, cancelled: Cancel) -> Sequence[Rendition]:
        try:
            terms = Terms(cancelled=cancelled)
            read = self._reader.read(source, media_type, terms=terms)
            joined = read.joined or self._reader.join([read.facts], terms=terms)
        except NothingToRead:
            return []
        found = [Rendition("text/plain", joined.markdown, degraded=joined.degraded)]
        if read.pages_total > read.last:
            rest = f"[pages {read.last + 1} to {read.pages_total} were not read]"
            found.append(Rendition("text/plain", rest.encode()))
        return found

    def _keep(self, made: Made, packed: bytes) -> None:
        with self._db.write() as tx:
            blob = renditions.begin(tx, made)
        if blob is None:
            return
        put_pieces(self._blobs, blob, [packed], spool=self._spool)
        with self._db.write() as tx:
            kept = renditions.finish(tx, blob)
        if not kept:
            self._blobs.delete(blob)  # buried with the file, perhaps before it was there

    def _made(self, medium: Medium, wanted: Wanted | None) -> Made:
        ears = ((self._reader.options.models or self._spool) / speech.BUNDLE).exists()
        chosen = f"{medium.media_type} {wanted} {self._reader.revision} {ears}"
        return Made(medium.account_id, medium.sha256, hashlib.sha256(chosen.encode()).hexdigest()[:32])
