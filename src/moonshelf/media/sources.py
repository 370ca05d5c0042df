"""Where media come from: files of ours, bytes in a message, or addresses; each found, told and made a medium."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from moonshelf.errors.requests import NoSuchFile
from moonshelf.extraction.sniffing import media_type
from moonshelf.media import measuring, references
from moonshelf.media.downloads import Downloads
from moonshelf.media.medium import Brought, Medium, kept
from moonshelf.media.references import Inline, Part, Reference, Remote, Stored, invalid
from moonshelf.shelf.files import IMAGE, VIDEO, File, Files
from moonshelf.shelf.recent import Recent

_RECENT_BYTES: Final = 1 << 20  # some thousand pictures that came with requests: not they, only what they are
_BROUGHT_BYTES: Final = 512  # with its key


@dataclass(frozen=True, slots=True)
class Sought:
    """A part of a message that shows something, and what: a file of ours, or what is yet to be looked at."""

    part: Part
    found: Medium | Inline | Remote


class Sources:
    """Finds what parts of messages refer to."""

    def __init__(self, files: Files, downloads: Downloads) -> None:
        self._files = files
        self._downloads = downloads
        self._recent = Recent[Brought](most_bytes=_RECENT_BYTES, size=lambda _: _BROUGHT_BYTES)

    async def seek(self, account_id: str, parts: Sequence[Part], *, own_files: bool) -> Sequence[Sought | None]:
        """Find what *parts* refer to; None where the model server gets a part as it is: it has *own_files*.

        Raises ``RequestError``.
        """
        found = [references.find(part) for part in parts]
        named = {one.file_id for one in found if isinstance(one, Stored)}
        there = await asyncio.to_thread(self._files.among, account_id, named) if named else {}
        return [
            None if one is None else self._sought(part, one, there, own_files=own_files)
            for part, one in zip(parts, found, strict=True)
        ]

    async def medium(self, account_id: str, sought: Sought) -> Medium:
        """Look at what comes with a request, or is elsewhere. Raises ``RequestError`` and ``Unavailable``."""
        match sought.found:
            case Medium() as medium:
                return medium
            case Inline() as inline:
                return await asyncio.to_thread(self._inline, account_id, inline)
            case Remote() as remote:
                data = await self._downloads.fetch(remote, account_id)
                found = await asyncio.to_thread(_look, data)
                measuring.check_type(remote.kind, found.media_type)
                return found.medium(account_id, remote.kind, lambda: data)

    def _inline(self, account_id: str, reference: Inline) -> Medium:
        """Tell what a ``data:`` URL holds; decoding takes six times as long as knowing it again by its digest."""
        written = f"{reference.header},{reference.payload}".encode(errors="surrogatepass")
        found = self._recent.get(hashlib.sha256(written).digest(), lambda: _look(reference.bytes()))
        measuring.check_type(reference.kind, found.media_type)
        return found.medium(account_id, reference.kind, reference.bytes)

    def _sought(self, part: Part, reference: Reference, there: Mapping[str, File], *, own_files: bool) -> Sought | None:
        if not isinstance(reference, Stored):
            return Sought(part, reference)
        file = there.get(reference.file_id)
        if file is None and own_files:  # one of the model server's own
            return None
        return Sought(part, self._stored(reference, file))

    def _stored(self, reference: Stored, file: File | None) -> Medium:
        if file is None:
            error = NoSuchFile(reference.file_id)
            error.param = "messages"
            raise error
        if file.purpose not in {IMAGE, VIDEO}:
            raise invalid(
                f"unsupported {reference.kind or 'file'} url: {file.id} has the purpose {file.purpose!r}; upload it as "
                "'image' or 'video', or send what files.content returns as text"
            )
        if reference.kind not in {"", file.purpose}:
            raise invalid(f"unsupported {reference.kind} url: {file.id} has the purpose {file.purpose!r}")
        return kept(self._files, file)


def _look(data: bytes) -> Brought:
    return Brought(media_type(BytesIO(data), ""), hashlib.sha256(data).hexdigest(), len(data))
