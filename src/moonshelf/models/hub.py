"""Files from a model hub: one HTTP request that goes on where the last one stopped."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Final

SITE: Final = "https://huggingface.co"

_SILENCE_S: Final = 10.0
"""Seconds without a connection or a byte after which the hub is given up; the wheels are the other way."""

_CHUNK: Final = 2**20


class HubFailed(Exception):
    """The hub didn't give the whole file; the sentence says why."""


def fetch(url: str, part: Path, *, size: int, done: Callable[[int], None]) -> None:
    """Append to *part* what it lacks of the *size* bytes at *url*.

    Raises ``HubFailed``; what arrived until then stays.
    """
    there = part.stat().st_size if part.exists() else 0
    if there >= size:
        return
    request = urllib.request.Request(url, headers={"range": f"bytes={there}-"})  # noqa: S310 - our own constant or the operator's mirror
    try:
        with urllib.request.urlopen(request, timeout=_SILENCE_S) as answer:  # noqa: S310 - as above
            resumed = answer.status == HTTPStatus.PARTIAL_CONTENT
            _store(answer, part, size=size, done=done, resumed=resumed)
    except urllib.error.HTTPError as error:
        raise HubFailed(f"it answered {error.code} {error.reason}.") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise HubFailed(f"it can't be reached ({reason}).") from None


def _store(
    answer: http.client.HTTPResponse, part: Path, *, size: int, done: Callable[[int], None], resumed: bool
) -> None:
    with part.open("ab" if resumed else "wb") as target:
        while target.tell() <= size and (chunk := answer.read(_CHUNK)):
            target.write(chunk)
            done(target.tell())
        if target.tell() != size:
            raise HubFailed(f"it sent {target.tell()} of {size} bytes.")
