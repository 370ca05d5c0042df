"""Speech to text, within the processor time that a child has."""

import os
import resource
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from faster_whisper import WhisperModel

BUNDLE = "whisper-base.bundle"
"""Its name in the folder of models; ``moonshelf models pull whisper-base`` puts it there."""

_FILES = (("tokenizer.json", 2_203_239), ("config.json", 2_309), ("vocabulary.txt", 459_861), ("model.bin", -1))
_SHARE = 0.7  # of the time, on the processor and by the clock: the rest is for opening, and writing the document
_WALL_S = 420.0  # at most: running into the limit of a file leaves nothing of it
_UNBOUND_S = 3_600.0
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


def recognise(
    pieces: "Iterable[tuple[float, np.ndarray]]", weights: Path, *, until: float = inf
) -> Iterator[Said | float]:
    """Yield what is said in *pieces* of a recording; at last the second that was reached, if time ran out there.

    *until* is the moment of the monotonic clock at which the child is ended.
    """
    now = time.monotonic()
    spent_until, wall_until = _budget(), now + min(_WALL_S, (until - now) * _SHARE)

    def is_over() -> bool:
        return time.process_time() > spent_until or time.monotonic() > wall_until

    model = _load(weights)
    language: str | None = None
    for start, samples in pieces:
        if is_over():
            yield start
            return
        segments, about = model.transcribe(
            samples, language=language, beam_size=1, temperature=0.0, condition_on_previous_text=False
        )
        language = language or about.language
        for one in segments:
            if one.text.strip() and not (one.no_speech_prob > _SILENT and one.avg_logprob < _UNSURE):
                yield Said(start + one.start, one.text.strip())
            if is_over():  # a piece is minutes long
                yield start + one.end
                return


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
