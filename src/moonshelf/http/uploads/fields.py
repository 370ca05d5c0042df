"""What an upload says beside its file: what for, how urgent, for how long, and what is to be read besides."""

from collections.abc import Mapping

from starlette.requests import Request

from moonshelf.errors import InvalidRequest
from moonshelf.errors.requests import InvalidPurpose
from moonshelf.extraction.inclusion import KINDS, Include
from moonshelf.http.numbers import whole
from moonshelf.shelf.files import FILE_EXTRACT, PURPOSES

_LONGEST_EXPIRY_S = 2_592_000  # 30 days, as OpenAI's expires_after (wire.md 6)
_SHORTEST_EXPIRY_S = 3_600


def purpose(said: Mapping[str, str]) -> str:
    """Return what the file is for. Raises ``InvalidPurpose``."""
    what = said.get("purpose", FILE_EXTRACT)
    if what not in PURPOSES:
        raise InvalidPurpose(what, accepted=PURPOSES)
    return what


def bulk(request: Request) -> bool:
    """Tell whether the file may wait for others. Raises ``InvalidRequest``."""
    priority = request.headers.get("x-moonshelf-priority", "interactive")
    if priority not in {"interactive", "bulk"}:
        raise InvalidRequest(f"Invalid request: X-Moonshelf-Priority is 'interactive' or 'bulk', not {priority[:64]!r}")
    return priority == "bulk"


def include(said: Mapping[str, str], default: str) -> str:
    """Return what is to be read besides, as ``Include`` writes it. Raises ``InvalidRequest``."""
    raw = said.get("include", default)
    try:
        return str(Include.of(raw))
    except ValueError as error:
        raise InvalidRequest(
            f"Invalid request: include is {' or '.join(KINDS)}, or both with a comma, not {str(error)[:64]!r}"
        ) from None


def expiry(said: Mapping[str, str]) -> int | None:
    """Return for how many seconds the file is kept; None: for good. Raises ``InvalidRequest``."""
    raw = said.get("expires_after[seconds]")
    if raw is None and not any(name.startswith("expires_after") for name in said):
        return None
    if said.get("expires_after[anchor]", "created_at") != "created_at":
        raise InvalidRequest("Invalid request: the only anchor of expires_after is created_at")
    if not _SHORTEST_EXPIRY_S <= (seconds := whole(raw or "", 0)) <= _LONGEST_EXPIRY_S:
        raise InvalidRequest(
            f"Invalid request: expires_after.seconds is from {_SHORTEST_EXPIRY_S} to {_LONGEST_EXPIRY_S}"
        )
    return seconds
