"""The recogniser: lines of text in pixels, found and read by PP-OCRv6 on OpenVINO.

Its models ship inside the ``rapidocr`` package and are named by path, so nothing is ever downloaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from moonshelf.extraction.pages.recognition import detection, pieces, spacing, transcripts
from moonshelf.extraction.tools import Line, Raster, Recognise

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from moonshelf.extraction.document import Box

Speed = Literal["fast", "accurate"]


@dataclass(frozen=True, slots=True)
class _Pace:
    """How much is looked at. Reading the lines takes four fifths of the time."""

    side: int  # longest side, in pixels, of the picture in which lines are looked for
    care: transcripts.Care


_PACE: dict[Speed, _Pace] = {
    "fast": _Pace(960, transcripts.Care(width=0.74, sure=0.97)),
    "accurate": _Pace(1440, transcripts.Care(width=0.9, sure=0.98)),
}
"""Measured on 1,522 lines of English and Chinese pages, 65,955 letters, against what most of three wide readings say.
With a second look, wrong letters are 0.126 % at 0.68, 0.091 % at 0.74 for 1.06 times the pixels, 0.070 % at 0.8 for
1.14 and 0.035 % at 0.9 for 1.36. Most are double letters, of which a narrow reading leaves one."""

_LEAST_HEIGHT = 48  # pixels
_STRIP = 8  # times as wide as high
_UPRIGHT = 1.5  # times as high as wide; such a line is read from the side


def load(speed: Speed) -> Recognise:
    """Load the models, which takes about two seconds and 0.5 GB, and return the function that uses them.

    Threads may use it side by side: lines are looked for in one picture at a time, and read in several.

    The first picture of each size costs some seconds more, because OpenVINO compiles for shapes as they come.
    """
    pace = _PACE[speed]
    detect = detection.load(_model("det"), pace.side)
    transcribe = transcripts.load(_model("rec"), pace.care)

    def recognise(raster: Raster) -> Sequence[Line]:
        picture, above = _roomy(_picture(raster))
        boxes = detect(picture)
        crops = [_cropped(picture, corners) for corners in boxes]
        lines: list[Line] = []
        for corners, crop, read in zip(boxes, crops, transcribe(crops), strict=True):
            left, top, right, bottom = _upright(corners.tolist())
            box = (left, top - above, right, bottom - above)
            if bottom - top > right - left:  # read from the side
                lines.append(Line(spacing.spaced(read, crop), box, read.confidence))
            else:
                lines += [_line(piece, box) for piece in pieces.cut(read, crop)]
        return lines

    return recognise


def _model(kind: str) -> Path:
    return Path(str(files("rapidocr") / "models" / f"PP-OCRv6_{kind}_small.onnx"))


def _picture(raster: Raster) -> "NDArray[np.uint8]":
    import numpy as np  # noqa: PLC0415 heavy

    return np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width, 3)


def _roomy(picture: "NDArray[np.uint8]") -> tuple["NDArray[np.uint8]", int]:
    """Give a strip of few lines some paper above and below, where its lines would not be found; and say how much."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    height, width = picture.shape[:2]
    if height * _STRIP >= width and height >= _LEAST_HEIGHT:
        return picture, 0
    room = max(_LEAST_HEIGHT, (width // _STRIP - height) // 2)
    return np.asarray(cv2.copyMakeBorder(picture, room, room, 0, 0, cv2.BORDER_REPLICATE), np.uint8), room


def _cropped(picture: "NDArray[np.uint8]", corners: "NDArray[np.float32]") -> "NDArray[np.uint8]":
    """Return the line between *corners*, from the upper left on clockwise, so that it lies level."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    along, down = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1).reshape(2, 2).max(axis=0).astype(int)
    level = np.array([[0, 0], [along, 0], [along, down], [0, down]], np.float32)
    turn = cv2.getPerspectiveTransform(corners, level)
    line = cv2.warpPerspective(picture, turn, (int(along), int(down)), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.rot90(line) if down >= _UPRIGHT * along else line, np.uint8)


def _line(piece: pieces.Piece, box: "Box") -> Line:
    left, top, right, bottom = box
    part = (left + piece.left * (right - left), top, left + piece.right * (right - left), bottom)
    return Line(spacing.spaced(piece.transcript, piece.picture), part, piece.transcript.confidence)


def _upright(corners: list[list[float]]) -> "Box":
    """Return the upright rectangle of a slanted one's width and height, around the same middle.

    The bounds of a slanted line would reach into the lines above and below it.
    """
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    left, right = (ax + dx) / 2, (bx + cx) / 2
    top, bottom = (ay + by) / 2, (cy + dy) / 2
    return (left, top, right, bottom)
