"""The recogniser: lines of text in pixels, read by PP-OCRv6 on OpenVINO.

Its models ship inside the ``rapidocr`` package and are named by path, so nothing is ever downloaded.
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from moonshelf.extraction.facts import Line, Raster, Recognise

if TYPE_CHECKING:
    from moonshelf.extraction.document import Box

Speed = Literal["fast", "accurate"]

_DETECTION_SIDE: dict[Speed, int] = {"fast": 1120, "accurate": 1600}
"""Longest side, in pixels, of the picture in which lines are looked for; they are read at full size."""


def load(speed: Speed) -> Recognise:
    """Load the models, which takes about two seconds and 0.5 GB, and return the function that uses them.

    The first picture of each size costs some seconds more, because OpenVINO compiles for shapes as they come.
    """
    from rapidocr import RapidOCR  # noqa: PLC0415 heavy: OpenVINO, OpenCV and the models

    engine = RapidOCR(params=_parameters(_DETECTION_SIDE[speed]))

    def recognise(raster: Raster) -> Sequence[Line]:
        return _read(engine, raster)

    return recognise


def _parameters(side: int) -> dict[str, object]:
    from rapidocr import EngineType  # noqa: PLC0415 heavy: OpenVINO and OpenCV

    models = files("rapidocr") / "models"
    return {
        "Global.log_level": "critical",
        "Global.use_cls": False,  # the line classifier turns whole lines into nonsense: 1.70 % CER against 0.00
        "Global.max_side_len": 4096,
        "Det.engine_type": EngineType.OPENVINO,
        "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
        "Det.limit_type": "max",
        "Det.limit_side_len": side,
        "Rec.engine_type": EngineType.OPENVINO,
        "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
    }


def _read(engine: Any, raster: Raster) -> Sequence[Line]:  # Any: rapidocr is typed loosely
    import numpy as np  # noqa: PLC0415 heavy

    rgb = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width, 3)
    found = engine(np.ascontiguousarray(rgb[:, :, ::-1]))
    if found.boxes is None:
        return []
    return [
        Line(text=text, box=_upright(corners.tolist()), confidence=float(score))
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def _upright(corners: list[list[float]]) -> "Box":
    """Return the upright rectangle of a slanted one's width and height, around the same middle.

    The bounds of a slanted line would reach into the lines above and below it.
    """
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    left, right = (ax + dx) / 2, (bx + cx) / 2
    top, bottom = (ay + by) / 2, (cy + dy) / 2
    return (left, top, right, bottom)
