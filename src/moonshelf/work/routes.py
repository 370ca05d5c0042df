"""Routes: how a slice is read, so whose paces tell how long that takes."""

from dataclasses import dataclass
from typing import Final, Self

SLOW: Final = " slow"
"""How the route of what looked quick and was not ends, instead of in a size class."""
_CLASS_BITS: Final = 2  # a size class is four times the one before


@dataclass(frozen=True, slots=True)
class Route:
    """How a slice is read. Of an opening slice that is its file's media type and size class.

    Nobody has counted the file's pages yet then; what follows it is ``PAGES``, and then ``JOIN``.
    """

    name: str  # as every release writes it in the database

    @classmethod
    def opening(cls, media_type: str, size: int) -> Self:
        """Return the route of the opening slice of a file of *size* bytes."""
        return cls(f"{media_type} {size.bit_length() // _CLASS_BITS}")

    @property
    def media_type(self) -> str:
        """The media type of a file that is opened."""
        return self.name.rpartition(" ")[0]

    @property
    def may_be_quick(self) -> bool:
        """Whether a file whose slice is read so may be read in a blink, for all that is known of it."""
        return self not in {PAGES, JOIN} and not self.name.endswith(SLOW)

    def slowed(self) -> "Route":
        """Return the route of an opening slice that was expected on this one and takes longer, as a scan does."""
        return Route(f"{self.media_type}{SLOW}")


PAGES: Final = Route("pages")
JOIN: Final = Route("join")
