"""What holds requests to their limits: tiers, counters, and the bytes on their way in."""

from importlib.util import find_spec

from moonshelf.db import Database
from moonshelf.errors.installation import NotInstalled
from moonshelf.limits import Limits
from moonshelf.limits.admission import Admission
from moonshelf.limits.local import LocalLimits
from moonshelf.limits.sql import SqlLimits
from moonshelf.limits.tiers import Tiers
from moonshelf.limits.valkey import ValkeyLimits
from moonshelf.settings import Settings


def build_limits(settings: Settings, database: Database) -> Limits:
    """Build what counts limits: exact on one machine in this process, on many where all of them look."""
    if settings.limits_url:
        return open_valkey(settings.limits_url)
    return SqlLimits(database) if database.shared else LocalLimits()


def open_valkey(url: str) -> ValkeyLimits:
    """Open the counts in Valkey, without asking for any. Raises ``NotInstalled``."""
    if find_spec("valkey") is None:
        raise NotInstalled("MOONSHELF_LIMITS_URL", extra="valkey")
    return ValkeyLimits(url)


def build_admission(settings: Settings) -> Admission:
    """Build what bounds the bodies on their way in."""
    return Admission(
        folder=settings.data / "spool",
        memory=settings.body_memory,
        spool=settings.spool_size,
        uploads_per_account=settings.uploads_per_account,
    )


def load_tiers(settings: Settings) -> Tiers:
    """Read the tiers that accounts may have."""
    return Tiers.load(settings.tiers, default=settings.tier)
