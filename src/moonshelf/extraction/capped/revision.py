"""What decides how a document reads: the options, this code, the engines it stands on, and the arithmetic they do."""

import hashlib
import platform
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Literal

from moonshelf.extraction import processor
from moonshelf.extraction.capped.caps import Caps
from moonshelf.extraction.capped.sandbox import Mode
from moonshelf.extraction.tools import Limits

_ENGINES = (
    "chardet",
    "liteparse",
    "lxml",
    "opencv-python-headless",
    "openvino",
    "pi-heif",
    "pillow",
    "pypdfium2",
    "rapidocr",
)


_EXTRAS = ("arro3-io", "av", "ctranslate2", "faster-whisper")  # may be missing: what is installed later reads anew


_ARITHMETIC = frozenset(
    (
        "avx2",
        "avx512f",
        "avx512_vnni",
        "avx512_bf16",
        "avx512_fp16",
        "amx_tile",
        "amx_bf16",
        "asimdhp",
        "sve",
        "bf16",
        "i8mm",
    )
)


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
    recogniser_caps: Caps = field(default_factory=lambda: Caps(memory_bytes=8 * 2**30, cpu_s=10**9))
    recogniser_bytes: int = 2 * 2**30  # resident; more than that and it makes place for a fresh one
    idle_s: float = 300.0  # after which the recogniser ends
    models: Path | None = None  # where weights of speech recognition lie
    formats: str = "moonshelf.extraction.registry:find"
    recogniser: str = "moonshelf.extraction.pages.recognition.ocr:load"


def revision(options: Options) -> str:
    """Return the name under which results are shared: what else is the same, reads the same.

    Bounds of time and memory are no part of it, because what they cost is marked as degraded and never shared.
    """
    chosen = f"{options.limits} {options.speed} {options.formats} {options.recogniser}"
    return hashlib.sha256(f"{chosen}\n{_engines()}\n{arithmetic()}".encode()).hexdigest()[:16]


def arithmetic(told: Path = Path("/proc/cpuinfo")) -> str:
    """Return what the processor has of the instructions by which the recogniser and its runtime choose how to compute.

    They round to integers or to bfloat16 where that is quick, and read a letter in some thousand otherwise.
    """
    return " ".join([platform.machine(), *sorted(processor.flags(told) & _ARITHMETIC)])


@cache
def _engines() -> str:
    """Digest the libraries' versions and our own code, once: what is on disk later is not what runs."""
    digest = hashlib.sha256()
    for one in (*_ENGINES, *_EXTRAS):
        digest.update(f"{one} {_version(one)}\n".encode())
    for ours in sorted(one for one in Path(__file__).parent.parent.rglob("*") if one.suffix in {".py", ".npz"}):
        digest.update(ours.read_bytes())
    return digest.hexdigest()


def _version(engine: str) -> str:
    try:
        return metadata.version(engine)
    except metadata.PackageNotFoundError:
        return "-"
