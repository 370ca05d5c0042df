"""Derived attributes: worked out when first asked for, and kept."""

from collections.abc import Callable
from typing import Generic, TypeVar

_Owner = TypeVar("_Owner")
_Value = TypeVar("_Value")


class Derived(Generic[_Owner, _Value]):
    """``cached_property`` without its lock, which all of a document's thousands of lines would take, again and again.

    Instances of the owner have a ``__dict__``, in which the value hides this from then on.
    """

    def __init__(self, work: Callable[[_Owner], _Value]) -> None:
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    def __get__(self, instance: _Owner, owner: type[_Owner]) -> _Value:
        """Work the value out."""
        value = instance.__dict__[self._name] = self._work(instance)
        return value
