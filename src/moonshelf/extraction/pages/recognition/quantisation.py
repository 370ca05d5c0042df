"""Quantisation: the recognition model's widest layers computed in integers of eight bits.

What such a layer takes in is scaled channel by channel, from the least to the most that lines of print make of it, as
``bench/ranges.py`` measured; its weights are scaled by the channel that they make.
"""

import hashlib
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from moonshelf.extraction.pages.recognition import networks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Edges: TypeAlias = tuple[Floats | int, Floats | int]

RANGES = Path(__file__).with_name("ranges.npz")
"""By the name of a layer, rows of the least, the most and the mean of each channel; and the digest of their *model*."""

_LARGEST, _HEAVIEST = 255, 127  # integers: of what is taken in, which has no sign, and of weights, which have one
_LEAST_RANGE, _LEAST_WEIGHT = 1e-3, 1e-9  # of channels that hold nothing


def pays(flags: AbstractSet[str]) -> bool:
    """Say whether a processor with these *flags* multiplies integers of eight bits soonest.

    With tiles (AMX) it multiplies bfloat16 as soon; without VNNI it cannot hold all sums of two products.
    """
    return "avx512_vnni" in flags and "amx_tile" not in flags


def quantise(network: Any, model: Path) -> None:  # Any: OpenVINO's models are untyped
    """Have *network*, as read from *model*, compute in integers; the layers of a model without ranges stay."""
    import numpy as np  # noqa: PLC0415 heavy

    with np.load(RANGES) as ranges:
        if ranges["model"] != hashlib.sha256(model.read_bytes()).hexdigest():
            return
        for layer in network.get_ordered_ops():
            if (name := layer.get_friendly_name()) in ranges:
                _quantise(layer, *ranges[name].astype(np.float32))
    network.validate_nodes_and_infer_types()


def _quantise(layer: Any, least: "Floats", most: "Floats", mean: "Floats") -> None:
    """Have *layer* multiply whole numbers: how many units each channel's value is above its *least*, up to its *most*.

    The bias takes up what that leaves out: the weights times the least (the zero point), and the error of rounding the
    weights, for a channel at its *mean*.
    """
    import numpy as np  # noqa: PLC0415 heavy
    from openvino import opset13 as steps  # noqa: PLC0415 heavy

    unit = np.maximum(most - least, _LEAST_RANGE) / _LARGEST
    low, high = least.reshape(1, -1, 1, 1), (least + unit * _LARGEST).reshape(1, -1, 1, 1)
    weights = networks.weights(layer)[..., 0, 0]
    scaled = weights * unit
    heaviest = np.maximum(np.abs(scaled).max(axis=1, keepdims=True), _LEAST_WEIGHT)
    lost = scaled - np.round(scaled / heaviest * _HEAVIEST) * heaviest / _HEAVIEST
    (taker,) = (one.get_node() for one in layer.output(0).get_target_inputs())  # what adds the bias
    bias = networks.weights(taker)
    made = bias + (weights @ least + lost @ ((mean - least) / unit)).reshape(bias.shape)
    edge = heaviest[..., None, None]
    layer.input(0).replace_source_output(_rounded(layer.input_value(0), (low, high), (0, _LARGEST), _LARGEST))
    heavy = steps.constant(scaled[..., None, None])
    layer.input(1).replace_source_output(_rounded(heavy.output(0), (-edge, edge), (-edge, edge), 2 * _HEAVIEST))
    taker.input(1).replace_source_output(steps.constant(made).output(0))


def _rounded(source: Any, between: "Edges", become: "Edges", units: int) -> Any:
    """Return *source* in whole *units*, its edges *between* which it lies put where they *become* others."""
    import numpy as np  # noqa: PLC0415 heavy
    from openvino import opset13 as steps  # noqa: PLC0415 heavy

    edges = (steps.constant(np.asarray(edge, np.float32)) for edge in (*between, *become))
    return steps.fake_quantize(source, *edges, units + 1).output(0)
