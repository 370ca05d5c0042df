"""Chat requests written anew, where they show media, so that the model they are for can take them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from moonshelf.media import references
from moonshelf.media.conversion import Media
from moonshelf.media.references import Part, invalid
from moonshelf.models.splicing import NO_JSON
from moonshelf.models.upstream import Model

_LARGEST: Final = 100 * 2**20
"""Bytes of a request as it is sent on: what Kimi accepts (wire.md 2.5)."""

Hold = Callable[[int], None]


class _Message(msgspec.Struct):
    content: list[msgspec.Raw] = []


class _Kind(msgspec.Struct):
    """Enough of a part to see whether it shows something, without copying what may be megabytes."""

    type: Any = None  # Any: whatever the caller put there
    image_url: msgspec.Raw = msgspec.Raw()
    video_url: msgspec.Raw = msgspec.Raw()


@dataclass(slots=True)
class Told:
    """A request's messages for a model, as values for an encoder.

    *spoken* are the same without media, whose *tokens* are estimated by themselves.
    """

    messages: list[object]
    spoken: list[object]
    changed: bool = False
    tokens: int = 0

    def put(self, number: int, message: msgspec.Raw, content: list[object], spoken: list[object]) -> None:
        """Write message *number* with this *content*, unless it is as it came."""
        anew = any(not isinstance(one, msgspec.Raw) for one in content)
        if anew or len(content) != len(spoken):
            self.spoken[number] = _with_content(message, spoken)
        if anew:
            self.messages[number] = _with_content(message, content)
            self.changed = True


def shows_media(messages: msgspec.Raw) -> bool:
    """Tell whether *messages* show any image, video or file."""
    return any(_showing(raw) is not None for message in _split(messages) for raw in _parts(message))


async def told(
    messages: msgspec.Raw, model: Model, media: Media, account_id: str, *, hold: Hold = lambda _: None
) -> Told:
    """Write *messages* anew for *model*; what shows it nothing that must change stays as it came.

    *hold* is told whenever that many bytes more are fetched into memory, and may refuse. Raises ``RequestError``
    and ``Unavailable``.
    """
    there = _split(messages)
    found = Told(messages=list(there), spoken=list(there))
    read = [[(raw, _showing(raw)) for raw in _parts(message)] for message in there]
    showing = [part for parts in read for _, part in parts if part is not None]
    if not showing:
        return found
    size = sum(len(memoryview(one)) for one in there)
    sought = iter(await media.seek(account_id, showing, model))
    for number, message in enumerate(there):
        content: list[object] = []
        spoken: list[object] = []
        for raw, part in read[number]:
            one = None if part is None else next(sought)
            if one is None:
                content.append(raw)
                spoken.append(raw)
                continue
            await asyncio.sleep(0)  # what is at hand waits for nothing, and thousands of parts would hold up everybody
            shown = await media.show(account_id, one, model)
            found.tokens += shown.tokens
            content.extend(shown.parts if shown.changed else [raw])
            spoken.extend(one for one in shown.parts if "text" in one)
            if shown.changed:
                size += shown.size - len(memoryview(raw))
            if shown.fetched:
                hold(shown.size)
            if size > _LARGEST:
                raise invalid("the images and videos of the request are larger than 100 MB together; send fewer")
        found.put(number, message, content, spoken)
    return found


def _split(messages: msgspec.Raw) -> list[msgspec.Raw]:
    """Take the list apart; what is no list shows nothing, and is for the model server to refuse."""
    try:
        return msgspec.json.decode(messages, type=list[msgspec.Raw])
    except NO_JSON:
        return []


def _parts(message: msgspec.Raw) -> list[msgspec.Raw]:
    try:
        return msgspec.json.decode(message, type=_Message).content
    except NO_JSON:
        return []


def _showing(raw: msgspec.Raw) -> Part | None:
    """Decode a part that shows something; others stay as they are."""
    try:
        kind = msgspec.json.decode(raw, type=_Kind)
        given = {"type": kind.type}
        given |= {name: "" for name in ("image_url", "video_url") if memoryview(getattr(kind, name))}
        return msgspec.json.decode(raw, type=dict[str, Any]) if references.shows_media(given) else None
    except NO_JSON:
        return None


def _with_content(message: msgspec.Raw, content: list[object]) -> dict[str, object]:
    try:
        members = msgspec.json.decode(message, type=dict[str, msgspec.Raw])
    except NO_JSON:
        raise invalid("a message has a name that is no UTF-8, or is nested too deeply") from None
    return {**members, "content": content}
