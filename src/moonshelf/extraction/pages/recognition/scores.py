"""Scores: how surely each step along a line shows each letter, by PP-OCRv6's recognition model on OpenVINO."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from moonshelf.extraction import processor
from moonshelf.extraction.pages.recognition import networks, quantisation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bits: TypeAlias = NDArray[np.int16]  # of bfloat16, which NumPy does not know
    Indices: TypeAlias = NDArray[np.intp]
    Line: TypeAlias = NDArray[np.float32]

_MOST_AT_ONCE = 8  # lines; each more costs some 60 MB

_HALF = 16  # bits: a bfloat16 is the upper half of a float

_FEW = re.compile("[\0-\u052f\u1e00-\u1fff\u2010-\u2044一七丁二三人入八十卜口土工]?")
"""What is scored first: no letter, the letters and signs of Europe, and the ideographs that look like them."""

_CLEAR = 0x4160
"""The bits of 14. Of 315 English lines, 94 % have such a score for one of the few at each step. Of 6,817 steps where an
ideograph scores highest 2 % have, and of 345 lines with ideographs none at each step. Of 1,566 that stood alone, two
passed for letters; they are among the few now."""


class Scores(NamedTuple):
    """A row for each step, a column for each letter of the *alphabet*, of which the first is none."""

    bits: "Bits"
    alphabet: Sequence[str]

    def likeliest(self) -> "Indices":
        """Return which letter scores highest at each step: as integers, negative numbers are in reverse order."""
        import numpy as np  # noqa: PLC0415 heavy

        found: Indices = self.bits.argmax(axis=1)
        for step in np.flatnonzero(self.bits[np.arange(len(found)), found] < 0):
            found[step] = self.bits[step].argmin()
        return found

    def odds(self, steps: "Indices", letters: "Indices") -> "NDArray[np.float32]":
        """Return the odds of one of the *letters* at each of the *steps*, of 1 for all."""
        import numpy as np  # noqa: PLC0415 heavy

        above = (self.bits[steps].astype(np.int32) << _HALF).view(np.float32)
        above -= above[np.arange(len(steps)), letters][:, None]
        found: NDArray[np.float32] = 1 / np.exp(above, out=above).sum(axis=1)
        return found


Score: TypeAlias = Callable[["Line"], AbstractContextManager[Scores]]
"""Score a line as the model takes it; the scores last as long as the context."""


def load(model: Path) -> tuple[Score, int]:
    """Load *model* and return what scores lines, and how many at once: as many as there are cores, each on one.

    To score 18,710 letters, and to search the scores, takes a quarter of the time, and few lines need it.
    """
    import openvino  # noqa: PLC0415 heavy

    core = openvino.Core()
    network = core.read_model(model)
    if quantisation.pays(processor.flags()):
        quantisation.quantise(network, model)
    every = ["", *network.get_rt_info()["framework"]["character"].value.splitlines(), " "]
    few = [index for index, letter in enumerate(every) if _FEW.fullmatch(letter)]
    alphabet = [every[index] for index in few]
    at_once = min(_MOST_AT_ONCE, len(os.sched_getaffinity(0)))
    halves = [core.compile_model(half, "CPU", {"NUM_STREAMS": str(at_once)}) for half in _halves(network, few)]
    idle: SimpleQueue[Any] = SimpleQueue()  # Any: OpenVINO's requests are untyped
    for _ in range(at_once):
        idle.put([half.create_infer_request() for half in halves])

    @contextmanager
    def score(line: "Line") -> Iterator[Scores]:
        first, second = one = idle.get()
        try:
            first.infer([line])
            scores = Scores(_bits(first, 1), alphabet)
            if scores.bits.max(axis=1).min() < _CLEAR:
                second.infer([first.get_output_tensor(0).data])
                scores = Scores(_bits(second, 0), every)
            yield scores
        finally:
            idle.put(one)

    return score, at_once


def _halves(network: Any, few: Sequence[int]) -> tuple[Any, Any]:  # Any: OpenVINO's models are untyped
    """Return what makes features of a line and scores the *few* letters, and what scores all, given the features.

    Both end before the last step, which makes odds of scores: these are needed only where a letter stands.
    """
    import numpy as np  # noqa: PLC0415 heavy
    import openvino  # noqa: PLC0415 heavy
    from openvino import opset13 as steps  # noqa: PLC0415 heavy

    every = networks.above(network.output(0).get_node(), "Add")
    product = networks.above(every, "MatMul")
    features = product.input_value(0)
    letters, bias = np.ascontiguousarray(networks.weights(product)[:, few]), networks.weights(every)[few]
    some = steps.add(steps.matmul(features, letters, transpose_a=False, transpose_b=False), bias)
    given = steps.parameter(features.get_partial_shape(), np.float32)
    product.input(0).replace_source_output(given.output(0))
    first = openvino.Model([features, some.output(0)], network.get_parameters())
    return _rounded(first, 1), _rounded(openvino.Model([every.output(0)], [given]), 0)


def _rounded(network: Any, output: int) -> Any:
    """Return *network* with the scores of one *output* in bfloat16, as AMX computes them: wider ones take longer."""
    import openvino  # noqa: PLC0415 heavy
    from openvino.preprocess import PrePostProcessor  # noqa: PLC0415 heavy

    rounded = PrePostProcessor(network)
    rounded.output(output).tensor().set_element_type(openvino.Type.bf16)
    return rounded.build()


def _bits(request: Any, output: int) -> "Bits":
    import numpy as np  # noqa: PLC0415 heavy

    bits: Bits = request.get_output_tensor(output).data[0].view(np.int16)
    return bits
