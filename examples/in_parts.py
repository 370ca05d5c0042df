"""Send a large file in parts, several at once, and read its content."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import md5
from pathlib import Path

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1"),
    api_key=os.environ["OPENAI_API_KEY"],
)
path = Path(sys.argv[1] if len(sys.argv) > 1 else "examples/bzip2-manual.pdf")
part_size = int(os.environ.get("PART_SIZE") or 64 * 2**20)  # bytes; there are no larger ones

size = path.stat().st_size
upload = client.uploads.create(
    filename=path.name,
    bytes=size,
    mime_type="application/pdf",
    purpose="file-extract",  # type: ignore[arg-type] # Kimi's purpose
)


def send(start: int) -> str:
    """Send the part that begins there and return its id."""
    with path.open("rb") as file:
        file.seek(start)
        return client.uploads.parts.create(upload.id, data=file.read(part_size)).id


with ThreadPoolExecutor(4) as pool:
    part_ids = list(pool.map(send, range(0, size, part_size)))
digest = md5(path.read_bytes(), usedforsecurity=False).hexdigest()
done = client.uploads.complete(upload.id, part_ids=part_ids, md5=digest)
if done.file:  # as there is whenever the upload is completed
    print(done.status, done.file.filename, done.file.bytes)
    print(client.files.content(done.file.id).text[:500])
