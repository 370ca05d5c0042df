"""The table of formats, as parent and child name it to each other: ``module:NAME``."""

import importlib
from collections.abc import Sequence
from typing import cast

from moonshelf.errors import UnsupportedFormat
from moonshelf.extraction.format import Format


def find(formats: str, media_type: str) -> Format:
    """Return the format that reads *media_type*, of the table named *formats*. Raises ``UnsupportedFormat``."""
    for one in cast("Sequence[Format]", named(formats)):
        if media_type in one.media_types.values():
            return one
    raise UnsupportedFormat(media_type=media_type)


def named(place: str) -> object:
    """Import what stands at ``module:NAME``."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
