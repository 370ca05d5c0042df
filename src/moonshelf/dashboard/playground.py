"""The playground: a question about some files, answered by a model, and the request to copy."""

import json
from collections.abc import Sequence
from typing import Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from moonshelf.catalogue import Query
from moonshelf.dashboard import snippets
from moonshelf.dashboard.keys import base_url
from moonshelf.dashboard.visits import Visit
from moonshelf.errors import InvalidRequest
from moonshelf.files import FILE_EXTRACT, OK
from moonshelf.http.caller import enter
from moonshelf.http.chat import read, relay

_MOST_FILES: Final = 20
_ASKED: Final = "What is this about?"


class _Turn(msgspec.Struct):
    role: str
    content: str


class _Asked(msgspec.Struct):
    """What the page's script sends."""

    model: str
    turns: list[_Turn]
    files: list[str]


def show(visit: Visit) -> Response:
    """GET /dashboard/playground."""
    query = Query(text=visit.said("q")[:200], purpose=FILE_EXTRACT, status=OK)
    chosen = _ids(visit.request.query_params.getlist("file"))
    models = [offer.model.id for offer in visit.services.chat.offers()]
    return visit.show(
        "playground.html",
        found=visit.services.catalogue.search(visit.account_id, query),
        chosen=chosen,
        models=models,
        asked=_ASKED,
        samples=snippets.chat(base_url(visit), models[0] if models else "MODEL", _ASKED, chosen),
    )


def request(visit: Visit) -> Response:
    """POST /dashboard/playground/request: the request of this question, to copy."""
    samples = snippets.chat(
        base_url(visit), visit.said("model"), visit.said("question") or _ASKED, _ids(visit.form.get("file", []))
    )
    return visit.show("_samples.html", samples=samples)


async def chat(visit: Visit) -> Response:
    """POST /dashboard/playground/chat: streams as the API does, with the files' contents before the question."""
    await enter(visit.request, visit.caller)
    try:
        asked = msgspec.json.decode(await read(visit.request), type=_Asked)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"Invalid request: {error}") from None
    messages = await run_in_threadpool(_messages, visit, asked)
    body = json.dumps({"model": asked.model, "messages": messages, "stream": True}).encode()
    return await relay(visit.request, body, visit.account_id)


def _ids(given: Sequence[str]) -> Sequence[str]:
    """Return what can be ids of files: a link must not write code into what people copy to a shell."""
    return [one for one in given if one.isascii() and one.isidentifier()][:_MOST_FILES]


def _messages(visit: Visit, asked: _Asked) -> Sequence[dict[str, str]]:
    if len(asked.files) > _MOST_FILES:
        raise InvalidRequest(f"Choose at most {_MOST_FILES} files.")
    contents = [visit.services.files.content(visit.account_id, one).decode() for one in asked.files]
    system = [{"role": "system", "content": content} for content in contents]
    return [*system, *({"role": turn.role, "content": turn.content} for turn in asked.turns)]
