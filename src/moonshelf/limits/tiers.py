"""Tiers: named sets of limits, Kimi's six and the operator's own."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ByteSize, ConfigDict, PositiveFloat, PositiveInt, ValidationError

from moonshelf.complaints import complaint
from moonshelf.errors import InvalidRequest


class Tier(BaseModel):
    """What an account, or a key of it, may ask for; None is no limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    concurrency: PositiveInt | None = None  # requests answered at the same time
    requests_per_minute: PositiveInt | None = None
    tokens_per_minute: PositiveInt | None = None
    tokens_per_day: PositiveInt | None = None
    upload_bytes_per_minute: ByteSize | None = None
    slices: PositiveInt | None = None  # read at the same time, on all machines together
    weight: PositiveFloat = 1.0  # its share of the readers while others wait too


def _kimi(concurrency: int, requests: int, tokens: int, day: int | None = None) -> Tier:
    return Tier(concurrency=concurrency, requests_per_minute=requests, tokens_per_minute=tokens, tokens_per_day=day)


UNLIMITED = Tier()
KIMI: Mapping[str, Tier] = {  # wire.md 3
    "kimi-0": _kimi(1, 3, 500_000, 1_500_000),
    "kimi-1": _kimi(50, 200, 2_000_000),
    "kimi-2": _kimi(100, 500, 3_000_000),
    "kimi-3": _kimi(200, 5_000, 3_000_000),
    "kimi-4": _kimi(400, 5_000, 4_000_000),
    "kimi-5": _kimi(1_000, 10_000, 5_000_000),
}


@dataclass(frozen=True, slots=True)
class SliceCaps:
    """How many slices an account may have read at the same time, by the name of its tier."""

    of_tiers: Mapping[str, int]
    of_others: int


_UNCAPPED = 2**31 - 1


class Tiers:
    """The tiers there are, and the one that holds where an account has none of its own."""

    def __init__(self, named: Mapping[str, Tier], *, default: str) -> None:
        """Raise ``SystemExit`` if there is no tier named *default*; an empty name is no limit."""
        self._named = {**KIMI, **named}
        if default and default not in self._named:
            raise SystemExit(f"MOONSHELF_TIER: there is no tier {default!r}; there are {self._names()}.")
        self._default = self._named[default] if default else UNLIMITED

    @classmethod
    def load(cls, path: Path | None, *, default: str) -> Self:
        """Read the TOML file at *path*, one table a tier. Raises ``SystemExit`` with what is wrong in it."""
        if path is None:
            return cls({}, default=default)
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SystemExit(f"MOONSHELF_TIERS: {path} cannot be read ({error.strerror}).") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SystemExit(f"MOONSHELF_TIERS: {path} is not valid TOML: {error}.") from None

        return cls({name: _tier(path, name, table) for name, table in tables.items()}, default=default)

    def of_account(self, name: str | None) -> Tier:
        """Return the tier of an account; one whose name is no longer known gets the default."""
        return self._default if name is None else self._named.get(name, self._default)

    def of_key(self, name: str | None) -> Tier:
        """Return the tier of a key: none of its own is no limit beside its account's."""
        return UNLIMITED if name is None else self._named.get(name, UNLIMITED)

    def caps(self) -> SliceCaps | None:
        """Return the caps of slices; None where no tier has one."""
        if not any(tier.slices for tier in (*self._named.values(), self._default)):
            return None
        of_tiers = {name: tier.slices or _UNCAPPED for name, tier in self._named.items()}
        return SliceCaps(of_tiers, self._default.slices or _UNCAPPED)

    def check(self, name: str | None) -> None:
        """Raise ``InvalidRequest`` if there is no tier of that name."""
        if name is not None and name not in self._named:
            raise InvalidRequest(f"There is no tier {name!r}; there are {self._names()}.")

    def _names(self) -> str:
        return ", ".join(sorted(self._named))


def _tier(path: Path, name: str, table: object) -> Tier:
    try:
        return Tier.model_validate(table)
    except ValidationError as error:
        wrong = (complaint(str((*one["loc"], "it")[0]), one, Tier.model_fields) for one in error.errors())
        lines = [*(f"MOONSHELF_TIERS: {path}: [{name}] {one}" for one in wrong), "See docs/limits.md."]
        raise SystemExit("\n".join(lines)) from None
