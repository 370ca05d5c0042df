"""Upload a video, see how long it is, ask what it will cost, and ask what happens in it."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import httpx
from openai import OpenAI

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageParam

client = OpenAI(
    base_url=os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1"),
    api_key=os.environ["OPENAI_API_KEY"],
)
path = Path(sys.argv[1] if len(sys.argv) > 1 else "examples/moon.mp4")

# "video" is Kimi's purpose and "media" a field of Moonshelf's; the SDK has neither.
file_object = client.files.create(file=path, purpose="video")  # type: ignore[arg-type] # Kimi's purpose
print(file_object.model_dump()["media"])

content = [
    {"type": "video_url", "video_url": {"url": f"ms://{file_object.id}"}},
    {"type": "text", "text": "Describe what happens in the video."},
]
messages = cast("list[ChatCompletionMessageParam]", [{"role": "user", "content": content}])
asked = {"model": "kimi-k2.5", "messages": messages}
print(client.post("/tokenizers/estimate-token-count", cast_to=httpx.Response, body=asked).json())
completion = client.chat.completions.create(model="kimi-k2.5", messages=messages)
print(completion.choices[0].message.content)
client.files.delete(file_object.id)
