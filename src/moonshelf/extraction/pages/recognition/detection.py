"""Detection: where in a picture lines of text are, by PP-OCRv6's detector on OpenVINO."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

from moonshelf.extraction.pages.recognition import networks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from moonshelf.extraction.pages.pixels import Picture

    Floats: TypeAlias = NDArray[np.float32]

_STEP = 32  # pixels: the model takes sides that are multiples of this
_TEXT = 0.3  # how surely a pixel must be text, and the pixels of a line on average
_LINE = 0.5
_MOST = 1000  # lines
_GROWN = 1.6  # the model marks the middle of a line; its box is wider by its area over its outline, times this

Detect: TypeAlias = Callable[["Picture"], "Floats"]
"""Return the four corners of each line in a picture, from the upper left on clockwise; lines from the top."""


def load(model: Path, side: int) -> Detect:
    """Load *model* and return what finds lines with it, in one picture at a time.

    Pictures are looked at with a longer side of at most *side* pixels, and with one thread: threads that share one wait
    for each other at each of its hundreds of steps, and keep their cores busy.
    """
    import openvino  # noqa: PLC0415 heavy
    from rapidocr.ch_ppocr_det.main import TextDetector  # noqa: PLC0415 heavy
    from rapidocr.ch_ppocr_det.utils import DBPostProcess  # noqa: PLC0415 heavy

    core = openvino.Core()
    one = {"NUM_STREAMS": "1", "INFERENCE_NUM_THREADS": "1"}
    request = core.compile_model(_quartered(core.read_model(model)), "CPU", one).create_infer_request()
    outline = DBPostProcess(_TEXT, _LINE, _MOST, _GROWN, use_dilation=True)
    looking = Lock()

    def detect(picture: "Picture") -> "Floats":
        shrunk = _shrunk(picture, side)
        with looking:
            request.infer([shrunk])
            found, _ = outline(request.get_output_tensor().data, picture.shape[:2])
        lines: Floats = TextDetector.sorted_boxes(found)
        return lines

    return detect


def _quartered(network: Any) -> Any:  # Any: OpenVINO's models are untyped
    """Return *network* with its last layers at a quarter of the size, where they take half the time.

    They double the map twice, each pixel by itself: all sixteen that a pixel becomes are products of its own channels,
    and to the bit the same when put into their places at the end.
    """
    import numpy as np  # noqa: PLC0415 heavy
    import openvino  # noqa: PLC0415 heavy
    from openvino import opset13 as steps  # noqa: PLC0415 heavy

    second_bias = networks.above(network.output(0).get_node(), "Add")
    second = networks.above(second_bias, "ConvolutionBackpropData")
    first_bias = networks.above(second, "Add")
    first = networks.above(first_bias, "ConvolutionBackpropData")
    halves, quarters = networks.weights(first), networks.weights(second)
    channels = halves.shape[1]
    # Row and column of the half; row and column in it stand between them, so that pixels are in their order at last.
    products = np.zeros((2, 2, 2, 2, 2, 2, channels), np.float32)
    for row, column in np.ndindex(2, 2):
        products[row, :, column, :, row, column] = quarters[:, 0].transpose(1, 2, 0)
    doubled = steps.relu(
        _mixed(first.input_value(0), halves.transpose(2, 3, 1, 0), np.tile(networks.weights(first_bias).ravel(), 4))
    )
    text = steps.sigmoid(_mixed(doubled, products, np.tile(networks.weights(second_bias).ravel(), 16)))
    return openvino.Model([steps.depth_to_space(text, "depth_first", 4).output(0)], network.get_parameters())


def _mixed(source: Any, weights: "Floats", bias: "Floats") -> Any:
    """Return the step that makes a pixel's new channels of its own, the last axis of *weights*.

    It is spelt as the layer that it stands for: a convolution would be computed in bfloat16, which moves some boxes by
    a pixel.
    """
    import numpy as np  # noqa: PLC0415 heavy
    from openvino import opset13 as steps  # noqa: PLC0415 heavy

    kernel = np.ascontiguousarray(weights.reshape(bias.size, -1).T)[..., None, None]
    product = steps.convolution_backprop_data(source, steps.constant(kernel), [1, 1])
    return steps.add(product, steps.constant(bias.reshape(1, -1, 1, 1)))


def _shrunk(picture: "Picture", side: int) -> "Floats":
    """Return *picture* as the detector takes it: sides of at most *side* in steps, blue first, levels from -1 to 1."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    height, width = picture.shape[:2]
    scale = min(1.0, side / max(height, width)) / _STEP
    size = (max(1, round(width * scale)) * _STEP, max(1, round(height * scale)) * _STEP)
    small = cv2.resize(_halved(picture, size), size, interpolation=cv2.INTER_LINEAR)
    planes = np.stack(cv2.split(small)[::-1]).astype(np.float32)
    planes /= 127.5
    planes -= 1
    return planes[None]


def _halved(picture: "Picture", size: tuple[int, int]) -> "Picture":
    """Halve *picture* while it has twice the *size*: whole pixels are averaged much sooner than parts of them."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    while picture.shape[1] >= 2 * size[0] and picture.shape[0] >= 2 * size[1]:
        width, height = picture.shape[1] // 2, picture.shape[0] // 2
        even = picture[: 2 * height, : 2 * width]
        picture = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return picture
