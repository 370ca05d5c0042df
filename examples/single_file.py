"""Upload a document, read what was extracted, and ask a model about it."""

import os
import sys
from pathlib import Path

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1"),
    api_key=os.environ["OPENAI_API_KEY"],
)
path = Path(sys.argv[1] if len(sys.argv) > 1 else "examples/bzip2-manual.pdf")

# "file-extract" is Kimi's purpose; the SDK's own list of purposes does not have it.
file_object = client.files.create(file=path, purpose="file-extract")  # type: ignore[arg-type] # Kimi's purpose
file_content = client.files.content(file_id=file_object.id).text

completion = client.chat.completions.create(
    model="kimi-k2-turbo-preview",
    messages=[
        {"role": "system", "content": "You are a helpful assistant. Answer from the document you are given."},
        {"role": "system", "content": file_content},  # the whole answer, unparsed: the model reads it as it is
        {"role": "user", "content": f"Please give a brief introduction of what {path.name} is about."},
    ],
    temperature=0.6,
)
print(completion.choices[0].message.content)
