"""Phrases: figures, moments, deeds and errors as people say them."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from math import ceil
from typing import Any, Final

from markupsafe import Markup

from moonshelf.errors import MoonshelfError, UnsupportedFormat
from moonshelf.people.audit import Entry

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_STEP = 1024  # from one unit of bytes to the next
_PARSED_NOTHING = "(nothing was parsed): "  # ends the words that programs know Kimi's answer by
_DEEDS = {
    "session.opened": "signed in",
    "session.refused": "was refused: wrong password",
    "password.set": "set a password",
    "key.created": "made a key",
    "key.revoked": "revoked a key",
    "file.deleted": "deleted a file",
    "quota.changed": "changed a quota",
    "user.created": "made an account",
    "user.removed": "removed an account",
    "identity.connected": "connected a provider",
    "identity.disconnected": "disconnected a provider",
    "role.changed": "got a role from the provider",
}
_WAYS = {"link": "with a link", "password": "with a password", "new password": "with a new password"}  # to sign in


def size(count: int) -> str:
    """Return a number of bytes for people, in the units of the API's own sentences: 100 MB is 100 MiB."""
    amount = float(count)
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if amount < _STEP or unit == "TB":
            break
        amount /= _STEP
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.3g} {unit}"  # noqa: PLR2004


def moment(seconds: int | None) -> Markup:
    """Return how long ago or ahead a moment is, with the exact time on hover."""
    if seconds is None:
        return Markup('<span class="dim">never</span>')
    exact = datetime.fromtimestamp(seconds, UTC)
    template = Markup('<time datetime="{0:%Y-%m-%dT%H:%MZ}" title="{0:%Y-%m-%d %H:%M} UTC">{1}</time>')
    return template.format(exact, _apart(time.time() - seconds))


def _apart(seconds: float) -> str:
    away = abs(seconds)
    if away < _MINUTE:
        return "just now" if seconds >= 0 else "in a moment"
    count, unit = (
        (away / _MINUTE, "min") if away < _HOUR else (away / _HOUR, "h") if away < _DAY else (away / _DAY, "d")
    )
    return f"{count:.0f} {unit} ago" if seconds >= 0 else f"in {count:.0f} {unit}"


def duration(seconds: float) -> str:
    """Return a time that is left."""
    return f"{ceil(seconds)} s" if seconds < 2 * _MINUTE else f"{round(seconds / _MINUTE)} min"


def format_name(media_type: str) -> str:
    """Return what people call a format."""
    from moonshelf.extraction import registry  # noqa: PLC0415 - 5 MB of readers that an API alone never needs

    try:
        return registry.find(media_type).name
    except UnsupportedFormat:
        return media_type


def deed(action: str) -> str:
    """Return what somebody did, as a predicate."""
    return _DEEDS.get(action, action)


def details(entry: Entry) -> str:
    """Return what is to be said beside a deed: to what it was done, or how somebody signed in."""
    if entry.action == "session.opened":
        return _WAYS.get(entry.subject, f"through {entry.subject}")
    return entry.subject


def told(error: MoonshelfError | str) -> str:
    """Return a sentence with a capital and an end; those of documents have neither, as they follow a colon."""
    text = str(error)
    text = text.partition(_PARSED_NOTHING)[2] or text
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", ")")) or not text else f"{text}."


FILTERS: Final[Mapping[str, Callable[[Any], str]]] = {  # Any: each takes what it says
    "size": size,
    "moment": moment,
    "duration": duration,
    "told": told,
    "format": format_name,
    "deed": deed,
    "details": details,
}
"""By the names that templates call them."""
