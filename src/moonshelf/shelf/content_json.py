"""The JSON that Kimi answers as a file's content, made of its Markdown piece by piece."""

import codecs
import json
from collections.abc import Iterator, Mapping
from io import SEEK_END
from typing import BinaryIO, Final, Self

_PIECE: Final = 2**20  # bytes of Markdown; whatever its length, memory holds a few of them
_LONG: Final = 4 * _PIECE


class ContentJson:
    """That JSON (wire.md 2.4) over an open file of Markdown, which it owns; a ``with`` block closes it."""

    def __init__(self, markdown: BinaryIO, told: Mapping[str, str]) -> None:
        """*told* stands after the content, in the order of its keys."""
        self._markdown = markdown
        self._rest = f",{_json(told)[1:]}".encode(errors="replace")

    @property
    def long(self) -> bool:
        """Whether it is better sent as it is made than held."""
        return self._markdown.seek(0, SEEK_END) > _LONG

    def size(self) -> int:
        """Count its bytes, by making it once."""
        return sum(map(len, self.pieces()))

    def pieces(self) -> Iterator[bytes]:
        """Make it: keys in order, no spaces, nothing escaped that need not be."""
        self._markdown.seek(0)
        yield b'{"content":"'
        for text in codecs.iterdecode(iter(lambda: self._markdown.read(_PIECE), b""), "utf-8"):
            yield _json(text)[1:-1].encode()
        yield b'"' + self._rest

    def whole(self) -> bytes:
        """Make it in memory."""
        return b"".join(self.pieces())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._markdown.close()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
