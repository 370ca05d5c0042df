"""How many scanned pages a second are read, in both speeds of recognition, by a server of its own.

    python bench/scans.py FOLDER [PAGES]

FOLDER holds PDFs of one page each. The first has the recogniser loaded; the others, at most PAGES of them, are sent at
once, and the clock stops when the last of them has its content.
"""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from speed import serving

_PAGES = 40
_PATIENCE_S = 600.0


def main() -> None:
    """Read the pages in ``fast``, then in ``accurate``, and print."""
    folder = Path(sys.argv[1])
    pages = sorted(folder.glob("*.pdf"))[: 1 + (int(sys.argv[2]) if len(sys.argv) > 2 else _PAGES)]  # noqa: PLR2004
    os.environ["MOONSHELF_UPLOAD_WAIT_S"] = "0"  # or each upload would wait until its page is read
    for speed in ("fast", "accurate"):
        os.environ["MOONSHELF_OCR"] = speed
        with serving() as server, server.client() as http:
            _read(http, pages[:1])
            began = time.monotonic()
            _read(http, pages[1:])
            rate = (len(pages) - 1) / (time.monotonic() - began)
        print(f"{speed:9} {len(pages) - 1} pages at once: {rate:.2f} a second")


def _read(http: httpx.Client, pages: Sequence[Path]) -> None:
    ids = [_add(http, page) for page in pages]
    for one in ids:
        http.get(f"/files/{one}/content", timeout=_PATIENCE_S).raise_for_status()


def _add(http: httpx.Client, page: Path) -> str:
    answer = http.post("/files", files={"file": (page.name, page.read_bytes())}, data={"purpose": "file-extract"})
    return str(answer.raise_for_status().json()["id"])


if __name__ == "__main__":
    main()
