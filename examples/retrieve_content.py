"""Read a file's content with the SDK's deprecated ``retrieve_content``, as older programs do."""

import os
import sys
import warnings
from pathlib import Path

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1"),
    api_key=os.environ["OPENAI_API_KEY"],
)
path = Path(sys.argv[1] if len(sys.argv) > 1 else "examples/bzip2-manual.pdf")

file_object = client.files.create(file=path, purpose="file-extract")  # type: ignore[arg-type] # Kimi's purpose
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    file_content = client.files.retrieve_content(file_id=file_object.id)  # new programs: files.content(...).text
print(file_content[:500])
