"""Ask about several documents at once: each becomes a system message of its own."""

import os
import sys
from pathlib import Path

from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

client = OpenAI(
    base_url=os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1"),
    api_key=os.environ["OPENAI_API_KEY"],
)


def system_messages(paths: list[Path]) -> list[ChatCompletionMessageParam]:
    """Upload each file and return its content as a message; delete it, for only its text is needed."""
    messages: list[ChatCompletionMessageParam] = []
    for path in paths:
        file_object = client.files.create(file=path, purpose="file-extract")  # type: ignore[arg-type] # Kimi's purpose
        messages.append({"role": "system", "content": client.files.content(file_id=file_object.id).text})
        client.files.delete(file_object.id)
    return messages


paths = [Path(one) for one in sys.argv[1:]] or [Path("examples/bzip2-manual.pdf"), Path("README.md")]
stream = client.chat.completions.create(
    model="kimi-k2-turbo-preview",
    messages=[*system_messages(paths), {"role": "user", "content": "What do these documents have in common?"}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
print()
