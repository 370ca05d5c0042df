"""Ask about an image: once as a part of the message itself, once uploaded and referred to."""

import base64
import os
import sys
from pathlib import Path

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1"),
    api_key=os.environ["OPENAI_API_KEY"],
)
path = Path(sys.argv[1] if len(sys.argv) > 1 else "examples/moon.png")


def describe(url: str) -> str | None:
    """Ask what the image at *url* shows."""
    completion = client.chat.completions.create(
        model="kimi-k2.5",
        messages=[
            {"role": "system", "content": "You are Kimi."},
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "image_url": {"url": url}},
                    {"type": "text", "text": "Describe the content of the image."},
                ],
            },
        ],
    )
    return completion.choices[0].message.content


# As Kimi's documentation has it, with the dot of the suffix: what counts is what the bytes are.
encoded = base64.b64encode(path.read_bytes()).decode()
print(describe(f"data:image/{path.suffix};base64,{encoded}"))

# "image" is Kimi's purpose; the SDK's own list of purposes does not have it.
file_object = client.files.create(file=path, purpose="image")  # type: ignore[arg-type] # Kimi's purpose
print(describe(f"ms://{file_object.id}"))
client.files.delete(file_object.id)
