"""Cryptographic messages (CMS, RFC 5652): what is signed can be read by anybody, what is encrypted cannot."""

_MARK = bytes.fromhex("2a864886f70d0107")  # of all kinds of content that PKCS #7 defines
_SIGNED = _MARK + b"\x02"
_SEQUENCE, _IDENTIFIER, _CONTENT = 0x30, 0x06, 0xA0
_OCTETS, _OCTETS_IN_PIECES = 0x04, 0x24
_DEEPEST = 20
_REACH = 32  # bytes in which the kind of content is named


def is_message(head: bytes) -> bool:
    """Tell whether a file that begins with *head* is such a message."""
    return head.startswith(b"\x30") and b"\x06\x09" + _MARK in head[:_REACH]


def signed(message: bytes) -> bytes | None:
    """Return what *message* signs: nothing of it where that lies elsewhere, None where it is no signed message."""
    walk = _Walk(message)
    try:
        walk.enter(_SEQUENCE)
        if walk.value(_IDENTIFIER) != _SIGNED:
            return None
        walk.enter(_CONTENT)
        walk.enter(_SEQUENCE)
        walk.skip()  # the version
        walk.skip()  # the algorithms
        return walk.optional_octets()
    except (IndexError, ValueError):
        return None


class _Walk:
    """A walk over elements that may state no length and come in pieces. Raises ``IndexError`` and ``ValueError``."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def enter(self, tag: int) -> None:
        if not self.enters(tag):
            raise ValueError("another element stands here")

    def enters(self, tag: int) -> bool:
        found = self._data[self._at : self._at + 1] == bytes([tag])
        if found:
            self._begin()
        return found

    def optional_octets(self) -> bytes:
        """Read what a sequence of a kind and its content holds: nothing, where it ends behind the kind."""
        if self._data[self._at] != _SEQUENCE:
            raise ValueError("another element stands here")
        _, size = self._begin()
        end = len(self._data) if size is None else self._at + size
        self.skip()
        return self.octets() if self._at < end and self.enters(_CONTENT) else b""

    def value(self, tag: int) -> bytes:
        found, size = self._begin()
        if found != tag or size is None:
            raise ValueError("another element stands here")
        return self._take(size)

    def skip(self, depth: int = 0) -> None:
        _, size = self._begin()
        if size is not None:
            self._take(size)
            return
        while not self._ends():
            self._descend(depth)
            self.skip(depth + 1)

    def octets(self, depth: int = 0) -> bytes:
        tag, size = self._begin()
        if tag == _OCTETS and size is not None:
            return self._take(size)
        if tag != _OCTETS_IN_PIECES:
            raise ValueError("another element stands here")
        self._descend(depth)
        end = None if size is None else self._at + size
        pieces = []
        while self._at < end if end is not None else not self._ends():
            pieces.append(self.octets(depth + 1))
        return b"".join(pieces)

    def _begin(self) -> tuple[int, int | None]:
        """Read a tag and a length, which is none where the element ends with a mark."""
        tag, length = self._data[self._at], self._data[self._at + 1]
        self._at += 2
        if length == 0x80:  # noqa: PLR2004  X.690 8.1.3.6
            return tag, None
        return tag, length if length < 0x80 else int.from_bytes(self._take(length & 0x7F), "big")  # noqa: PLR2004

    def _ends(self) -> bool:
        ends = self._data[self._at : self._at + 2] == b"\0\0"
        self._at += 2 * ends
        return ends

    def _take(self, size: int) -> bytes:
        value = self._data[self._at : self._at + size]
        self._at += size
        return value

    def _descend(self, depth: int) -> None:
        if depth > _DEEPEST or self._at >= len(self._data):
            raise ValueError("its elements nest too deeply, or do not end")
