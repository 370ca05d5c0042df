"""Lines are decoded from scores, whatever their sign, with the odds that a softmax would give."""

from pathlib import Path

import numpy as np
import openvino
import pytest
from openvino import opset13 as ops

from moonshelf.extraction.pages.recognition import transcripts

_CARE = transcripts.Care(width=1.0, sure=0.0)


def _model(folder: Path, letters: str, scores: list[float]) -> Path:
    """Write a model that gives each step the same *scores*: of no letter, of the *letters* and of a space."""
    line = ops.parameter([-1, 3, 48, -1], np.float32, name="x")
    steps = ops.avg_pool(line, [48, 8], [0, 0], [0, 0], [48, 8], exclude_pad=False)
    level = ops.multiply(ops.reduce_mean(steps, np.array([1, 2]), keep_dims=False), np.float32(0))
    none = np.zeros((1, len(scores)), np.float32)
    product = ops.matmul(ops.unsqueeze(level, np.array(2)), none, transpose_a=False, transpose_b=False)
    given = ops.add(product, np.array(scores, np.float32))
    model = openvino.Model([ops.softmax(given, 2)], [line], "constant")
    model.set_rt_info("\n".join(letters), ["framework", "character"])
    openvino.save_model(model, folder / "model.xml", compress_to_fp16=False)
    return folder / "model.xml"


@pytest.mark.parametrize("least", [18.0, 4.0, -4.0, -1.0])
def test_the_likeliest_letter_is_found_with_its_odds(tmp_path: Path, least: float) -> None:
    scores = [least, least + 2, least + 0.5, least]
    read = _read(_model(tmp_path, "ab", scores))
    assert read.letters == ("a",)
    assert read.confidence == pytest.approx(np.exp(scores[1]) / np.exp(scores).sum(), rel=0.01)


def test_an_ideograph_is_read_where_no_letter_that_is_scored_first_is_clear(tmp_path: Path) -> None:
    assert _read(_model(tmp_path, "a漢", [2.0, 12.0, 20.0, 2.0])).letters == ("漢",)


def _read(model: Path) -> transcripts.Transcript:
    (read,) = transcripts.load(model, _CARE)([np.full((48, 128, 3), 255, np.uint8)])
    return read
