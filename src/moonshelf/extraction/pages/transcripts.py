"""Transcripts: what the recognition model makes of pictures of single lines, letter by letter."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from statistics import fmean
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture: TypeAlias = NDArray[np.uint8]
    Scores: TypeAlias = NDArray[np.int16]  # bits of bfloat16, which NumPy does not know

_HEIGHT = 48  # pixels, of the lines that the model was trained on
_STEP = 64  # pixels: OpenVINO compiles for each width anew, so there are few of them
_PIXELS_A_STEP = 8  # the model says a letter, or none, for each so many pixels of width
_ROOMY = 1.25  # times as wide as in proportion: small print has a letter to each step then, and not several
_LATE = 0.3  # steps into its first one, a letter stands: so, gaps fall between the right letters most often
_NONE = 0  # its class for no letter
_HALF = 16  # bits: a bfloat16 is the upper half of a float
_MOST_AT_ONCE = 8  # lines; each more costs some 60 MB


class Transcript(msgspec.Struct, frozen=True):
    """The letters of a line, how surely each was read, and where it stands as a share of the line's width."""

    letters: tuple[str, ...]
    confidences: tuple[float, ...]
    places: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """How surely the whole was read."""
        return fmean(self.confidences) if self.confidences else 0.0


class Care(msgspec.Struct, frozen=True):
    """How closely lines are looked at. Reading takes time in proportion to their width."""

    width: float  # of a line as it is read first, of what it would be with its sides in proportion
    sure: float  # confidence; a line that is read with less is read once more, with more room


Transcribe: TypeAlias = Callable[[Sequence["Picture"]], list[Transcript]]
"""Read pictures of one line each, in the order in which they are given."""


def load(model: Path, care: Care) -> Transcribe:
    """Load *model* and return what reads lines with it.

    As many lines are read at once as there are cores, each on one: that is faster than all cores on a line. Each is
    read by itself: in a batch, all are as wide as the widest, and what they read depends on it.
    """
    import numpy as np  # noqa: PLC0415 heavy
    import openvino  # noqa: PLC0415 heavy

    core = openvino.Core()
    network = core.read_model(model)
    known = network.get_rt_info()["framework"]["character"].value.splitlines()
    alphabet = ["", *known, " "]
    streams = min(_MOST_AT_ONCE, len(os.sched_getaffinity(0)))
    compiled = core.compile_model(_scoring(network), "CPU", {"NUM_STREAMS": str(streams)})
    idle: SimpleQueue[Any] = SimpleQueue()  # Any: OpenVINO's requests are untyped
    for _ in range(streams):
        idle.put(compiled.create_infer_request())
    pool = ThreadPoolExecutor(streams)

    def read(line: "Picture") -> Transcript:
        first = glance(line, care.width)
        if first.confidence >= care.sure:
            return first
        return max(first, glance(line, _ROOMY), key=lambda one: one.confidence)

    def glance(line: "Picture", width: float) -> Transcript:
        fitted, across = _fitted(line, width)
        request = idle.get()
        try:
            request.infer([fitted])
            return _transcript(request.get_output_tensor().data[0].view(np.int16), alphabet, across)
        finally:
            idle.put(request)

    def transcribe(lines: Sequence["Picture"]) -> list[Transcript]:
        widest = sorted(range(len(lines)), key=lambda index: -lines[index].shape[1] / lines[index].shape[0])
        read_by_index = dict(zip(widest, pool.map(read, (lines[index] for index in widest)), strict=True))
        return [read_by_index[index] for index in range(len(lines))]

    return transcribe


def _scoring(network: Any) -> Any:  # Any: OpenVINO's models are untyped
    """Return *network* without its last step, which makes odds of scores. These are in bfloat16, as AMX computes them.

    Odds are needed for the likeliest class where a letter stands, one in some 40,000 of all. To make, widen and search
    the others took a fifth of the time.
    """
    import openvino  # noqa: PLC0415 heavy
    from openvino.preprocess import PrePostProcessor  # noqa: PLC0415 heavy

    last = network.output(0).get_node().input_value(0).get_node()
    scoring = PrePostProcessor(openvino.Model([last.input_value(0)], network.get_parameters()))
    scoring.output().tensor().set_element_type(openvino.Type.bf16)
    return scoring.build()


def _fitted(line: "Picture", width: float) -> tuple["NDArray[np.float32]", int]:
    """Return *line* as the model takes it, and its width: blue first, levels from -1 to 1, grey at the end."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    across = max(1, round(_HEIGHT * line.shape[1] / line.shape[0] * width))
    way = cv2.INTER_AREA if line.shape[1] > across else cv2.INTER_LINEAR
    sized = cv2.resize(line, (across, _HEIGHT), interpolation=way)
    fitted = np.zeros((1, 3, _HEIGHT, -(-across // _STEP) * _STEP), np.float32)
    fitted[..., :across] = cv2.dnn.blobFromImage(sized, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)
    return fitted, across


def _transcript(scores: "Scores", alphabet: Sequence[str], across: int) -> Transcript:
    """Decode the *scores* of each letter at each step: repeats are one letter unless none comes between (CTC)."""
    import numpy as np  # noqa: PLC0415 heavy

    classes = _likeliest(scores)
    steps = np.flatnonzero((np.diff(classes, prepend=_NONE) != 0) & (classes != _NONE))
    return Transcript(
        letters=tuple(alphabet[one] for one in classes[steps]),
        confidences=tuple(_odds(scores[step], classes[step]) for step in steps),
        places=tuple(((steps + _LATE) * _PIXELS_A_STEP / across).tolist()),
    )


def _likeliest(scores: "Scores") -> "NDArray[np.intp]":
    """Return the class with the highest score at each step: as integers, negative numbers are in reverse order."""
    import numpy as np  # noqa: PLC0415 heavy

    likeliest: NDArray[np.intp] = scores.argmax(axis=1)
    for step in np.flatnonzero(scores[np.arange(len(scores)), likeliest] < 0):
        likeliest[step] = scores[step].argmin()
    return likeliest


def _odds(scores: "Scores", one: int) -> float:
    """Return the odds of class *one* at a step, of 1 for all."""
    import numpy as np  # noqa: PLC0415 heavy

    above = (scores.astype(np.int32) << _HALF).view(np.float32)
    above -= above[one]
    return 1 / float(np.exp(above, out=above).sum())
