"""Speech to text, within the processor time that a child has."""

import os
import resource
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from faster_whisper import WhisperModel

BUNDLE = "whisper-base.bundle"
"""Its name in the folder of models; ``moonshelf models pull whisper-base`` puts it there."""

_FILES = (("tokenizer.json", 2_203_239), ("config.json", 2_309), ("vocabulary.txt", 459_861), ("model.bin", -1))
_SHARE = 0.7  # of the processor time: the rest is for opening, pictures, and writing the document
_UNBOUND_S = 3_600.0
_WALL_S = 420.0  # a busy machine must not run into the limit of a file, which leaves nothing of it
_SILENT = 0.6  # probability of no speech above which ...
_UNSURE = -1.0  # ... words of so little likelihood are noise


@dataclass(frozen=True, slots=True)
class Said:
    """Words and when they were said, in seconds."""

    start: float
    text: str


def bundle() -> Path | None:
    """Return the weights, if they are there."""
    path = Path(os.environ.get("MOONSHELF_MODELS", "")) / BUNDLE
    return path if path.is_file() else None


def recognise(pieces: "Iterable[tuple[float, np.ndarray]]", weights: Path) -> Iterator[Said | float]:
    """Yield what is said in *pieces* of a recording; at last the second that was reached, if time ran out there."""
    model = _load(weights)
    spent_until, wall_until = _budget(), time.monotonic() + _WALL_S
    language: str | None = None
    for start, samples in pieces:
        if time.process_time() > spent_until or time.monotonic() > wall_until:
            yield start
            return
        segments, about = model.transcribe(
            samples, language=language, beam_size=1, temperature=0.0, condition_on_previous_text=False
        )
        language = language or about.language
        for one in segments:
            if one.text.strip() and not (one.no_speech_prob > _SILENT and one.avg_logprob < _UNSURE):
                yield Said(start + one.start, one.text.strip())


def _budget() -> float:
    limit, _ = resource.getrlimit(resource.RLIMIT_CPU)
    return time.process_time() + _UNBOUND_S if limit == resource.RLIM_INFINITY else limit * _SHARE


def _load(weights: Path) -> "WhisperModel":
    from faster_whisper import WhisperModel  # noqa: PLC0415 heavy: an optional extra

    files = {}
    with weights.open("rb") as source:
        for name, size in _FILES:
            files[name] = source.read(size)
    return WhisperModel("whisper-base", device="cpu", compute_type="int8", cpu_threads=1, num_workers=1, files=files)
