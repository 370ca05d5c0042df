"""What the parts of a message refer to: a file of ours, bytes in the message itself, or an address."""

import base64
import binascii
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from moonshelf.errors import InvalidRequest
from moonshelf.shelf.files import IMAGE, VIDEO

_KINDS: Final[Mapping[str, str]] = {
    "image_url": IMAGE,
    "input_image": IMAGE,
    "video_url": VIDEO,
    "input_video": VIDEO,
    "file": "",
    "input_file": "",
}
"""Types of parts -> what they may show; a file is whatever it was uploaded as."""

# A part is somebody else's open-ended JSON: the fields we don't know go through as they came.
Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of ours, or of the model server's."""

    file_id: str
    kind: str  # of media; empty: any


@dataclass(frozen=True, slots=True)
class Inline:
    """A ``data:`` URL."""

    header: str  # what stands before the comma, without ``data:``
    payload: str
    kind: str

    def bytes(self) -> bytes:
        """Decode it. Raises ``InvalidRequest``."""
        if not self.header.lower().replace(" ", "").endswith(";base64"):
            return urllib.parse.unquote_to_bytes(self.payload)
        text = self.payload.rstrip("= \r\n")
        if "-" in text or "_" in text:
            text = text.replace("-", "+").replace("_", "/")
        try:
            return base64.b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            raise invalid(f"unsupported {self.kind} url: the data is not base64") from None


@dataclass(frozen=True, slots=True)
class Remote:
    """An address of the web."""

    url: str
    kind: str


Reference = Stored | Inline | Remote


def shows_media(part: Part) -> bool:
    """Tell whether *part* may refer to an image, a video or a file."""
    name = part.get("type")
    return (isinstance(name, str) and name in _KINDS) or not part.keys().isdisjoint(("image_url", "video_url"))


def find(part: Part) -> Reference | None:
    """Say what *part* refers to; None where it brings a document of its own, which is not ours to judge.

    Raises ``InvalidRequest``, in Kimi's words.
    """
    name = part.get("type")
    kind = _KINDS.get(name, VIDEO if "video_url" in part else IMAGE) if isinstance(name, str) else IMAGE
    if not kind:
        return _of_file(part)
    if isinstance(file_id := part.get("file_id"), str):
        return Stored(file_id, kind)
    url = target(part, f"{kind}_url")
    if not isinstance(url, str) or not url:
        raise invalid(f"unsupported {kind} url: a part of type {str(name)[:64]!r} needs {kind}_url with a url")
    return _of_url(url.strip(), kind)


def target(part: Part, name: str) -> object:
    """Give the URL of *part*, which may stand there bare."""
    given = part.get(name)
    return given.get("url") if isinstance(given, dict) else given


def invalid(details: str) -> InvalidRequest:
    """Say what is wrong with the messages."""
    error = InvalidRequest(f"Invalid request: {details}")
    error.param = "messages"
    return error


def _of_file(part: Part) -> Reference | None:
    inner = part.get("file")
    file_id = inner.get("file_id") if isinstance(inner, dict) else part.get("file_id")
    return Stored(file_id, "") if isinstance(file_id, str) else None


def _of_url(url: str, kind: str) -> Reference:
    scheme, _, rest = url.partition(":")
    match scheme.lower():
        case "ms":
            return Stored(rest.removeprefix("//").strip("/"), kind)
        case "data":
            header, comma, payload = rest.partition(",")
            if not comma:
                raise invalid(f"unsupported {kind} url: a data URL has a comma before its data")
            return Inline(header, payload, kind)
        case "http" | "https":
            return Remote(url, kind)
    raise invalid(f"unsupported {kind} url: use ms://<file-id> or a data: URL, not {url[:32]!r}")
