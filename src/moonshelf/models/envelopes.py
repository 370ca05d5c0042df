"""Envelopes: what is looked at in a chat request that is for somebody else, and changed on it; no more is unpacked."""

from typing import Final

import msgspec

from moonshelf.errors import InvalidRequest
from moonshelf.models.splicing import NO_JSON, Body, spliced

_MOST_PLACES: Final = 50
"""Places in which a model's name is looked for: one but for requests that repeat it in objects of their own."""

_MOST_DIGITS: Final = 12


class Envelope(msgspec.Struct):
    """What is looked at in a request for somebody else."""

    model: msgspec.Raw = msgspec.Raw()
    messages: msgspec.Raw = msgspec.Raw()

    def asks_for(self) -> str:
        """Return the model's name. Raises ``InvalidRequest``."""
        try:
            return msgspec.json.decode(self.model, type=str)
        except NO_JSON:
            raise _invalid("model", "model must be a string") from None


class _Wish(msgspec.Struct):
    """How long an answer may become; whatever is no number is for the model server to refuse."""

    max_completion_tokens: msgspec.Raw = msgspec.Raw()
    max_tokens: msgspec.Raw = msgspec.Raw()

    def tokens(self) -> int:
        """Return it, or 0; of an endless number the beginning, which is more than any limit."""
        said = (bytes(memoryview(one)[:_MOST_DIGITS]) for one in (self.max_completion_tokens, self.max_tokens))
        return next((int(one) for one in said if one.isdigit() and int(one)), 0)


def open_body(body: bytes) -> Envelope:
    """Take a request apart far enough to see whom it is for, and nothing else: bodies may hold 100 MB of images.

    Raises ``InvalidRequest`` if it is no JSON object, or has no model or no messages.
    """
    try:
        envelope = msgspec.json.decode(body, type=Envelope)
    except NO_JSON as error:
        raise InvalidRequest(f"Invalid request: the body is not a JSON object ({error})") from None
    if not bytes(envelope.model):
        raise _invalid("model", "model is required")
    messages = bytes(memoryview(envelope.messages)[:64])
    if not messages:
        raise _invalid("messages", "messages is required")
    if not messages.startswith(b"["):
        raise _invalid("messages", "messages must be a list")
    if messages[1:].lstrip().startswith(b"]"):
        raise _invalid("messages", "messages must not be empty")
    return envelope


def longest_answer(body: bytes) -> int:
    """Return how many tokens an answer may have by the request's own word; 0 where it says nothing."""
    return msgspec.json.decode(body, type=_Wish).tokens()


def with_messages(body: bytes, messages: list[object], *, model: str) -> Body:
    """Replace messages and the model's name. Raises ``InvalidRequest``."""
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        return spliced(members | {"model": model, "messages": messages})
    except NO_JSON:
        raise InvalidRequest("Invalid request: the body is not a JSON object, or is nested too deeply") from None


def renamed(body: bytes, model: str) -> bytes:
    """Replace the model's name where it stands; all other bytes stay as they are.

    Objects inside messages and tools may have a model too, so a place is right if the request then names *model*.
    """
    old, new = bytes(open_body(body).model), msgspec.json.encode(model)
    end = len(body)
    for _ in range(_MOST_PLACES):
        end = body.rfind(old, 0, end)
        if end < 0:
            break
        anew = body[:end] + new + body[end + len(old) :]
        if bytes(open_body(anew).model) == new:
            return anew
    raise _invalid("model", f"the name {old.decode()} stands in too many places")


def _invalid(param: str, details: str) -> InvalidRequest:
    error = InvalidRequest(f"Invalid request: {details}")
    error.param = param
    return error
