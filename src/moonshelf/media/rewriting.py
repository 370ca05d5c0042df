"""Chat requests written anew, where they show media, so that the model they are for can take them."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from moonshelf.media import references
from moonshelf.media.conversion import Media
from moonshelf.media.references import Part, invalid
from moonshelf.upstream import Model

_LARGEST: Final = 100 * 2**20
"""Bytes of a request as it is sent on: what Kimi accepts (wire-spec 2.5)."""

_WRONG: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Message(msgspec.Struct):
    content: msgspec.Raw = msgspec.Raw()


class _Kind(msgspec.Struct):
    """Enough of a part to see whether it shows something, without copying what may be megabytes."""

    type: Any = None  # Any: whatever the caller put there
    image_url: msgspec.Raw = msgspec.Raw()
    video_url: msgspec.Raw = msgspec.Raw()


@dataclass(frozen=True, slots=True)
class Told:
    """A request's messages for a model; *tokens* estimates the media in them, which are in no text."""

    messages: msgspec.Raw
    changed: bool = False
    tokens: int = 0


def shows_media(messages: msgspec.Raw) -> bool:
    """Tell whether *messages* show any image, video or file."""
    return any(_showing(raw) is not None for message in _split(messages) for raw in _parts(message))


async def told(messages: msgspec.Raw, model: Model, media: Media, account_id: str) -> Told:
    """Write *messages* anew for *model*; byte for byte as they came where they show it nothing that must change.

    Raises ``RequestError`` and ``Unavailable``.
    """
    there = _split(messages)
    contents = [_parts(one) for one in there]
    size = sum(len(memoryview(one)) for one in there)
    tokens, changed = 0, False
    for number, content in enumerate(contents):
        found: list[object] = []
        for raw in content:
            part = _showing(raw)
            if part is None:
                found.append(raw)
                continue
            shown = await media.show(account_id, part, model)
            tokens += shown.tokens
            found.extend(shown.parts if shown.changed else [raw])
            if shown.changed:
                size += shown.size - len(memoryview(raw))
                changed = True
            if size > _LARGEST:
                raise invalid("the images and videos of the request are larger than 100 MB together; send fewer")
        if any(not isinstance(one, msgspec.Raw) for one in found):
            there[number] = _with_content(there[number], found)
    return Told(msgspec.Raw(msgspec.json.encode(there)) if changed else messages, changed, tokens)


def _split(messages: msgspec.Raw) -> list[msgspec.Raw]:
    """Take the list apart; what is no list shows nothing, and is for the model server to refuse."""
    try:
        return msgspec.json.decode(messages, type=list[msgspec.Raw])
    except _WRONG:
        return []


def _parts(message: msgspec.Raw) -> list[msgspec.Raw]:
    try:
        content = msgspec.json.decode(message, type=_Message).content
        return msgspec.json.decode(content, type=list[msgspec.Raw]) if bytes(memoryview(content)[:1]) == b"[" else []
    except _WRONG:
        return []


def _showing(raw: msgspec.Raw) -> Part | None:
    """Decode a part that shows something; others stay as they are."""
    try:
        kind = msgspec.json.decode(raw, type=_Kind)
        given = {"type": kind.type}
        given |= {name: "" for name in ("image_url", "video_url") if memoryview(getattr(kind, name))}
        return msgspec.json.decode(raw, type=dict[str, Any]) if references.shows_media(given) else None
    except _WRONG:
        return None


def _with_content(message: msgspec.Raw, content: list[object]) -> msgspec.Raw:
    members: dict[str, object] = dict(msgspec.json.decode(message, type=dict[str, msgspec.Raw]))
    return msgspec.Raw(msgspec.json.encode(members | {"content": content}))
