"""The playground: a question about some files, answered by a model, and the request to copy."""

import json
from collections.abc import Sequence
from typing import Final

import msgspec
from starlette.responses import Response

from moonshelf.dashboard import snippets
from moonshelf.dashboard.chosen import Chosen, Part
from moonshelf.dashboard.keys import base_url
from moonshelf.dashboard.visits import Visit
from moonshelf.errors import InvalidRequest
from moonshelf.http.bodies import decoded, read
from moonshelf.http.caller import enter
from moonshelf.http.chat import relay
from moonshelf.shelf.catalogue import Query
from moonshelf.shelf.files import FILE_EXTRACT, IMAGE, OK, VIDEO

_MOST_FILES: Final = 20
_ASKED: Final = "What is this about?"
_KINDS: Final = {FILE_EXTRACT: "text", IMAGE: "image", VIDEO: "video"}


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
    query = Query(text=visit.said("q")[:200], status=OK)
    ids = _ids(visit.request.query_params.getlist("file"))
    picked = visit.services.shelf.files.among(visit.account_id, ids)
    found = visit.services.shelf.catalogue.search(visit.account_id, query)
    listed = {file.id for file in found.files}
    models = [offer.model.id for offer in visit.services.chat.offers.now()]
    return visit.show(
        "playground.html",
        files=[*(one for one in picked.values() if one.status == OK and one.id not in listed), *found.files],
        more=found.total > len(found.files),
        named=query.text,
        kinds=_KINDS,
        ticked=ids,
        models=models,
        asked=_ASKED,
        samples=snippets.chat(base_url(visit), models[0] if models else "MODEL", _ASKED, Chosen.among(picked, ids)),
    )


def request(visit: Visit) -> Response:
    """POST /dashboard/playground/request: the request of this question, to copy."""
    chosen = _chosen(visit, _ids(visit.form.get("file", [])))
    samples = snippets.chat(base_url(visit), visit.said("model"), visit.said("question") or _ASKED, chosen)
    return visit.show("_samples.html", samples=samples)


async def chat(visit: Visit) -> Response:
    """POST /dashboard/playground/chat: streams as the API does, with texts before the question and media beside it."""
    await enter(visit.request, visit.caller)
    asked = decoded(await read(visit.request), _Asked)
    messages = await visit.services.transfers.fetch(visit.account_id, lambda: _messages(visit, asked))
    body = json.dumps({"model": asked.model, "messages": messages, "stream": True}).encode()
    return await relay(visit.request, body, visit.account_id)


def _ids(given: Sequence[str]) -> Sequence[str]:
    """Return what can be ids of files: a link must not write code into what people copy to a shell."""
    return [one for one in given if one.isascii() and one.isidentifier()][:_MOST_FILES]


def _chosen(visit: Visit, ids: Sequence[str]) -> Chosen:
    return Chosen.among(visit.services.shelf.files.among(visit.account_id, ids), ids)


def _messages(visit: Visit, asked: _Asked) -> Sequence[Part]:
    if len(asked.files) > _MOST_FILES:
        raise InvalidRequest(f"Choose at most {_MOST_FILES} files.")
    chosen = _chosen(visit, asked.files)
    contents = [visit.services.shelf.contents.get(visit.account_id, one).decode() for one in chosen.texts]
    system = [{"role": "system", "content": content} for content in contents]
    turns = [
        {"role": turn.role, "content": chosen.beside(turn.content) if turn is asked.turns[-1] else turn.content}
        for turn in asked.turns
    ]
    return [*system, *turns]
