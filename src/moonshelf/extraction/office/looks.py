"""Looks: what a style says and what it leaves to the one below it, field by field."""

from typing import TypeVar

import msgspec
from msgspec.structs import astuple

Look = TypeVar("Look", bound=msgspec.Struct)


def over(above: Look, below: Look, *, silent: Look) -> Look:
    """Return *above* with *below* showing through where it is ``None``; *silent* is a look that says nothing."""
    if above == silent:  # most styles add nothing
        return below
    if below == silent:
        return above
    pairs = zip(astuple(above), astuple(below), strict=True)
    return type(above)(*[shown if shown is not None else under for shown, under in pairs])
