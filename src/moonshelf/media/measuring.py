"""Whether an upload is the image or the video that its purpose says: decided by decoding it."""

from collections.abc import Mapping
from typing import Final

from moonshelf.errors import ExtractionError, InvalidRequest
from moonshelf.extraction.capped.channels import Cancel
from moonshelf.extraction.reading import Reader
from moonshelf.extraction.renditions import Measures
from moonshelf.limits.turns import Turns
from moonshelf.media.references import invalid
from moonshelf.shelf.files import IMAGE, VIDEO
from moonshelf.shelf.uploads import Spooled

_TAKEN: Final[Mapping[str, tuple[str, ...]]] = {
    IMAGE: ("jpeg", "png", "apng", "gif", "webp", "bmp", "heic", "heif", "avif", "tiff"),
    VIDEO: ("mp4", "mpeg", "quicktime", "x-msvideo", "x-flv", "webm", "x-ms-wmv", "3gpp"),
}
"""Kimi's list (wire.md 4), and AVIF and TIFF: the subtypes of what is sniffed."""

_NAMES: Final[Mapping[str, str]] = {
    IMAGE: "jpeg, png, gif, webp, bmp, heic, heif, avif and tiff",
    VIDEO: "mp4, mpeg, mov, avi, flv, mpg, webm, wmv and 3gpp",
}


class Measuring:
    """Decodes uploads in children, in turn with all else that looks at media."""

    def __init__(self, reader: Reader, turns: Turns) -> None:
        self._reader = reader
        self._turns = turns

    async def measure(self, account_id: str, spooled: Spooled) -> Measures | None:
        """Measure an upload; None where its purpose is to be read, or nothing is in it.

        Raises ``InvalidRequest`` where it is not the image or video that it is uploaded as, and ``Unavailable``.
        """
        if spooled.purpose not in {IMAGE, VIDEO} or not spooled.size:
            return None
        return await self._turns.work(account_id, lambda gone: self._measure(spooled, gone))

    def _measure(self, spooled: Spooled, cancelled: Cancel) -> Measures:
        try:
            check_type(spooled.purpose, spooled.media_type)
            with spooled.path.open("rb") as source:
                return self._reader.measure(source, spooled.media_type, cancelled=cancelled)
        except ExtractionError as error:
            refusal = unusable(spooled.purpose, "", error)
        except InvalidRequest as error:
            refusal = error
        refusal.param = "file"
        raise refusal


def check_type(kind: str, media_type: str) -> None:
    """Refuse what no model is shown; SVG is no image to a model. Raises ``InvalidRequest``, in Kimi's words."""
    family, _, subtype = media_type.partition("/")
    if family != kind or subtype not in _TAKEN[kind]:
        raise invalid(f"unsupported {kind} format: {media_type}; there are {_NAMES[kind]}")


def unusable(kind: str, name: str, error: ExtractionError) -> InvalidRequest:
    """Say why an image or a video is of no use to a model."""
    called = f"{kind} {name!r}" if name else kind
    return invalid(f"the {called} cannot be used: {error}")
