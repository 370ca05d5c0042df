"""The embedded model with a projector: it is told of, sent pictures, and started with both files."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from moonshelf import wiring
from moonshelf.chat import Chat
from moonshelf.errors import Unavailable
from moonshelf.models.embedded import Address, Embedded, LocalModel
from moonshelf.models.offers import Offers
from moonshelf.models.upstream import Client
from moonshelf.settings import Settings
from samples import sights, tiny_model
from servers.upstream import ScriptedUpstream


class Scripted(Embedded):
    """An embedded model whose server answers as told: no weights that see are as small as a test's must be."""

    def __init__(self, folder: Path, address: str, *, projector: bool) -> None:
        super().__init__(LocalModel("scripted-large", folder / "w", projector=folder / "p" if projector else None))
        self._at = Address(address, "sk-inside")

    @asynccontextmanager
    async def turn(self, account: str) -> AsyncIterator[Address]:
        assert account
        yield self._at


def _ask(folder: Path, upstream: ScriptedUpstream, data: bytes, *, projector: bool) -> None:
    url = f"data:image/tiff;base64,{base64.b64encode(data).decode()}"
    content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": "What is it?"}]
    body = json.dumps({"model": "kimi-k2.5", "messages": [{"role": "user", "content": content}]}).encode()
    services = wiring.build(Settings(data=folder / "data"))
    embedded = Scripted(folder, upstream.base_url, projector=projector)

    async def ask() -> None:
        async with (
            Chat(Offers(embedded=embedded), Client(), media=services.media) as chat,
            chat.complete(body, {}, account="a") as answer,
        ):
            await answer.read()

    try:
        asyncio.run(ask())
    finally:
        services.reader.close()
        services.ports.database.close()


def test_an_embedded_model_that_sees_is_sent_pictures_it_can_decode(tmp_path: Path, upstream: ScriptedUpstream) -> None:
    upstream.forget()
    _ask(tmp_path, upstream, sights.written(sights.quarters(2000, 1200), "TIFF"), projector=True)
    picture, question = upstream.received[-1].shown
    assert question == "What is it?"
    assert isinstance(picture, Image.Image)
    assert picture.size == (1024, 614)
    assert sights.same(sights.corners(picture))


def test_an_embedded_model_that_reads_is_told_the_text(tmp_path: Path, upstream: ScriptedUpstream) -> None:
    upstream.forget()
    _ask(tmp_path, upstream, sights.sign("Platform 9"), projector=False)
    content = upstream.received[-1].json["messages"][0]["content"]
    assert "no vision model configured; text read from the image:]\nPlatform 9" in content


def test_what_a_model_that_sees_lacks_is_said_with_its_name(tmp_path: Path) -> None:
    embedded = wiring.models.build_embedded(Settings(models=tmp_path, embedded_model="smolvlm-256m-instruct"))
    assert embedded.model.vision
    assert "run `moonshelf models pull smolvlm-256m-instruct`" in str(embedded.lack())
    tiny_model.write(tmp_path / "SmolVLM-256M-Instruct-Q8_0.gguf")
    assert embedded.lack()  # the projector is not there yet
    (tmp_path / "mmproj-SmolVLM-256M-Instruct-Q8_0.gguf").touch()
    assert embedded.lack() is None


def test_the_projector_reaches_the_models_server_which_refuses_one_that_is_none(tmp_path: Path) -> None:
    weights = tiny_model.write(tmp_path / "tiny.gguf")
    projector = tmp_path / "mmproj.gguf"
    projector.write_bytes(b"GGUF" + bytes(64))

    async def start(one: Embedded) -> None:
        try:
            async with one.turn("a"):
                pass
        finally:
            await one.close()

    asyncio.run(start(Embedded(LocalModel("tiny", weights, context_length=512), threads=1)))
    model = LocalModel("tiny", weights, projector=projector, context_length=512)
    with pytest.raises(Unavailable):
        asyncio.run(start(Embedded(model, threads=1)))


def test_a_model_that_is_none_stops_the_start() -> None:
    with pytest.raises(
        SystemExit, match="MOONSHELF_EMBEDDED_MODEL: no embedded model is 'whisper-base'; there are: qwen"
    ):
        wiring.models.build_embedded(Settings(embedded_model="whisper-base"))
