"""AES as Office deciphers its packages with it (FIPS 197): many blocks of 16 bytes at once."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

BLOCK = 16
"""Bytes of a block, whatever the key."""

_AT_ONCE = 1 << 20  # bytes: what is in the works takes some times as much
_REDUCING = 0x11B  # x^8 + x^4 + x^3 + x + 1
_UNMIXING = (14, 11, 13, 9)
_SHIFTED = [(place - 4 * (place % 4)) % BLOCK for place in range(BLOCK)]  # rows, which stand in every fourth byte


def deciphered(content: bytes, key: bytes) -> bytes:
    """Return the blocks of *content*, each by itself, in the clear; a *key* has 16, 24 or 32 bytes."""
    import numpy as np  # noqa: PLC0415 heavy: for few files

    keys = np.frombuffer(_expanded(key), np.uint8).reshape(-1, BLOCK)
    blocks = np.frombuffer(content, np.uint8).reshape(-1, BLOCK)
    step = _AT_ONCE // BLOCK
    return b"".join(_blocks(blocks[at : at + step], keys).tobytes() for at in range(0, len(blocks), step))


def unchained(content: bytes, key: bytes, before: bytes) -> bytes:
    """Return *content* in the clear, to which *before* was added: to each block the one before it, mostly."""
    clear = int.from_bytes(deciphered(content, key), "little") ^ int.from_bytes(before, "little")
    return clear.to_bytes(len(content), "little")


def _blocks(blocks: "Bytes", keys: "Bytes") -> "Bytes":
    import numpy as np  # noqa: PLC0415 heavy: for few files

    _, inverse = _substitutions()
    back = np.frombuffer(inverse, np.uint8)
    unmixed = [np.frombuffer(table, np.uint32) for table in _columns()]
    state: Bytes = blocks ^ keys[-1]
    for number in range(len(keys) - 2, -1, -1):
        state = back.take(state.take(_SHIFTED, axis=1)) ^ keys[number]
        if number:
            first, second, third, fourth = (table.take(state[:, row::4]) for row, table in enumerate(unmixed))
            state = (first ^ second ^ third ^ fourth).view(np.uint8)
    return state


def _expanded(key: bytes) -> bytes:
    """Return the keys of all rounds, one after the other."""
    substituted, _ = _substitutions()
    words, size, constant = [key[at : at + 4] for at in range(0, len(key), 4)], len(key) // 4, 1
    for place in range(size, 4 * (size + 7)):
        word = words[-1]
        if place % size == 0:
            word = (word[1:] + word[:1]).translate(substituted)
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = _product(constant, 2)
        elif place % size == 4 and size > 6:  # noqa: PLR2004 - as the standard has it for keys of 256 bits
            word = word.translate(substituted)
        words.append(bytes(one ^ other for one, other in zip(word, words[-size], strict=True)))
    return b"".join(words)


@cache
def _substitutions() -> tuple[bytes, bytes]:
    """Return what stands for each byte, and the way back."""
    there = bytearray(256)
    for one in range(256):
        inverted = next((other for other in range(256) if _product(one, other) == 1), 0)
        shifted = inverted ^ inverted << 1 ^ inverted << 2 ^ inverted << 3 ^ inverted << 4
        there[one] = (shifted & 0xFF) ^ shifted >> 8 ^ 0x63
    back = bytearray(256)
    for one, other in enumerate(there):
        back[other] = one
    return bytes(there), bytes(back)


@cache
def _columns() -> list[bytes]:
    """Return for each row what its bytes make of a column: four bytes for each."""
    factors = [[_UNMIXING[(row - other) % 4] for other in range(4)] for row in range(4)]
    return [bytes(_product(one, by) for one in range(256) for by in each) for each in factors]


def _product(one: int, other: int) -> int:
    """Multiply in the field of 256 elements."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 0x100:
            one ^= _REDUCING
        other >>= 1
    return product
