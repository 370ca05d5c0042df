"""A page as Safari saves it, with a frame."""

import plistlib
from collections.abc import Sequence


def archive(page: bytes, encoding: str, frames: Sequence[object] = ()) -> dict[str, object]:
    main = {"WebResourceData": page, "WebResourceMIMEType": "text/html", "WebResourceTextEncodingName": encoding}
    return {"WebMainResource": main, "WebSubresources": [], "WebSubframeArchives": list(frames)}


def packed(content: dict[str, object] | list[object]) -> bytes:
    return plistlib.dumps(content, fmt=plistlib.FMT_BINARY)


FRAME = archive("<p>Pears in a frame</p>".encode("utf-16"), "UTF-16")
_PAGE = "<title>Harvest</title><p>Äpfel did <b>well</b>.</p>".encode("latin-1")
ARCHIVE = packed(archive(_PAGE, "ISO-8859-1", [FRAME]))
