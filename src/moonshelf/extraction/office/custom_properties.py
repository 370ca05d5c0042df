"""Properties that people give their documents: a client, a project, a number; kept beside title and author."""

from collections.abc import Iterable, Iterator
from itertools import islice

_MOST = 100
_LONGEST = 1_000  # characters


def custom(stated: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what is *stated*, as metadata whose names no property of the format has."""
    return dict(islice(_cleaned(stated), _MOST))


def _cleaned(stated: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in stated:
        key, text = (" ".join(one.split())[:_LONGEST] for one in (name, value))
        if key and text:
            yield f"custom: {key}", text
