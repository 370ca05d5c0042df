"""What an upload asks for beyond what a person sees who opens the file."""

from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True, slots=True)
class Include:
    """What is read besides; ``str`` of it is the form field's value, sorted, and names the reading that it makes."""

    formulas: bool = False  # of spreadsheet cells, behind their values
    hidden: bool = False  # text, rows, sheets, slides that the file keeps out of sight

    @classmethod
    def of(cls, value: str) -> Self:
        """Parse names parted by commas; nothing is included of an empty *value*. Raises ``ValueError``."""
        named = {name.strip() for name in value.split(",")} - {""}
        if unknown := sorted(named - set(KINDS)):
            raise ValueError(unknown[0])
        return cls(**dict.fromkeys(named, True))

    def __str__(self) -> str:
        return ",".join(name for name in KINDS if getattr(self, name))


KINDS = tuple(one.name for one in fields(Include))
NOTHING_MORE = Include()
