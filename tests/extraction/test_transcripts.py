"""Lines are decoded from scores, whatever their sign, with the odds that a softmax would give."""

from pathlib import Path

import numpy as np
import openvino
import pytest
from openvino import opset13 as ops

from moonshelf.extraction.pages import transcripts

_CARE = transcripts.Care(width=1.0, sure=0.0)


def _model(folder: Path, scores: list[float]) -> Path:
    """Write a model that gives each step the same *scores*: of no letter, of a, of b and of a space."""
    line = ops.parameter([-1, 3, 48, -1], np.float32, name="x")
    steps = ops.avg_pool(line, [48, 8], [0, 0], [0, 0], [48, 8], exclude_pad=False)
    level = ops.multiply(ops.reduce_mean(steps, np.array([1, 2]), keep_dims=False), np.float32(0))
    given = ops.add(ops.unsqueeze(level, np.array(2)), np.array([[scores]], np.float32))
    model = openvino.Model([ops.softmax(given, 2)], [line], "constant")
    model.set_rt_info("a\nb", ["framework", "character"])
    openvino.save_model(model, folder / "model.xml", compress_to_fp16=False)
    return folder / "model.xml"


@pytest.mark.parametrize("least", [4.0, -4.0, -1.0])
def test_the_likeliest_letter_is_found_with_its_odds(tmp_path: Path, least: float) -> None:
    scores = [least, least + 2, least + 0.5, least]
    (read,) = transcripts.load(_model(tmp_path, scores), _CARE)([np.full((48, 128, 3), 255, np.uint8)])
    assert read.letters == ("a",)
    assert read.confidence == pytest.approx(np.exp(scores[1]) / np.exp(scores).sum(), rel=0.01)
