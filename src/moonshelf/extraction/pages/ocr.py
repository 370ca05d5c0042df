"""The recogniser: lines of text in pixels, read by PP-OCRv6 on OpenVINO.

Its models ship inside the ``rapidocr`` package and are named by path, so nothing is ever downloaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from moonshelf.extraction.facts import Line, Raster, Recognise

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from moonshelf.extraction.document import Box

Speed = Literal["fast", "accurate"]


@dataclass(frozen=True, slots=True)
class _Pace:
    """How much is looked at. Reading the lines takes four fifths of the time, in proportion to their width."""

    side: int  # longest side, in pixels, of the picture in which lines are looked for
    width: float  # of a line as it is read, of what it would be with its sides in proportion


_PACE: dict[Speed, _Pace] = {"fast": _Pace(960, 0.68), "accurate": _Pace(1440, 0.9)}
"""Measured on English and Chinese pages: narrower than 0.65 letters run together, and every tenth word is lost."""

_HEIGHT = 48  # pixels, of the lines that the model was trained on
_STEP = 64  # pixels: OpenVINO compiles for each width anew, so there are few of them
_LEAST_CONFIDENCE = 0.5
_STRIP = 8  # times as wide as high


def load(speed: Speed) -> Recognise:
    """Load the models, which takes about two seconds and 0.5 GB, and return the function that uses them.

    The first picture of each size costs some seconds more, because OpenVINO compiles for shapes as they come.
    """
    from rapidocr import RapidOCR  # noqa: PLC0415 heavy: OpenVINO, OpenCV and the models

    pace = _PACE[speed]
    engine = RapidOCR(params=_parameters(pace.side))
    detector = engine._load_det_model()  # type: ignore[no-untyped-call]  # noqa: SLF001 rapidocr offers no other way
    reader = engine._load_rec_model()  # type: ignore[no-untyped-call]  # noqa: SLF001 as above

    def recognise(raster: Raster) -> Sequence[Line]:
        picture, above = _roomy(_picture(raster))
        found = detector(picture)
        if found.boxes is None:
            return []
        lines: list[Line] = []
        for corners, crop in zip(found.boxes, engine.crop_text_regions(picture, found.boxes), strict=True):
            text, confidence = _line(reader, crop, pace.width)
            if text.strip() and confidence >= _LEAST_CONFIDENCE:
                left, top, right, bottom = _upright(corners.tolist())
                lines.append(Line(text, (left, top - above, right, bottom - above), confidence))
        return lines

    return recognise


def _parameters(side: int) -> dict[str, object]:
    from rapidocr import EngineType  # noqa: PLC0415 heavy: OpenVINO and OpenCV

    models = files("rapidocr") / "models"
    return {
        "Global.log_level": "critical",
        "Det.engine_type": EngineType.OPENVINO,
        "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
        "Det.limit_type": "max",
        "Det.limit_side_len": side,
        "Rec.engine_type": EngineType.OPENVINO,
        "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
    }


def _picture(raster: Raster) -> "NDArray[np.uint8]":
    """Return the pixels as OpenCV has them: blue first."""
    import numpy as np  # noqa: PLC0415 heavy

    rgb = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width, 3)
    return np.ascontiguousarray(rgb[:, :, ::-1])


def _roomy(picture: "NDArray[np.uint8]") -> tuple["NDArray[np.uint8]", int]:
    """Give a strip of few lines some paper above and below, where its lines would not be found; and say how much."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    height, width = picture.shape[:2]
    if height * _STRIP >= width and height >= _HEIGHT:
        return picture, 0
    room = max(_HEIGHT, (width // _STRIP - height) // 2)
    return np.asarray(cv2.copyMakeBorder(picture, room, room, 0, 0, cv2.BORDER_REPLICATE), np.uint8), room


def _line(reader: Any, crop: "NDArray[np.uint8]", width: float) -> tuple[str, float]:  # Any: rapidocr is untyped
    """Read one line by itself: in a batch, all are as wide as the widest, and what they read depends on it."""
    text, confidence = reader.postprocess_op(
        reader.session(_fitted(crop, width)), return_word_box=False, wh_ratio_list=[1.0], max_wh_ratio=1.0
    )[0][0]
    return str(text), float(confidence)


def _fitted(crop: "NDArray[np.uint8]", width: float) -> "NDArray[np.float32]":
    """Return *crop* as the model takes it: of its height, narrowed to *width*, levels from -1 to 1, grey at the end."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    across = max(1, round(_HEIGHT * crop.shape[1] / crop.shape[0] * width))
    way = cv2.INTER_AREA if crop.shape[1] > across else cv2.INTER_LINEAR
    sized = cv2.resize(crop, (across, _HEIGHT), interpolation=way)
    fitted = np.zeros((1, 3, _HEIGHT, -(-across // _STEP) * _STEP), np.float32)
    fitted[0, :, :, :across] = sized.transpose(2, 0, 1) / 127.5 - 1
    return fitted


def _upright(corners: list[list[float]]) -> "Box":
    """Return the upright rectangle of a slanted one's width and height, around the same middle.

    The bounds of a slanted line would reach into the lines above and below it.
    """
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    left, right = (ax + dx) / 2, (bx + cx) / 2
    top, bottom = (ay + by) / 2, (cy + dy) / 2
    return (left, top, right, bottom)
