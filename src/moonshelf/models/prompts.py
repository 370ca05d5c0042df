"""What the embedded model is told: documents unwrapped from Kimi's JSON, and cut to what a small model can take."""

import html
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from moonshelf.errors import InvalidRequest
from moonshelf.models.passages import Selection, select, split
from moonshelf.models.splicing import NO_JSON
from moonshelf.models.tokens import estimate

_SHORT: Final = 400
"""Tokens up to which a message is never cut: instructions and questions, not documents."""

# A chat request is somebody else's open-ended JSON: the fields we don't know go through as they came.
Message = dict[str, Any]


@dataclass(frozen=True)
class Prompt:
    """A request body for the embedded model, and what was chosen of the documents in it, if any were."""

    body: bytes
    selection: Selection | None


@dataclass
class _Part:
    """The text of one message while it is being prepared: what may be cut, and what stands around it."""

    text: str
    before: str = ""
    after: str = ""
    document: bool = False
    whole: bool = False  # a message with pictures: their order among the text is part of what it says


def prepare(asked: bytes, *, model: str, budget: int, sees: bool = False) -> Prompt:
    """Write the request *asked*, which has messages, anew for *model*, with at most *budget* tokens of documents.

    A model that *sees* gets messages with pictures as they are. Raises ``InvalidRequest`` for messages that the model
    can't be asked.
    """
    try:
        members = msgspec.json.decode(asked, type=dict[str, msgspec.Raw])
    except NO_JSON:
        raise InvalidRequest("Invalid request: the body is not a JSON object") from None
    messages = _messages(members["messages"])
    parts = [_part(number, message, sees=sees) for number, message in enumerate(messages)]
    asking = next((n for n in reversed(range(len(messages))) if messages[n].get("role") == "user"), None)
    question = _question(parts[asking]) if asking is not None else ""
    selection = _cut([part for part in parts if part.document], question, budget=budget)
    told = [_told(message, part) for message, part in zip(messages, parts, strict=True)]
    body: dict[str, object] = {**members, "model": model, "messages": told}
    return Prompt(msgspec.json.encode(body), selection)


def texts(messages: msgspec.Raw) -> list[str]:
    """Give what is text in the messages, whatever else they hold. Raises ``InvalidRequest``."""
    contents = [message.get("content") for message in _messages(messages)]
    parts = [part for content in contents for part in (content if isinstance(content, list) else [content])]
    return [text for part in parts if isinstance(text := part.get("text") if isinstance(part, dict) else part, str)]


def _messages(messages: msgspec.Raw) -> list[Message]:
    try:
        return msgspec.json.decode(messages, type=list[Message])
    except NO_JSON:
        raise _refusal("messages must be a list of objects") from None


def _part(number: int, message: Message, *, sees: bool) -> _Part:
    """Find the text of a message; a file's content in Kimi's wrapping (wire.md 2.4) is a document by its name."""
    if sees and _shows_pictures(message):
        said = [part for part in message["content"] if not _is_picture(part)]
        return _Part(_text(number, {**message, "content": said}), whole=True)
    text = _text(number, message)
    if (file := _file(text)) is not None:
        name = html.escape(file.filename)
        return _Part(file.content, f'<document name="{name}">\n', "\n</document>", document=True)
    return _Part(text, document=estimate(text) > _SHORT)


def _shows_pictures(message: Message) -> bool:
    content = message.get("content")
    return isinstance(content, list) and any(map(_is_picture, content))


def _is_picture(part: object) -> bool:
    return isinstance(part, dict) and part.get("type") == "image_url"


class _File(msgspec.Struct):
    """The content of a file (wire.md 2.4), as a client that follows the examples puts it into a message."""

    content: str
    filename: str
    file_type: str


def _file(text: str) -> _File | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        return msgspec.json.decode(text, type=_File)
    except (msgspec.DecodeError, RecursionError):
        return None  # some other JSON: the user's own


def _text(number: int, message: Message) -> str:
    """Give a message's text, the parts of a list put together."""
    match message.get("content"):
        case str(text):
            return text
        case None:
            return ""
        case list(parts):
            return "\n".join(_text_part(number, message, part) for part in parts)
        case _:
            raise _refusal(f"the content of the message at position {number} must be a string or a list of parts")


def _text_part(number: int, message: Message, part: object) -> str:
    match part:
        case {"type": "text", "text": str(text)}:
            return text
        case {"type": kind}:
            # The first half is Kimi's own wording for a model without vision (wire.md 2.7).
            raise _refusal(
                f"the message at position {number} with role {message.get('role')!r} contains an invalid part type: "
                f"{str(kind)[:64]}; the embedded model reads text only, so name a model server that sees images"
            )
        case _:
            raise _refusal(f"the message at position {number} contains a part without a type")


def _question(part: _Part) -> str:
    """Take the question out of the last user message; if that is long, its end is the question and is never cut."""
    if not part.document:
        return part.text
    if part.before:
        return ""  # a file, with the question in some other place or in none
    *_, last = split(part.text)
    part.text, part.after = part.text.removesuffix(last.text), last.text
    return last.text


def _cut(documents: list[_Part], question: str, *, budget: int) -> Selection | None:
    """Leave of all *documents* together what answers *question*; None if all of it fits."""
    selection = select([one.text for one in documents], question, budget=budget)
    if selection.tokens_of_all <= budget:
        return None
    for one, text in zip(documents, selection.texts, strict=True):
        one.text = text
    return selection


def _told(message: Message, part: _Part) -> Message:
    return (
        message
        if part.whole or message.get("content") is None
        else {**message, "content": part.before + part.text + part.after}
    )


def _refusal(details: str) -> InvalidRequest:
    error = InvalidRequest(f"Invalid request: {details}")
    error.param = "messages"
    return error
