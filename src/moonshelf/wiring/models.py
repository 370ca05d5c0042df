"""The way of a chat: media it names, models it goes to, weights of those that run here."""

import os
from pathlib import Path

from moonshelf.chat import Chat
from moonshelf.extraction.reading import Reader
from moonshelf.limits.transfers import Transfers
from moonshelf.limits.turns import Turns
from moonshelf.media.conversion import Media, Taste
from moonshelf.media.downloads import Downloads
from moonshelf.media.measuring import Measuring
from moonshelf.media.sources import Sources
from moonshelf.media.views import Views
from moonshelf.models import roster, weights
from moonshelf.models.embedded import Embedded, LocalModel
from moonshelf.models.offers import Offers
from moonshelf.models.upstream import Client
from moonshelf.settings import Settings
from moonshelf.shelf.files import Files
from moonshelf.wiring.ports import Ports


def build_media(
    settings: Settings, ports: Ports, files: Files, reader: Reader, transfers: Transfers
) -> tuple[Measuring, Media]:
    """Build what measures uploaded images and videos, and what shows them to models: as many at a time as workers."""
    views = Views(ports.database, ports.blobs, reader, spool=ports.spool)
    hosts = [one.strip().lower() for one in settings.media_hosts.split(",") if one.strip()]
    sources = Sources(files, Downloads(hosts, most_bytes=int(settings.max_file_size)))
    turns = Turns(max(1, settings.workers))
    taste = Taste(
        plain=settings.media_metadata == "strip", frames=settings.video_frames, frame_side=settings.video_side
    )
    return Measuring(reader, turns), Media(sources, views, transfers=transfers, turns=turns, taste=taste)


def build_chat(settings: Settings, media: Media) -> Chat:
    """Build the gateway to the operator's model servers, or to the embedded model where there are none."""
    upstreams = roster.load(settings.upstreams, os.environ) if settings.upstreams else ()
    offers = Offers(
        upstreams,
        embedded=None if upstreams else build_embedded(settings),
        default=settings.default_model,
        default_for_unknown=settings.default_model_for_unknown,
    )
    client = Client(read_timeout_s=settings.chat_timeout_s)
    return Chat(offers, client, media=media, embedded_tokens=settings.embedded_tokens)


def build_embedded(settings: Settings) -> Embedded:
    """Build the model that runs on this machine; whether it can is asked when it is needed."""
    model = next((one for one in weights.CHATTING if one.name == settings.embedded_model), None)
    if model is None:
        names = ", ".join(one.name for one in weights.CHATTING)
        raise SystemExit(
            f"MOONSHELF_EMBEDDED_MODEL: no embedded model is {settings.embedded_model!r}; there are: {names}."
        )
    folder = weights_folder(settings)
    local = LocalModel(
        model.name,
        weights.path(model, folder),
        projector=weights.path(model.projector, folder) if model.projector else None,
        context_length=model.context_length,
    )
    return Embedded(local, idle_s=settings.embedded_idle_s)


def weights_folder(settings: Settings) -> Path:
    """Tell where model weights lie."""
    return settings.models or weights.default_folder(os.environ)
