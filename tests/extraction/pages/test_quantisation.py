"""The recognition model computes in integers where that is quick, and reads the same."""

import hashlib
from importlib.resources import files
from pathlib import Path

import numpy as np
import openvino
import pytest
from openvino import opset13 as ops
from PIL import Image, ImageDraw, ImageFont

from moonshelf.extraction.pages import pixels
from moonshelf.extraction.pages.recognition import quantisation, transcripts

_MODEL = Path(str(files("rapidocr") / "models" / "PP-OCRv6_rec_small.onnx"))
_SENTENCES = ["The quick brown fox jumps over", "the lazy dog, 1,234 times a day.", "Invoice no. 2026-118: 50 % more!"]


def _line(words: str) -> "pixels.Picture":
    picture = Image.new("RGB", (720, 60), "white")
    ImageDraw.Draw(picture).text((12, 8), words, fill="black", font=ImageFont.load_default(40))
    return np.asarray(picture)


def _rounded_layers(network: openvino.Model) -> int:
    layers = (one for one in network.get_ops() if one.get_type_name() == "Convolution")
    return sum(one.input_value(0).get_node().get_type_name() == "FakeQuantize" for one in layers)


def _small(folder: Path, layer_name: str = "mixed") -> Path:
    """Write a model of one layer, which mixes two channels into one and adds a bias."""
    given = ops.parameter([1, 2, 1, -1], np.float32)
    layer = ops.convolution(given, np.array([[[[2.52]], [[-0.5]]]], np.float32), [1, 1], [0, 0], [0, 0], [1, 1])
    layer.set_friendly_name(layer_name)
    model = openvino.Model([ops.add(layer, np.full((1, 1, 1, 1), 7, np.float32))], [given])
    openvino.save_model(model, folder / "model.xml", compress_to_fp16=False)
    return folder / "model.xml"


def _ranges(folder: Path, model: Path) -> Path:
    """Write what the channels of a small model hold: as unlike as can be, and whole units at the mean."""
    extents = np.array([[-1, 100], [-1 + 255 / 128, 610], [0, 300]], np.float16)
    np.savez(folder / "ranges.npz", model=np.array(hashlib.sha256(model.read_bytes()).hexdigest()), mixed=extents)
    return folder / "ranges.npz"


def test_the_ranges_are_those_of_the_model_that_ships() -> None:
    network = openvino.Core().read_model(_MODEL)
    quantisation.quantise(network, _MODEL)
    assert _rounded_layers(network) == 26


def test_lines_are_read_in_integers_as_without(monkeypatch: pytest.MonkeyPatch) -> None:
    read = {}
    for pays in (False, True):
        monkeypatch.setattr(quantisation, "pays", lambda _, pays=pays: pays)
        read[pays] = transcripts.load(_MODEL, transcripts.Care(width=0.9, sure=0.0))([*map(_line, _SENTENCES)])
    assert ["".join(one.letters) for one in read[True]] == ["".join(one.letters) for one in read[False]] == _SENTENCES
    for rounded, plain in zip(read[True], read[False], strict=True):
        assert rounded != plain  # or it was not computed otherwise
        assert rounded.confidence == pytest.approx(plain.confidence, abs=0.02)


def test_a_layer_makes_of_whole_numbers_what_it_made_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = _small(tmp_path)
    monkeypatch.setattr(quantisation, "RANGES", _ranges(tmp_path, model))
    network = openvino.Core().read_model(model)
    quantisation.quantise(network, model)
    given = np.array([[0, -1, 0.5, 0.99], [300, 100, 251, 610]], np.float32).reshape(1, 2, 1, 4)
    made = openvino.Core().compile_model(network, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})([given])[0].ravel()
    expected = 2.52 * given[0, 0, 0] - given[0, 1, 0] / 2 + 7
    assert made == pytest.approx(expected, abs=1.5)  # half a unit of each weight and each number, at most
    assert made[0] == pytest.approx(expected[0], abs=0.01)  # at the mean nothing is lost


def test_a_model_without_ranges_stays_as_it_is(tmp_path: Path) -> None:
    model = _small(tmp_path, layer_name="Conv.8")  # as one of the model that ships is named
    network = openvino.Core().read_model(model)
    quantisation.quantise(network, model)
    assert not _rounded_layers(network)


@pytest.mark.parametrize(
    ("flags", "pays"),
    [
        ({"avx2", "avx512f", "avx512_vnni", "avx512_bf16"}, True),
        ({"avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "amx_int8"}, False),
        ({"avx2", "avx512f"}, False),
        (set(), False),
    ],
)
def test_integers_are_for_processors_that_multiply_them_soonest(flags: set[str], pays: bool) -> None:  # noqa: FBT001
    assert quantisation.pays(flags) is pays
