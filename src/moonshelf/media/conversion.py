"""Images and videos on their way in, which are measured, and on their way to a model, which gets what it can take."""

import asyncio
import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final, TypeVar

from msgspec.structs import replace

from moonshelf.errors import ExtractionError, NoSuchFile
from moonshelf.extraction.capped.messages import Cancel
from moonshelf.extraction.reading import Reader
from moonshelf.extraction.renditions import Measures, Wanted
from moonshelf.extraction.sniffing import media_type
from moonshelf.files import IMAGE, VIDEO, Files
from moonshelf.media import measuring, references, showing
from moonshelf.media.downloads import Downloads
from moonshelf.media.references import Inline, Part, Reference, Remote, Stored, invalid
from moonshelf.media.showing import Shown
from moonshelf.media.views import Brought, Medium, Views, kept, url
from moonshelf.recent import Recent
from moonshelf.turns import Turns
from moonshelf.uploads import Spooled
from moonshelf.upstream import Model

_LARGEST_VIDEO: Final = 70 * 2**20  # which base64 makes 93 MB of
_LARGEST_PICTURE: Final = 20 * 2**20
_RECENT_BYTES: Final = 1 << 20  # some thousand pictures that came with requests: not they, only what they are
_BROUGHT_BYTES: Final = 512  # with its key

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Taste:
    """What the operator wants models to be shown."""

    plain: bool = True  # without place, camera and comments
    frames: int = 16  # of a video
    frame_side: int = 1024  # pixels


class Media:
    """Looks at media in children, as many at a time as there are *places*, accounts in rotation."""

    def __init__(
        self, files: Files, views: Views, reader: Reader, downloads: Downloads, *, taste: Taste, places: int
    ) -> None:
        self._files = files
        self._views = views
        self._reader = reader
        self._downloads = downloads
        self._taste = taste
        self._turns = Turns(places)
        self._recent = Recent[Brought](most_bytes=_RECENT_BYTES, size=lambda _: _BROUGHT_BYTES)

    async def measure(self, account_id: str, spooled: Spooled, kind: str) -> Measures | None:
        """Measure an upload of media type *kind*; None where its purpose is to be read, or nothing is in it.

        Raises ``InvalidRequest`` where it is not the image or video that it is uploaded as.
        """
        if spooled.purpose not in {IMAGE, VIDEO} or not spooled.size:
            return None
        return await self._in_turn(
            account_id,
            lambda cancelled: measuring.measure(self._reader, spooled.path, spooled.purpose, kind, cancelled),
        )

    async def show(self, account_id: str, part: Part, model: Model) -> Shown:
        """Say what *model* is sent instead of *part*. Raises ``RequestError`` and ``Unavailable``."""
        reference = references.find(part)
        if reference is None:
            return Shown(changed=False)
        medium = await self._medium(account_id, reference, own_files=model.own_files)
        if medium is None:
            return Shown(changed=False)
        try:
            return await self._shown(medium, reference, part, model)
        except ExtractionError as error:
            raise measuring.unusable(medium.kind, medium.name, error) from None

    async def _medium(self, account_id: str, reference: Reference, *, own_files: bool) -> Medium | None:
        """Find what is referred to; None where it is a file of the model server's own."""
        match reference:
            case Stored():
                return await asyncio.to_thread(self._stored, account_id, reference, own_files=own_files)
            case Inline():
                return await asyncio.to_thread(self._inline, account_id, reference)
            case Remote():
                data = await self._downloads.fetch(reference, account_id)
                found = await asyncio.to_thread(_look, data)
                measuring.check_type(reference.kind, found.media_type)
                return found.medium(account_id, reference.kind, lambda: data)

    def _inline(self, account_id: str, reference: Inline) -> Medium:
        """Tell what a ``data:`` URL holds; decoding takes six times as long as knowing it again by its digest."""
        written = f"{reference.header},{reference.payload}".encode(errors="surrogatepass")
        found = self._recent.get(hashlib.sha256(written).digest(), lambda: _look(reference.bytes()))
        measuring.check_type(reference.kind, found.media_type)
        return found.medium(account_id, reference.kind, reference.bytes)

    def _stored(self, account_id: str, reference: Stored, *, own_files: bool) -> Medium | None:
        try:
            file = self._files.get(account_id, reference.file_id)
        except NoSuchFile as error:
            if own_files:
                return None
            error.param = "messages"
            raise
        if file.purpose not in {IMAGE, VIDEO}:
            raise invalid(
                f"unsupported {reference.kind or 'file'} url: {file.id} has the purpose {file.purpose!r}; upload it as "
                "'image' or 'video', or send what files.content returns as text"
            )
        if reference.kind not in {"", file.purpose}:
            raise invalid(f"unsupported {reference.kind} url: {file.id} has the purpose {file.purpose!r}")
        return kept(self._files, file)

    async def _shown(self, medium: Medium, reference: Reference, part: Part, model: Model) -> Shown:
        wanted = self._wanted(medium, model)
        views = await asyncio.to_thread(self._views.known, medium, wanted)
        if views is None:
            views = await self._in_turn(medium.account_id, lambda gone: self._views.make(medium, wanted, gone))
        if wanted is None:
            return showing.text(medium, await self._measures(medium), views, model)
        measures = await self._measures(medium) if wanted.whole else None
        if not medium.stored and not any(one.data for one in views) and _is_plain(reference, part, medium):
            return showing.unchanged(medium, views, measures)
        if not medium.stored:
            views = [one if one.data else replace(one, data=url(one.media_type, medium.read())) for one in views]
        if measures is not None:
            return showing.video(measures, views, _more(part))
        return showing.pictures(medium, views, _more(part))

    def _wanted(self, medium: Medium, model: Model) -> Wanted | None:
        """Say what *model* is shown of *medium*; None: it reads text only."""
        video = medium.kind == VIDEO
        whole = video and model.video and medium.size <= _LARGEST_VIDEO
        if not (whole or model.vision):
            return None
        return Wanted(
            types=model.image_types,
            side=min(self._taste.frame_side, model.image_side) if video else model.image_side,
            most_bytes=_LARGEST_PICTURE,
            pictures=self._taste.frames,
            plain=self._taste.plain,
            whole=whole,
        )

    async def _measures(self, medium: Medium) -> Measures:
        if medium.measures is not None:
            return medium.measures
        return await self._in_turn(medium.account_id, lambda gone: self._views.measure(medium, gone))

    async def _in_turn(self, account_id: str, work: Callable[[Cancel], Found]) -> Found:
        """Do what drives a child, in a thread; a caller who leaves cancels it."""
        gone = threading.Event()
        async with self._turns.take(account_id):
            try:
                return await asyncio.to_thread(work, gone.is_set)
            except asyncio.CancelledError:
                gone.set()
                raise


def _look(data: bytes) -> Brought:
    return Brought(media_type(BytesIO(data), ""), hashlib.sha256(data).hexdigest(), len(data))


def _is_plain(reference: Reference, part: Part, medium: Medium) -> bool:
    """Tell whether *part* is written as model servers want it, and says truly what it holds."""
    name = f"{medium.kind}_url"
    true = isinstance(reference, Inline) and reference.header == f"{medium.media_type};base64"
    return true and part.get("type") == name and isinstance(part.get(name), dict)


def _more(part: Part) -> Mapping[str, object]:
    """Keep what a part says beside where its media are, such as ``detail``."""
    given = part.get("image_url") or part.get("video_url")
    if isinstance(given, dict):
        return {name: value for name, value in given.items() if name != "url"}
    return {"detail": part["detail"]} if "detail" in part else {}
