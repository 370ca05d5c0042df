"""What decides how a document reads: the options, this code, and the engines it stands on."""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Literal

from moonshelf.extraction.capped.sandbox import PATIENT, Caps, Mode
from moonshelf.extraction.facts import Limits

_ENGINES = (
    "chardet",
    "liteparse",
    "lxml",
    "olefile",
    "opencv-python-headless",
    "openvino",
    "pi-heif",
    "pillow",
    "pypdfium2",
    "rapidocr",
)


_EXTRAS = ("arro3-io", "av", "ctranslate2", "faster-whisper")  # may be missing: what is installed later reads anew


@dataclass(frozen=True, slots=True)
class Options:
    """All that can be set about reading. Times are wall-clock seconds; waiting for the recogniser is not counted."""

    limits: Limits = field(default_factory=Limits)
    speed: Literal["fast", "accurate"] = "accurate"
    mode: Mode = "required"
    caps: Caps = field(default_factory=Caps)
    slice_pages: int = 16
    page_s: float = 60.0
    slice_s: float = 600.0  # also of a format without pages, and of joining
    picture_s: float = 60.0
    recogniser_caps: Caps = field(default_factory=lambda: Caps(memory_bytes=8 * 2**30, cpu_s=10**9, nice=PATIENT))
    recogniser_bytes: int = 2 * 2**30  # resident; more than that and it makes place for a fresh one
    idle_s: float = 300.0  # after which the recogniser ends
    models: Path | None = None  # where weights of speech recognition lie
    formats: str = "moonshelf.extraction.registry:FORMATS"
    recogniser: str = "moonshelf.extraction.pages.ocr:load"


def revision(options: Options) -> str:
    """Return the name under which results are shared: what else is the same, reads the same.

    Bounds of time and memory are no part of it, because what they cost is marked as degraded and never shared.
    """
    chosen = f"{options.limits} {options.speed} {options.formats} {options.recogniser}"
    return hashlib.sha256(f"{chosen}\n{_engines()}".encode()).hexdigest()[:16]


@cache
def _engines() -> str:
    """Digest the libraries' versions and our own code, once: what is on disk later is not what runs."""
    digest = hashlib.sha256()
    for one in (*_ENGINES, *_EXTRAS):
        digest.update(f"{one} {_version(one)}\n".encode())
    for module in sorted(Path(__file__).parent.parent.rglob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()


def _version(engine: str) -> str:
    try:
        return metadata.version(engine)
    except metadata.PackageNotFoundError:
        return "-"
