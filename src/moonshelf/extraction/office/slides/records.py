"""Records of PowerPoint 97-2003 presentations ([MS-PPT] 2.3.1) and the directory that finds them."""

import re
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec

from moonshelf.errors import CorruptDocument, EncryptedDocument

_HEAD = struct.Struct("<HHI")
_HEADER = _HEAD.size
CONTAINER = 0xF
"""The version of a record that holds others, in the lowest bits of its head; above them stands its instance."""
_ENCRYPTED_TOKEN = 0xF3D1C4DF
_MOST_EDITS = 10_000
_SHORTEST_EDIT, _ENCRYPTED_EDIT = 28, 32  # bytes of a UserEditAtom; the longer ones name an encryption session
_EDIT = re.compile(rb"\0\0\xf5\x0f[\x1c\x20]\0\0\0")  # its head


class Type:
    """Record types that hold what a reader is told ([MS-PPT] 2.13.24, [MS-ODRAW] 2.2).

    They are no enumeration: thousands of records are compared with them, by plain numbers four times as fast.
    """

    DOCUMENT: Final = 0x03E8
    DOCUMENT_ATOM: Final = 0x03E9
    SLIDE: Final = 0x03EE
    SLIDE_ATOM: Final = 0x03EF
    NOTES: Final = 0x03F0
    SLIDE_PERSIST: Final = 0x03F3
    SHOW_INFO: Final = 0x03F9
    DRAWING_GROUP: Final = 0x040B
    DRAWING: Final = 0x040C
    FONTS: Final = 0x07D5
    PLACEHOLDER: Final = 0x0BC3
    OUTLINE_REFERENCE: Final = 0x0F9E
    TEXT_HEADER: Final = 0x0F9F
    TEXT_CHARS: Final = 0x0FA0
    TEXT_STYLE: Final = 0x0FA1
    TEXT_BYTES: Final = 0x0FA8
    NUMBERS: Final = 0x0FAC
    FONT: Final = 0x0FB7
    STRING: Final = 0x0FBA
    HEADERS_FOOTERS: Final = 0x0FD9
    OBJECT: Final = 0x1011
    SLIDE_LIST: Final = 0x0FF0
    USER_EDIT: Final = 0x0FF5
    PROGRAM_TAGS: Final = 0x1388
    TAG_DATA: Final = 0x138B  # an atom, of records all the same
    COMMENT: Final = 0x2EE0
    GROUP: Final = 0xF003
    SHAPE: Final = 0xF004
    OPTIONS: Final = 0xF00B
    TEXT_BOX: Final = 0xF00D
    CHILD_ANCHOR: Final = 0xF00F
    CLIENT_ANCHOR: Final = 0xF010
    CLIENT_DATA: Final = 0xF011
    BLIP_ENTRY: Final = 0xF007
    SHAPE_ATOM: Final = 0xF00A
    GROUP_COORDINATES: Final = 0xF009
    TABLE_OPTIONS: Final = 0xF122


class Record(msgspec.Struct, gc=False):
    """One record: a container of others, or an atom of bytes."""

    stream: bytes
    head: int
    kind: int
    start: int  # of its content
    end: int

    @property
    def own(self) -> "Head":
        """What it says beside its stream."""
        return self.head, self.kind, self.start, self.end

    @property
    def instance(self) -> int:
        """What tells records of one kind apart."""
        return self.head >> 4

    @property
    def container(self) -> bool:
        """Whether it holds records."""
        return self.head & 0xF == CONTAINER

    @property
    def content(self) -> bytes:
        """The bytes of an atom."""
        return self.stream[self.start : self.end]

    def children(self, *kinds: int) -> "list[Record]":
        """Return the records directly inside, those of *kinds* if any are named.

        They are looked for anew each time: to keep them costs more than the few times that one record is asked.
        """
        stream = self.stream
        return [Record(stream, *one) for one in heads(stream, self.own) if not kinds or one[1] in kinds]

    def parts(self, kinds: Collection[int]) -> "Parts":
        """Return the records of these *kinds* directly inside, by these."""
        stream, found = self.stream, dict[int, list[Record]]()
        for one in heads(stream, self.own):
            if one[1] in kinds:
                found.setdefault(one[1], []).append(Record(stream, *one))
        return found

    def first(self, kind: int) -> "Record | None":
        """Return the first child of a *kind*."""
        return next(iter(self.children(kind)), None)

    def below(self, kind: int) -> "Iterator[Record]":
        """Yield all records of a *kind* inside, however deep, in order, without looking into them."""
        stream = self.stream
        if stream.find(kind.to_bytes(2, "little"), self.start, self.end) < 0:
            return  # as in most: nothing has to be looked through
        waiting = heads(stream, self.own)[::-1]
        while waiting:
            one = waiting.pop()
            if one[1] == kind:
                yield Record(stream, *one)
            else:
                waiting += heads(stream, one)[::-1]


Parts = Mapping[int, Sequence[Record]]
"""What a record holds, by kinds."""

Head = tuple[int, int, int, int]
"""What a ``Record`` says beside its stream, in that order. A slide has hundreds of records, of which few are kept."""


def heads(stream: bytes, holder: Head) -> list[Head]:
    """Return the heads of the records directly inside *holder*; what is cut off ends them."""
    head, kind, start, whole = holder
    found: list[Head] = []
    if head & 0xF != CONTAINER:
        return found
    unpack, last, at = _HEAD.unpack_from, whole - _HEADER, start
    while at <= last:
        head, kind, length = unpack(stream, at)
        start = at + _HEADER
        at = start + length
        found.append((head, kind, start, at))
    if at > whole and found:
        found[-1] = head, kind, start, whole
    return found


def by_kind(stream: bytes, holder: Head) -> dict[int, Head]:
    """Return the last of each kind of these heads."""
    return {one[1]: one for one in heads(stream, holder)}


def record(stream: bytes, at: int) -> Record:
    """Read the record that starts at *at*."""
    head, kind, length = _HEAD.unpack_from(stream, at)
    start = at + _HEADER
    return Record(stream, head, kind, start, min(start + length, len(stream)))


class Persisted:
    """The objects of a presentation by number; of those saved again and again, the latest."""

    def __init__(self, stream: bytes, current_user: bytes) -> None:
        """Read all edits. Raises ``EncryptedDocument``, and ``CorruptDocument`` where there is none."""
        token, last = struct.unpack_from("<II", current_user, _HEADER + 4)
        if token == _ENCRYPTED_TOKEN:
            raise EncryptedDocument
        self._stream = stream
        self._offsets: dict[int, int] = {}
        self._document = -1
        self.in_order = True  # as it says itself which edit came after which
        for edit in self._edits(last):
            self._read(edit)
        if self._document < 0:
            raise CorruptDocument("it holds no edit")

    def document(self) -> Record:
        """Return the record of the document itself."""
        found = self.get(self._document)
        if found is None or found.kind != Type.DOCUMENT:
            raise CorruptDocument("its last edit names no document")
        return found

    def get(self, number: int) -> Record | None:
        """Return the object *number*, if there is one."""
        return self._at(self._offsets.get(number, -1))

    def all(self, kind: int) -> Iterator[Record]:
        """Yield the objects of a *kind*."""
        for number in sorted(self._offsets):
            if (found := self.get(number)) is not None and found.kind == kind:
                yield found

    def _edits(self, at: int) -> list[Record]:
        """Return the edits, the last first: each names the one before it; where that is none, as they stand."""
        chain: dict[int, Record] = {}
        while at not in chain and len(chain) < _MOST_EDITS and (edit := self._edit(at)):
            chain[at] = edit
            at = int.from_bytes(edit.content[8:12], "little")
            if not at:
                return list(chain.values())
        self.in_order = False
        places = [one.start() for one in islice(_EDIT.finditer(self._stream), _MOST_EDITS)]
        others = (self._edit(place) for place in reversed(places) if place not in chain)
        return [*chain.values(), *filter(None, others)]

    def _edit(self, at: int) -> Record | None:
        edit = self._at(at)
        return edit if edit and edit.kind == Type.USER_EDIT and edit.end - edit.start >= _SHORTEST_EDIT else None

    def _read(self, edit: Record) -> None:
        if edit.end - edit.start >= _ENCRYPTED_EDIT and struct.unpack_from("<I", edit.content, 28)[0]:
            raise EncryptedDocument
        directory, document = struct.unpack_from("<12xII", edit.content)
        if self._document < 0:
            self._document = document
        if listed := self._at(directory):
            self._list(listed.content)

    def _at(self, offset: int) -> Record | None:
        return record(self._stream, offset) if 0 <= offset <= len(self._stream) - _HEADER else None

    def _list(self, directory: bytes) -> None:
        at = 0
        while at + 4 <= len(directory):
            (head,) = struct.unpack_from("<I", directory, at)
            first, count = head & 0xFFFFF, head >> 20
            offsets = struct.unpack_from(f"<{min(count, (len(directory) - at - 4) // 4)}I", directory, at + 4)
            for place, offset in enumerate(offsets):
                self._offsets.setdefault(first + place, offset)
            at += 4 + 4 * count
