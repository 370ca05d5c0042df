"""What a Rich Text document says of itself: its title and the like, and properties that people gave it."""

from moonshelf.extraction.office.custom_properties import custom
from moonshelf.extraction.office.rich_text.destinations import INFORMATION
from moonshelf.extraction.office.rich_text.stories import paired


class Information:
    """Taken in as it is spelt, a few characters at a time."""

    def __init__(self) -> None:
        self._stated: dict[str, str] = {}
        self._own: list[list[str]] = []  # names and values

    def begin_own(self) -> None:
        """Begin another of people's own properties."""
        self._own.append(["", ""])

    def take_own(self, text: str, *, value: bool) -> None:
        """Add *text* to the name of the last one, or to its *value*."""
        if self._own:
            self._own[-1][value] += text

    def take(self, target: str, text: str) -> None:
        """Add *text* to what is told under the word *target*."""
        key = INFORMATION[target]
        self._stated[key] = self._stated.get(key, "") + text

    def metadata(self) -> dict[str, str]:
        """Return what was told."""
        stated = {key: text for key, value in self._stated.items() if (text := " ".join(paired(value).split()))}
        own = custom((paired(name), paired(value)) for name, value in self._own) if self._own else {}
        return stated | own
