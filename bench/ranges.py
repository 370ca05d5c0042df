"""Measure what layers of the recognition model take in, channel by channel, from lines of print that are drawn here.

    python bench/ranges.py FONT...

Writes what ``quantisation`` scales by, for the model that rapidocr ships. Every other line is words of the docs, the
rest are letters of the model's alphabet by chance, in those of the FONTs, which are files, that have ideographs.
"""

import hashlib
import random
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from moonshelf.extraction.pages.recognition import networks, quantisation

_DOCS = Path(__file__).parent.parent / "docs"
_EAST_ASIAN = re.compile("[\u3001-\u30ff\u4e00-\u9fff\uff01-\uff5e]")
_LINES = 600
_HEIGHT, _STEP = 48, 64  # pixels, of lines as the model takes them
_WIDTHS = (0.74, 0.9, 1.25)  # of what would be in proportion, as ``ocr`` and ``transcripts`` have them
_DARK_ON_LIGHT = 0.9  # of all lines
_BLUR, _NOISE = 1.2, 12.0  # pixels, levels; at most
_ROOM = 0.07  # of a range, at either end
_MANY = 96 * 96  # weights; in a layer of fewer, integers gain nothing


def main() -> None:
    """Show lines to the model as it ships, and write what its layers took in."""
    model = Path(str(files("rapidocr") / "models" / "PP-OCRv6_rec_small.onnx"))
    network = openvino.Core().read_model(model)
    taken = {one.get_friendly_name(): one.input_value(0) for one in network.get_ordered_ops() if _pays(one)}
    watched = openvino.Model(list(taken.values()), network.get_parameters())
    request = openvino.Core().compile_model(watched, "CPU", {"INFERENCE_PRECISION_HINT": "f32"}).create_infer_request()
    seen: list[list[NDArray[np.float32]]] = []
    for line in _lines(network.get_rt_info()["framework"]["character"].value.splitlines(), sys.argv[1:]):
        request.infer([line])
        seen.append([_extent(request.get_output_tensor(index).data[0]) for index in range(len(taken))])
    ranges = {name: _extents(found) for name, found in zip(taken, zip(*seen, strict=True), strict=True)}
    digest = np.array(hashlib.sha256(model.read_bytes()).hexdigest())
    np.savez_compressed(quantisation.RANGES, allow_pickle=False, model=digest, **ranges)
    print(f"{len(ranges)} layers, {quantisation.RANGES.stat().st_size} bytes")


def _pays(layer: Any) -> bool:  # Any: OpenVINO's models are untyped
    """Say whether *layer* mixes many channels of single pixels, all along a line that is still a picture."""
    if layer.get_type_name() != "Convolution":
        return False
    weights, made = networks.weights(layer), layer.output(0).get_partial_shape()
    return weights.shape[2:] == (1, 1) and weights.size >= _MANY and made[2].get_length() > 1 and made[3].is_dynamic


def _extent(taken: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.stack([taken.min((1, 2)), taken.max((1, 2)), taken.mean((1, 2))])


def _extents(found: Sequence[NDArray[np.float32]]) -> NDArray[np.float16]:
    """Sum up what a layer took in, with room for more: what is cut off costs more letters than what is coarse."""
    least, most, mean = np.stack(found, axis=1)
    low, high = least.min(0), most.max(0)
    room = _ROOM * (high - low)
    return np.stack([low - room, high + room, mean.mean(0)]).astype(np.float16)


def _lines(alphabet: Sequence[str], fonts: Sequence[str]) -> Iterator[NDArray[np.float32]]:
    chance = random.Random(0)  # noqa: S311 nothing is secret here
    words = " ".join(" ".join(page.read_text(encoding="utf-8").split()) for page in sorted(_DOCS.glob("*.md")))
    marks = [letter for letter in alphabet if _EAST_ASIAN.fullmatch(letter)]
    eastern = [one for one in fonts if _has(ImageFont.truetype(one, _HEIGHT), "\u4e00")]
    for number in range(_LINES):
        font = ImageFont.truetype(chance.choice(eastern if number % 2 else fonts), chance.randint(26, 40))
        length, start = chance.randint(4, 80), chance.randrange(len(words) - 100)
        text = "".join(chance.choices(marks, k=length // 2)) if number % 2 else words[start : start + length]
        yield _levels(_printed(text, font, chance), chance)


def _has(font: ImageFont.FreeTypeFont, letter: str) -> bool:
    """Say whether *letter* looks otherwise than what is no letter."""
    return font.getbbox(letter) != font.getbbox("\uffff") or bytes(font.getmask(letter)) != bytes(
        font.getmask("\uffff")
    )


def _printed(text: str, font: ImageFont.FreeTypeFont, chance: random.Random) -> Image.Image:
    """Draw *text* dark on light or light on dark, narrowed or widened as lines are, and not quite sharp."""
    shades = [chance.randint(0, 120), chance.randint(170, 255)]
    ink, paper = shades if chance.random() < _DARK_ON_LIGHT else reversed(shades)
    width = round(font.getlength(text)) + _HEIGHT
    line = Image.new("RGB", (width, _HEIGHT), (paper, paper, paper))
    at = (chance.randint(2, _HEIGHT // 2), _HEIGHT // 2 + chance.randint(-3, 3))
    ImageDraw.Draw(line).text(at, text, (ink, ink, chance.randint(0, 255)), font, anchor="lm")
    fitted = line.resize((max(_STEP, round(width * chance.choice(_WIDTHS))), _HEIGHT), Image.Resampling.BILINEAR)
    return fitted.filter(ImageFilter.GaussianBlur(chance.random() * _BLUR))


def _levels(line: Image.Image, chance: random.Random) -> NDArray[np.float32]:
    """Return *line* as the model takes it, with as much noise as a camera makes."""
    grain = np.random.default_rng(chance.randrange(2**32)).normal(0, chance.random() * _NOISE, (_HEIGHT, line.width, 3))
    levels = np.clip(np.asarray(line, np.float32) + grain, 0, 255) / 127.5 - 1
    fitted = np.zeros((1, 3, _HEIGHT, -(-line.width // _STEP) * _STEP), np.float32)
    fitted[0, ..., : line.width] = levels.transpose(2, 0, 1)[::-1]
    return fitted


if __name__ == "__main__":
    main()
