"""Chat completions: which model serves a request, and what is sent there."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final, Self

import msgspec
import structlog

from moonshelf.errors import InvalidRequest, Unavailable
from moonshelf.errors.installation import NoLocalModel
from moonshelf.errors.requests import NoSuchModel
from moonshelf.media import rewriting
from moonshelf.media.conversion import Media
from moonshelf.media.rewriting import Hold
from moonshelf.models.embedded import Embedded
from moonshelf.models.passages import Selection
from moonshelf.models.prompts import prepare, texts
from moonshelf.models.splicing import Body, spliced
from moonshelf.models.tokens import estimate
from moonshelf.models.upstream import Answer, Client, Model, Upstream

_log = structlog.get_logger()

_MOST_PLACES: Final = 50
"""Places in which a model's name is looked for: one but for requests that repeat it in objects of their own."""

_LARGEST_HERE: Final = 32 * 2**20
"""Bytes of a request for the embedded model, which is unpacked; the longest book is a tenth of that."""

_MOST_DIGITS: Final = 12

_TOO_LONG: Final = "Input token length too long"  # Kimi's words (wire.md 3)


class _Envelope(msgspec.Struct):
    """What is looked at in a request for somebody else."""

    model: msgspec.Raw = msgspec.Raw()
    messages: msgspec.Raw = msgspec.Raw()


class _Wish(msgspec.Struct):
    """How long an answer may become; whatever is no number is for the model server to refuse."""

    max_completion_tokens: msgspec.Raw = msgspec.Raw()
    max_tokens: msgspec.Raw = msgspec.Raw()

    def tokens(self) -> int:
        """Return it, or 0; of an endless number the beginning, which is more than any limit."""
        said = (bytes(memoryview(one)[:_MOST_DIGITS]) for one in (self.max_completion_tokens, self.max_tokens))
        return next((int(one) for one in said if one.isdigit() and int(one)), 0)


@dataclass(frozen=True)
class Cost:
    """The tokens that a request may take: its messages, and the longest answer it asks for."""

    prompt: int
    answer: int


@dataclass(frozen=True)
class Offer:
    """A model and who serves it."""

    model: Model
    server: Upstream | Embedded

    @property
    def owner(self) -> str:
        """The server's name, for ``owned_by``."""
        return self.server.name if isinstance(self.server, Upstream) else "moonshelf"


class Chat:
    """Answers chat requests from the operator's model servers, or from the embedded model where there are none."""

    def __init__(
        self,
        upstreams: Sequence[Upstream],
        client: Client,
        *,
        media: Media | None = None,
        embedded: Embedded | None = None,
        default_model: str = "",
        default_for_unknown: bool | None = None,
        embedded_tokens: int = 3_000,
    ) -> None:
        """Without *media*, messages with images and videos go on as they came."""
        self._client = client
        self._media = media
        self._embedded = embedded
        self._embedded_tokens = embedded_tokens
        self._offers = [Offer(model, upstream) for upstream in upstreams for model in upstream.models]
        if embedded is not None:
            self._offers.append(Offer(_embedded_model(embedded), embedded))
        self._by_name = {name: one for one in self._offers for name in (one.model.id, *one.model.aliases)}
        if default_model and default_model not in self._by_name:
            raise SystemExit(f"MOONSHELF_DEFAULT_MODEL: no model server offers {default_model!r}.")
        self._default = self._by_name[default_model] if default_model else next(iter(self._offers), None)
        # The seed's examples name one of Kimi's models, and should run as printed where only the embedded one is.
        self._default_for_unknown = not upstreams if default_for_unknown is None else default_for_unknown

    def offers(self) -> list[Offer]:
        """List the models that can be asked now."""
        return [one for one in self._offers if isinstance(one.server, Upstream) or not one.server.lack()]

    def offer(self, name: str) -> Offer:
        """Find the model of that name or alias, or the default if unknown names get it; else ``NoSuchModel``."""
        if (found := self._by_name.get(name)) is not None:
            return found
        if self._default is None:
            raise NoLocalModel("There is no model to ask: name a model server in MOONSHELF_UPSTREAMS.")
        if not self._default_for_unknown:
            raise NoSuchModel(name)
        _log.info("chat.defaulted", asked=name[:64], model=self._default.model.id)
        return self._default

    async def count(self, body: bytes, *, account: str) -> int:
        """Estimate the tokens of a request's messages, with what its model is shown of the media in them."""
        envelope = _envelope(body)
        messages, shown = envelope.messages, 0
        if self._media is not None and rewriting.shows_media(messages):
            told = await rewriting.told(messages, self.offer(_model(envelope)).model, self._media, account)
            messages, shown = msgspec.Raw(msgspec.json.encode(told.spoken)), told.tokens
        return shown + await asyncio.to_thread(lambda: sum(map(estimate, texts(messages))))

    async def cost(self, body: bytes, *, account: str) -> Cost:
        """Estimate what a request may take, as Kimi checks it: prompt and ``max_completion_tokens`` (wire.md 3)."""
        prompt, wish = await self.count(body, account=account), msgspec.json.decode(body, type=_Wish)
        return Cost(prompt, wish.tokens())

    @asynccontextmanager
    async def complete(
        self, body: bytes, headers: Mapping[str, str], *, account: str, hold: Hold = lambda _: None
    ) -> AsyncIterator[Answer]:
        """Have *body* answered; leaving the context early cancels the answer wherever it is made.

        *hold* is told whenever that many bytes more of media are fetched for it, and may refuse.

        A request for a model server's model is sent there as it came, but for an alias, which becomes the name, and
        for images and videos, which become what that model takes.
        """
        envelope = _envelope(body)
        asked = _model(envelope)
        offer, sent = self.offer(asked), None
        if self._media is not None:
            told = await rewriting.told(envelope.messages, offer.model, self._media, account, hold=hold)
            if told.changed:
                sent = _with_messages(body, told.messages, model=offer.model.id)
        if isinstance(offer.server, Embedded):
            async with self._complete_here(offer.server, sent or [body], headers, account=account) as answer:
                yield answer
            return
        if sent is None:
            sent = [body if asked == offer.model.id else _renamed(body, offer.model.id)]
        async with self._client.send(offer.server, sent, headers) as answer:
            yield answer

    @asynccontextmanager
    async def _complete_here(
        self, embedded: Embedded, body: Body, headers: Mapping[str, str], *, account: str
    ) -> AsyncIterator[Answer]:
        """Have the embedded model answer."""
        if sum(map(len, body)) > _LARGEST_HERE:
            raise InvalidRequest(_TOO_LONG)
        prompt = await asyncio.to_thread(
            prepare, b"".join(body), model=embedded.name, budget=self._embedded_tokens, sees=embedded.vision
        )
        async with embedded.turn(account) as address:
            upstream = Upstream(embedded.name, address.base_url, models=(), key=address.key)
            async with self._client.send(upstream, [prompt.body], headers) as answer:
                if answer.status != 200:  # noqa: PLR2004 - the one status that is no refusal
                    raise _refusal(await answer.read())
                yield replace(answer, headers={**answer.headers, **_context(prompt.selection)})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of connections and of the embedded model."""
        await self._client.close()
        if self._embedded is not None:
            await self._embedded.close()


def _envelope(body: bytes) -> _Envelope:
    """Take a request apart far enough to see whom it is for, and nothing else: bodies may hold 100 MB of images.

    Raises ``InvalidRequest`` if it is no JSON object, or has no model or no messages.
    """
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
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


def _model(envelope: _Envelope) -> str:
    try:
        return msgspec.json.decode(envelope.model, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _invalid("model", "model must be a string") from None


def _embedded_model(embedded: Embedded) -> Model:
    """Say what the embedded model can be shown: llama.cpp decodes these formats, and takes a minute for large ones."""
    return Model(
        embedded.name,
        context_length=embedded.context_length,
        vision=embedded.vision,
        image_types=("image/jpeg", "image/png"),
        image_side=1024,
    )


def _with_messages(body: bytes, messages: list[object], *, model: str) -> Body:
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):  # a name that is no UTF-8 is only found here
        raise InvalidRequest("Invalid request: the body is not a JSON object") from None
    return spliced(members | {"model": model, "messages": messages})


def _renamed(body: bytes, model: str) -> bytes:
    """Replace the model's name where it stands; all other bytes stay as they are.

    Objects inside messages and tools may have a model too, so a place is right if the request then names *model*.
    """
    old, new = bytes(_envelope(body).model), msgspec.json.encode(model)
    end = len(body)
    for _ in range(_MOST_PLACES):
        end = body.rfind(old, 0, end)
        if end < 0:
            break
        renamed = body[:end] + new + body[end + len(old) :]
        if bytes(_envelope(renamed).model) == new:
            return renamed
    raise _invalid("model", f"the name {old.decode()} stands in too many places")


def _invalid(param: str, details: str) -> InvalidRequest:
    error = InvalidRequest(f"Invalid request: {details}")
    error.param = param
    return error


def _context(selection: Selection | None) -> dict[str, str]:
    """Say in a header, and in the log, that documents were cut."""
    if selection is None:
        return {}
    _log.info("chat.selected", tokens=selection.tokens, tokens_of_all=selection.tokens_of_all)
    return {"x-moonshelf-context": f"lead+passages; {selection.tokens} of {selection.tokens_of_all} tokens"}


class _Refused(msgspec.Struct):
    """What llama.cpp says inside ``error``."""

    message: str = ""
    type: str = ""


class _Refusal(msgspec.Struct):
    error: _Refused


def _refusal(body: bytes) -> InvalidRequest | Unavailable:
    """Turn the embedded model's refusal into ours, in Kimi's words where Kimi has some (wire.md 3)."""
    error = msgspec.json.decode(body, type=_Refusal).error
    if error.type == "exceed_context_size_error":
        return InvalidRequest(_TOO_LONG)
    if error.type in {"invalid_request_error", "server_error"}:  # the latter where tools make no sense
        return InvalidRequest(f"Invalid request: {error.message}")
    _log.error("embedded.refused", type=error.type, message=error.message)
    return Unavailable("The embedded model")
