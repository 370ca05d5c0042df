"""Chat completions: which model serves a request, and what is sent there."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final, Self

import msgspec
import structlog

from moonshelf.errors import InvalidRequest, Unavailable
from moonshelf.media import rewriting
from moonshelf.media.conversion import Media
from moonshelf.media.rewriting import Hold
from moonshelf.models import envelopes
from moonshelf.models.embedded import Embedded
from moonshelf.models.offers import Offers
from moonshelf.models.passages import Selection
from moonshelf.models.prompts import prepare, texts
from moonshelf.models.splicing import Body
from moonshelf.models.tokens import estimate
from moonshelf.models.upstream import Answer, Client, Upstream

_log = structlog.get_logger()

_LARGEST_HERE: Final = 32 * 2**20
"""Bytes of a request for the embedded model, which is unpacked; the longest book is a tenth of that."""

_TOO_LONG: Final = "Input token length too long"  # Kimi's words (wire.md 3)


@dataclass(frozen=True)
class Cost:
    """The tokens that a request may take: its messages, and the longest answer it asks for."""

    prompt: int
    answer: int


class Chat:
    """Answers chat requests from the operator's model servers, or from the embedded model where there are none."""

    def __init__(
        self, offers: Offers, client: Client, *, media: Media | None = None, embedded_tokens: int = 3_000
    ) -> None:
        """Without *media*, messages with images and videos go on as they came."""
        self.offers = offers
        self._client = client
        self._media = media
        self._embedded_tokens = embedded_tokens

    async def count(self, body: bytes, *, account: str) -> int:
        """Estimate the tokens of a request's messages, with what its model is shown of the media in them."""
        envelope = envelopes.open_body(body)
        messages, shown = envelope.messages, 0
        if self._media is not None and rewriting.shows_media(messages):
            told = await rewriting.told(messages, self.offers.find(envelope.asks_for()).model, self._media, account)
            messages, shown = msgspec.Raw(msgspec.json.encode(told.spoken)), told.tokens
        return shown + await asyncio.to_thread(lambda: sum(map(estimate, texts(messages))))

    async def cost(self, body: bytes, *, account: str) -> Cost:
        """Estimate what a request may take, as Kimi checks it: prompt and ``max_completion_tokens`` (wire.md 3)."""
        return Cost(await self.count(body, account=account), envelopes.longest_answer(body))

    @asynccontextmanager
    async def complete(
        self, body: bytes, headers: Mapping[str, str], *, account: str, hold: Hold = lambda _: None
    ) -> AsyncIterator[Answer]:
        """Have *body* answered; leaving the context early cancels the answer wherever it is made.

        *hold* is told whenever that many bytes more of media are fetched for it, and may refuse.

        A request for a model server's model is sent there as it came, but for an alias, which becomes the name, and
        for images and videos, which become what that model takes.
        """
        envelope = envelopes.open_body(body)
        asked = envelope.asks_for()
        offer, sent = self.offers.find(asked), None
        if self._media is not None:
            told = await rewriting.told(envelope.messages, offer.model, self._media, account, hold=hold)
            if told.changed:
                sent = envelopes.with_messages(body, told.messages, model=offer.model.id)
        if isinstance(offer.server, Embedded):
            async with self._complete_here(offer.server, sent or [body], headers, account=account) as answer:
                yield answer
            return
        if sent is None:
            sent = [body if asked == offer.model.id else envelopes.renamed(body, offer.model.id)]
        async with self._client.send(offer.server, sent, headers) as answer:
            yield answer

    @asynccontextmanager
    async def _complete_here(
        self, embedded: Embedded, body: Body, headers: Mapping[str, str], *, account: str
    ) -> AsyncIterator[Answer]:
        """Have the embedded model answer."""
        if sum(map(len, body)) > _LARGEST_HERE:
            raise InvalidRequest(_TOO_LONG)
        model = embedded.model
        prompt = await asyncio.to_thread(
            prepare, b"".join(body), model=model.name, budget=self._embedded_tokens, sees=model.vision
        )
        async with embedded.turn(account) as address:
            upstream = Upstream(model.name, address.base_url, models=(), key=address.key)
            async with self._client.send(upstream, [prompt.body], headers) as answer:
                if answer.status != 200:  # noqa: PLR2004 - the one status that is no refusal
                    raise _refusal(await answer.read())
                yield replace(answer, headers={**answer.headers, **_context(prompt.selection)})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of connections and of the embedded model."""
        await self._client.close()
        if self.offers.embedded is not None:
            await self.offers.embedded.close()


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
