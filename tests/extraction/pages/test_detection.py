"""Lines are found in a picture by the detector as it ships, whatever is done to compute it sooner."""

from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from moonshelf.extraction.pages.recognition import detection

_WIDTH, _HEIGHT = 640, 320  # whole steps of the model, so that the picture is looked at as it is


def test_lines_lie_to_the_pixel_where_the_model_as_it_ships_finds_them() -> None:
    import openvino  # noqa: PLC0415 heavy
    from rapidocr.ch_ppocr_det.utils import DBPostProcess  # noqa: PLC0415 heavy

    page = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    for row, words in enumerate(["A heading", "Words of a line,", "and more of them below"]):
        ImageDraw.Draw(page).text((40 + 90 * row, 30 + 90 * row), words, fill="black", font=ImageFont.load_default(32))
    picture = np.asarray(page)
    model = Path(str(files("rapidocr") / "models" / "PP-OCRv6_det_small.onnx"))
    shipped = openvino.Core().compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": "1"})
    levels = picture.transpose(2, 0, 1)[None].astype(np.float32) / 127.5 - 1
    outline = DBPostProcess(thresh=0.3, box_thresh=0.5, unclip_ratio=1.6, use_dilation=True)
    expected, _ = outline(shipped([levels])[0], (_HEIGHT, _WIDTH))
    found = detection.load(model, _WIDTH)(picture)
    assert len(found) == 3
    assert sorted(found.tolist()) == sorted(expected.tolist())
