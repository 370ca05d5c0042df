"""One image or video, as the parts of a message that a given model understands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final

import msgspec

from moonshelf.errors import InvalidRequest
from moonshelf.extraction.renditions import Measures, Rendition
from moonshelf.media.medium import Medium
from moonshelf.media.references import Part, invalid
from moonshelf.models.upstream import Model
from moonshelf.shelf.files import IMAGE, VIDEO

_PATCH: Final = 28
"""Pixels that one token of a picture covers, each way: Kimi's and Qwen's vision models agree in that."""

_MOST_TOKENS: Final = 4_096  # of one picture
_MOST_TOKENS_A_SECOND: Final = 768  # of a video
_UNSTATED_S: Final = 60.0


@dataclass(slots=True)
class Shown:
    """Parts in place of one, if it was *changed*, their bytes, and an estimate of their tokens beside the text's.

    What is *fetched* for this request alone is in memory once more for it.
    """

    parts: list[Part] = field(default_factory=list)
    changed: bool = True
    size: int = 0
    tokens: int = 0
    fetched: bool = False

    def say(self, text: str) -> None:
        """Add a text."""
        self.parts.append({"type": "text", "text": text})
        self.size += len(text)

    def show(self, kind: str, url: bytes, more: Mapping[str, object]) -> None:
        """Add a picture or a video by its URL as JSON, with the fields that came with it."""
        self.parts.append({"type": f"{kind}_url", f"{kind}_url": {**more, "url": msgspec.Raw(url)}})
        self.size += len(url)


def pictures(medium: Medium, views: Sequence[Rendition], more: Mapping[str, object]) -> Shown:
    """Show what was made of *medium*: its pictures, each with its place where there are several, and its words."""
    shown = Shown()
    several = [one for one in views if one.place]
    if several:
        shown.say(_introduction(medium, len(several)))
    for one in views:
        if one.media_type == "text/plain":
            shown.say(one.data.decode())
            continue
        if one.place:
            shown.say(f"[{one.place}]")
        shown.show(IMAGE, one.data, more)
        shown.tokens += tokens(one.width, one.height)
    return shown


def unchanged(medium: Medium, views: Sequence[Rendition], measures: Measures | None) -> Shown:
    """Leave a part as it came; what it shows costs all the same."""
    cost = sum(tokens(one.width, one.height) for one in views) if measures is None else tokens_of_video(measures)
    return Shown(changed=False, tokens=cost, size=medium.size)


def video(measures: Measures, views: Sequence[Rendition], more: Mapping[str, object]) -> Shown:
    """Show a video whole."""
    shown = Shown(tokens=tokens_of_video(measures))
    for one in views:
        shown.show(VIDEO, one.data, more)
    return shown


def text(medium: Medium, measures: Measures, views: Sequence[Rendition], model: Model) -> Shown:
    """Tell a model that sees nothing what can be read. Raises ``InvalidRequest`` where that is nothing."""
    if not views:
        raise _nothing(medium, model)
    shown = Shown()
    size = f"{measures.width}x{measures.height} pixels"
    length = f", {measures.duration:g} seconds" if measures.duration else ""
    read = "\n".join(one.data.decode(errors="replace") for one in views).strip()
    shown.say(
        f"[{_called(medium)}, {size}{length}: no vision model configured; text read from the {medium.kind}:]\n"
        f"{read}\n[end of the text read from the {medium.kind}; nothing else of it was seen]"
    )
    return shown


def tokens(width: int, height: int) -> int:
    """Estimate what a picture costs."""
    return min(_MOST_TOKENS, ceil(width / _PATCH) * ceil(height / _PATCH))


def tokens_of_video(measures: Measures) -> int:
    """Estimate what a whole video costs."""
    a_second = min(tokens(measures.width, measures.height), _MOST_TOKENS_A_SECOND)
    return a_second * ceil(measures.duration or _UNSTATED_S)


def _introduction(medium: Medium, pictures: int) -> str:
    where = "each with its time" if medium.kind == VIDEO else "in their order"
    return f"[{_called(medium)}: {pictures} pictures of it, {where}:]"


def _called(medium: Medium) -> str:
    return f"{medium.kind} {medium.name!r}" if medium.name else medium.kind


def _nothing(medium: Medium, model: Model) -> InvalidRequest:
    return invalid(
        f"the {_called(medium)} has no text in it that could be read, and the model {model.id!r} reads text only; name "
        "a model server with vision = true in the file of MOONSHELF_UPSTREAMS"
    )
