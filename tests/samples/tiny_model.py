"""A language model of 67 kB, written in code: it knows bytes and nothing else, but llama.cpp runs it as any other."""

import random
import struct
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

_WIDTH, _FEED, _HEADS, _CONTEXT, _ALIGNMENT = 32, 32, 2, 2048, 32
_U32, _F32, _STRING, _ARRAY, _I32 = 4, 6, 8, 9, 5

Value = int | float | str | Sequence[int] | Sequence[str]


def write(path: Path) -> Path:
    """Write the weights to *path* in GGUF, the format of llama.cpp."""
    tokens = [*_bytes_as_characters(), "<|im_start|>", "<|im_end|>"]
    tensors = _tensors(len(tokens))
    sizes = [4 * _product(shape) for _, shape in tensors]
    starts = [0, *accumulate(_padded(size) for size in sizes)]
    metadata = _metadata(tokens)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    head += b"".join(_text(name) + _value(value) for name, value in metadata.items())
    for (name, shape), start in zip(tensors, starts, strict=False):
        head += _text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape) + struct.pack("<IQ", 0, start)
    chance = random.Random(1)  # noqa: S311 - the same weights each time, for no secret
    data = b"".join(
        struct.pack(f"<{size // 4}f", *(chance.gauss(0, 0.5) for _ in range(size // 4))).ljust(_padded(size), b"\0")
        for size in sizes
    )
    path.write_bytes(head.ljust(_padded(len(head)), b"\0") + data)
    return path


def _metadata(tokens: Sequence[str]) -> Mapping[str, Value]:
    return {
        "general.architecture": "llama",
        "llama.context_length": _CONTEXT,
        "llama.embedding_length": _WIDTH,
        "llama.block_count": 1,
        "llama.feed_forward_length": _FEED,
        "llama.attention.head_count": _HEADS,
        "llama.attention.head_count_kv": _HEADS,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": _WIDTH // _HEADS,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [1] * (len(tokens) - 2) + [3, 3],
        "tokenizer.ggml.merges": ["a b"],
        "tokenizer.ggml.eos_token_id": len(tokens) - 1,
        "tokenizer.chat_template": "{% for m in messages %}<|im_start|>{{ m.role }} {{ m.content }}<|im_end|>"
        "{% endfor %}<|im_start|>",
    }


def _tensors(vocabulary: int) -> list[tuple[str, tuple[int, ...]]]:
    square = (_WIDTH, _WIDTH)
    names = [f"blk.0.{name}.weight" for name in ("attn_q", "attn_k", "attn_v", "attn_output")]
    feeds = [f"blk.0.{name}.weight" for name in ("ffn_gate", "ffn_up", "ffn_down")]
    norms = ["blk.0.attn_norm.weight", "blk.0.ffn_norm.weight", "output_norm.weight"]
    return [
        ("token_embd.weight", (_WIDTH, vocabulary)),
        *((name, (_WIDTH,)) for name in norms),
        *((name, square) for name in [*names, *feeds]),
    ]


def _bytes_as_characters() -> list[str]:
    """Give each byte the printable character that GPT-2's vocabulary has for it."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value: Value) -> bytes:
    match value:
        case int():
            return struct.pack("<II", _U32, value)
        case float():
            return struct.pack("<If", _F32, value)
        case str():
            return struct.pack("<I", _STRING) + _text(value)
        case _:
            texts = [_text(one) for one in value if isinstance(one, str)]
            numbers = [struct.pack("<i", one) for one in value if isinstance(one, int)]
            kind = _STRING if texts else _I32
            return struct.pack("<IIQ", _ARRAY, kind, len(value)) + b"".join([*texts, *numbers])


def _product(shape: tuple[int, ...]) -> int:
    return shape[0] * (shape[1] if len(shape) > 1 else 1)


def _padded(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT
