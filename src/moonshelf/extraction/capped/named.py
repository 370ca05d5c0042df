"""What parent and child name to each other as ``module:NAME``, as no function can be sent."""

import importlib
from collections.abc import Callable
from typing import cast

from moonshelf.extraction.format import Find
from moonshelf.extraction.tools import Recognise


def finder(place: str) -> Find:
    """Return what finds the formats, in the child or in the parent."""
    return cast("Find", _import(place))


def loader(place: str) -> Callable[[str], Recognise]:
    """Return what loads the recogniser for a speed."""
    return cast("Callable[[str], Recognise]", _import(place))


def _import(place: str) -> object:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
