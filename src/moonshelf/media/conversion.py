"""Images and videos on their way to a model, which gets what it can take of them."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from msgspec.structs import replace

from moonshelf.errors import ExtractionError
from moonshelf.errors.requests import NoSuchFile
from moonshelf.extraction.media import films
from moonshelf.extraction.renditions import Measures, Wanted
from moonshelf.extraction.sniffing import media_type
from moonshelf.limits.transfers import Transfers
from moonshelf.limits.turns import Turns
from moonshelf.media import measuring, references, showing
from moonshelf.media.downloads import Downloads
from moonshelf.media.references import Inline, Part, Reference, Remote, Stored, invalid
from moonshelf.media.showing import Shown
from moonshelf.media.views import Brought, Medium, Views, kept, url
from moonshelf.models.upstream import Model
from moonshelf.shelf.files import IMAGE, VIDEO, File, Files
from moonshelf.shelf.recent import Recent

_LARGEST_VIDEO: Final = 70 * 2**20  # which base64 makes 93 MB of
_LARGEST_PICTURE: Final = 20 * 2**20
_RECENT_BYTES: Final = 1 << 20  # some thousand pictures that came with requests: not they, only what they are
_BROUGHT_BYTES: Final = 512  # with its key


@dataclass(frozen=True, slots=True)
class Taste:
    """What the operator wants models to be shown."""

    plain: bool = True  # without place, camera and comments
    frames: int = 16  # of a video
    frame_side: int = 1024  # pixels


@dataclass(frozen=True, slots=True)
class Sought:
    """A part of a message that shows something, and what: a file of ours, or what is yet to be looked at."""

    part: Part
    found: Medium | Inline | Remote


class Media:
    """Shows media to models; what is to be looked at for that is looked at in children, accounts in rotation."""

    def __init__(
        self,
        files: Files,
        views: Views,
        downloads: Downloads,
        *,
        transfers: Transfers,
        turns: Turns,
        taste: Taste,
    ) -> None:
        self._files = files
        self._views = views
        self._downloads = downloads
        self._transfers = transfers
        self._taste = taste
        self._turns = turns
        self._recent = Recent[Brought](most_bytes=_RECENT_BYTES, size=lambda _: _BROUGHT_BYTES)

    async def seek(self, account_id: str, parts: Sequence[Part], model: Model) -> Sequence[Sought | None]:
        """Find what *parts* refer to, before anything is made of any; None where *model* gets a part as it is.

        Raises ``RequestError``.
        """
        found = [references.find(part) for part in parts]
        named = {one.file_id for one in found if isinstance(one, Stored)}
        there = await asyncio.to_thread(self._files.among, account_id, named) if named else {}
        return [
            None if one is None else self._sought(part, one, there, own_files=model.own_files)
            for part, one in zip(parts, found, strict=True)
        ]

    async def show(self, account_id: str, sought: Sought, model: Model) -> Shown:
        """Say what *model* is sent instead of a part. Raises ``RequestError`` and ``Unavailable``."""
        found = sought.found
        medium = found if isinstance(found, Medium) else await self._medium(account_id, found)
        at_hand = self._views.at_hand(medium, self._wanted(medium, model)) is not None
        try:
            shown = await self._shown(medium, sought, model)
            shown.fetched = shown.changed and not at_hand
            return shown  # noqa: TRY300 what follows is for what went wrong
        except ExtractionError as error:
            raise measuring.unusable(medium.kind, medium.name, error) from None

    async def _medium(self, account_id: str, reference: Inline | Remote) -> Medium:
        """Look at what comes with a request, or is elsewhere."""
        match reference:
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

    async def _shown(self, medium: Medium, sought: Sought, model: Model) -> Shown:
        wanted, part = self._wanted(medium, model), sought.part
        views = self._views.at_hand(medium, wanted)
        if views is None and medium.stored:
            views = await self._transfers.fetch(medium.account_id, lambda: self._views.known(medium, wanted))
        if views is None:
            views = await self._turns.work(medium.account_id, lambda gone: self._views.make(medium, wanted, gone))
        if wanted is None:
            return showing.text(medium, await self._measures(medium), views, model)
        measures = await self._measures(medium) if wanted.whole else None
        if not medium.stored and not any(one.data for one in views) and _is_plain(sought.found, part, medium):
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
        if model.vision and self._taste.plain and not films.copies():
            whole = False
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
        return await self._turns.work(medium.account_id, lambda gone: self._views.measure(medium, gone))


def _look(data: bytes) -> Brought:
    return Brought(media_type(BytesIO(data), ""), hashlib.sha256(data).hexdigest(), len(data))


def _is_plain(found: Medium | Inline | Remote, part: Part, medium: Medium) -> bool:
    """Tell whether *part* is written as model servers want it, and says truly what it holds."""
    name = f"{medium.kind}_url"
    true = isinstance(found, Inline) and found.header == f"{medium.media_type};base64"
    return true and part.get("type") == name and isinstance(part.get(name), dict)


def _more(part: Part) -> Mapping[str, object]:
    """Keep what a part says beside where its media are, such as ``detail``."""
    given = part.get("image_url") or part.get("video_url")
    if isinstance(given, dict):
        return {name: value for name, value in given.items() if name != "url"}
    return {"detail": part["detail"]} if "detail" in part else {}
