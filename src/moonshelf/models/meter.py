"""How many tokens an answer took, told from its bytes as they pass by."""

import re
from typing import Final

_TOTAL: Final = re.compile(rb'"total_tokens"\s*:\s*(\d{1,12})')  # inside a text the quotes would be escaped
_DONE: Final = re.compile(rb"\ndata: ?\[DONE\]")  # inside a text the line's end would be escaped
_DONE_REACH: Final = 16  # bytes, in which it stands
_TAIL: Final = 16 * 1024  # usage stands at the end of an answer, and of a stream
_BYTES_A_TOKEN: Final = 4


class Meter:
    """Reads what the model server says of usage; where it says nothing, an event of a stream is a token."""

    def __init__(self) -> None:
        self._events = 0
        self._size = 0
        self._tail = bytearray(b"\n")  # the first event begins a line too
        self._ended = False

    def pass_by(self, chunk: bytes) -> None:
        """See the next bytes of the answer."""
        self._size += len(chunk)
        self._events += chunk.count(b"data:")
        before = max(0, len(self._tail) - _DONE_REACH)
        self._tail += chunk
        self._ended = self._ended or _DONE.search(self._tail, before) is not None
        if len(self._tail) > 2 * _TAIL:
            del self._tail[:-_TAIL]

    def ended(self) -> bool:
        """Tell whether the caller takes what was seen for the whole of a stream."""
        return self._ended

    def total(self, *, prompt: int) -> int:
        """Return the tokens of question and answer together; *prompt* is the estimate of the question."""
        if stated := _TOTAL.findall(self._tail):
            return int(stated[-1])
        return prompt + (self._events or self._size // _BYTES_A_TOKEN)
