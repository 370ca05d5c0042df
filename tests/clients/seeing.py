"""Chats about images and videos, as OpenAI's own client has them."""

import base64
from typing import Any

import openai
import pytest
from openai import OpenAI

Part = dict[str, Any]  # of a message: OpenAI's open-ended JSON


def upload(client: OpenAI, data: bytes, *, name: str = "a.png", purpose: str = "image") -> Any:  # with fields of ours
    """Upload *data* as a file."""
    return client.files.create(file=(name, data), purpose=purpose)  # type: ignore[arg-type]  # a purpose of Kimi's


def ask(client: OpenAI, model: str, *parts: Part | str) -> None:
    """Ask *model* about the parts of one message."""
    content = [{"type": "text", "text": one} if isinstance(one, str) else one for one in parts]
    client.chat.completions.create(model=model, messages=[{"role": "user", "content": content}])  # type: ignore[misc, list-item]  # parts of Kimi's


def shows(url: str, kind: str = "image") -> Part:
    """Write a part that shows what is at *url*."""
    return {"type": f"{kind}_url", f"{kind}_url": {"url": url}}


def data_url(data: bytes, kind: str = "image/png") -> str:
    """Write *data* into a URL."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def refused(client: OpenAI, model: str, *parts: Part) -> str:
    """Ask what must be refused with 400, and return why it is."""
    with pytest.raises(openai.BadRequestError) as caught:
        ask(client, model, *parts)
    assert caught.value.param == "messages"
    return str(caught.value)
