"""Images and videos on their way to a model, which gets what it can take of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from moonshelf.errors import ExtractionError
from moonshelf.extraction.media import films
from moonshelf.extraction.renditions import Measures, Wanted
from moonshelf.limits.transfers import Transfers
from moonshelf.limits.turns import Turns
from moonshelf.media import measuring, showing
from moonshelf.media.medium import Medium
from moonshelf.media.references import Inline, Part, Remote
from moonshelf.media.showing import Shown
from moonshelf.media.sources import Sought, Sources
from moonshelf.media.views import Views, url
from moonshelf.models.upstream import Model
from moonshelf.shelf.files import VIDEO

_LARGEST_VIDEO: Final = 70 * 2**20  # which base64 makes 93 MB of
_LARGEST_PICTURE: Final = 20 * 2**20


@dataclass(frozen=True, slots=True)
class Taste:
    """What the operator wants models to be shown."""

    plain: bool = True  # without place, camera and comments
    frames: int = 16  # of a video
    frame_side: int = 1024  # pixels


class Media:
    """Shows media to models; what is to be looked at for that is looked at in children, accounts in rotation."""

    def __init__(
        self,
        sources: Sources,
        views: Views,
        *,
        transfers: Transfers,
        turns: Turns,
        taste: Taste,
    ) -> None:
        self._sources = sources
        self._views = views
        self._transfers = transfers
        self._taste = taste
        self._turns = turns

    async def seek(self, account_id: str, parts: Sequence[Part], model: Model) -> Sequence[Sought | None]:
        """Find what *parts* refer to, before anything is made of any; None where *model* gets a part as it is.

        Raises ``RequestError``.
        """
        return await self._sources.seek(account_id, parts, own_files=model.own_files)

    async def show(self, account_id: str, sought: Sought, model: Model) -> Shown:
        """Say what *model* is sent instead of a part. Raises ``RequestError`` and ``Unavailable``."""
        medium = await self._sources.medium(account_id, sought)
        at_hand = self._views.at_hand(medium, self._wanted(medium, model)) is not None
        try:
            shown = await self._shown(medium, sought, model)
            shown.fetched = shown.changed and not at_hand
            return shown  # noqa: TRY300 what follows is for what went wrong
        except ExtractionError as error:
            raise measuring.unusable(medium.kind, medium.name, error) from None

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
