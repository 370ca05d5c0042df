"""Which models there are (wire.md 5)."""

from typing import NotRequired, TypedDict

from starlette.requests import Request
from starlette.responses import JSONResponse

from moonshelf.errors.requests import NoSuchModel
from moonshelf.http.caller import account, services
from moonshelf.models.offers import Offer

_CREATED = 1  # nobody knows; Kimi answers 1 too


class ModelObject(TypedDict):
    """A model as Kimi lists it (wire.md 5)."""

    id: str
    object: str
    created: int
    owned_by: str
    context_length: NotRequired[int]
    supports_image_in: bool
    supports_video_in: bool
    supports_reasoning: bool


async def list_models(request: Request) -> JSONResponse:
    """GET /v1/models."""
    await account(request)
    data = [model_object(one) for one in services(request).chat.offers.now()]
    return JSONResponse({"object": "list", "data": data})


async def retrieve(request: Request) -> JSONResponse:
    """GET /v1/models/{model}, by name or alias; a path, because names such as ``org/model`` are common."""
    await account(request)
    name = request.path_params["model"]
    for one in services(request).chat.offers.now():
        if name in (one.model.id, *one.model.aliases):
            return JSONResponse(model_object(one))
    raise NoSuchModel(name)


def model_object(offer: Offer) -> ModelObject:
    """Shape a model as Kimi lists it."""
    model = offer.model
    shaped = ModelObject(
        id=model.id,
        object="model",
        created=_CREATED,
        owned_by=offer.owner,
        supports_image_in=model.vision,
        supports_video_in=model.video,
        supports_reasoning=model.reasoning,
    )
    if model.context_length is not None:
        shaped["context_length"] = model.context_length
    return shaped
