"""TNEF, in which Outlook sends what mail has no words for, as ``winmail.dat`` ([MS-OXTNEF])."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from moonshelf.extraction.containers import compound_file
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.mail import outlook
from moonshelf.extraction.mail.properties import EPOCH, Item
from moonshelf.extraction.mail.property_lists import Names, Reading, Values
from moonshelf.extraction.office.ole.streams import faults
from moonshelf.extraction.tools import Tools

_SIGNATURE, _HEADER = b"\x78\x9f\x3e\x22", 6
_PROPERTIES, _RECIPIENTS, _CODE_PAGE = 0x00069003, 0x00069004, 0x00069007
_ATTACHMENT_BEGINS, _ATTACHMENT_PROPERTIES, _FILE = 0x00069002, 0x00069005, 0x0006800F
_FROM, _SENT = 0x00008000, 0x00038005
_TEXTS = {0x00018004: 0x0037, 0x0002800C: 0x1000, 0x00078008: 0x001A}  # subject, body and class of a message
_TITLE = 0x00018010  # of an attachment
_OBJECT = 16  # bytes before a message that is attached: what kind of object it is
_TICKS = 10_000_000  # in a second


class Encapsulated:
    """A message, recipient or attachment: its properties, and what older attributes say where these are silent."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._values = Values()
        self.fixed = self._values.fixed
        self._below: dict[str, list[Encapsulated]] = {"recip": [], "attach": []}

    def stream(self, identifier: int, kind: str) -> bytes | None:
        """Return a property of any length."""
        return self._values.long.get((identifier, kind))

    def below(self, kind: str) -> "Iterator[Encapsulated]":
        """Yield recipients or attachments in the order of the stream."""
        return iter(self._below[kind])

    def embedded(self) -> "Encapsulated | None":
        """Return the message that is attached, where one is."""
        content = self._values.long.get((0x3701, "000D"), b"")[_OBJECT:]
        return parsed(content, self._names) if content.startswith(_SIGNATURE) else None

    def take(self, identifier: int, content: bytes) -> None:
        """Take an attribute of the stream; those of attachments belong to the one that began last."""
        attachments = self._below["attach"]
        if identifier == _ATTACHMENT_BEGINS:
            attachments.append(Encapsulated(self._names))
        elif identifier in (_ATTACHMENT_PROPERTIES, _FILE, _TITLE) and attachments:
            attachments[-1].take_own(identifier, content)
        elif identifier == _RECIPIENTS:
            self._take_recipients(content)
        else:
            self.take_own(identifier, content)

    def take_own(self, identifier: int, content: bytes) -> None:
        """Take an attribute of this very item."""
        long, fixed = self._values.long, self.fixed
        if identifier in (_PROPERTIES, _ATTACHMENT_PROPERTIES):
            Reading(content, self._names).list(self._values)
            inserted = long.get((0x3701, "000D"), b"")[_OBJECT:]
            if inserted.startswith(compound_file.MAGIC):  # a document of another program
                long.setdefault((0x3701, "0102"), inserted)
        elif identifier == _FILE:
            long.setdefault((0x3701, "0102"), content)
        elif identifier == _TITLE:
            long.setdefault((0x3704, "001E"), content)
        elif identifier in _TEXTS:
            long.setdefault((_TEXTS[identifier], "001E"), content)
        elif identifier == _CODE_PAGE:
            fixed.setdefault(0x3FFD, (3, content[:4]))
        elif identifier == _SENT:
            fixed.setdefault(0x0039, (0x40, _ticks(content)))
        elif identifier == _FROM:
            _, _, name, _ = struct.unpack_from("<4H", content)
            long.setdefault((0x0C1A, "001E"), content[8 : 8 + name])
            long.setdefault((0x5D01, "001E"), content[8 + name :].partition(b":")[2])

    def _take_recipients(self, content: bytes) -> None:
        reading = Reading(content, self._names)
        for _ in range(reading.number()):
            person = Encapsulated(self._names)
            reading.list(person._values)
            self._below["recip"].append(person)


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read the message and its attachments, as far as they go."""
    source.seek(0)
    names: Names = {}
    with faults("its properties contradict each other"):
        return outlook.read(Item(parsed(source.read(), names)), names, tools)


def parsed(data: bytes, names: Names) -> Encapsulated:
    """Take the attributes of a stream one by one; what follows the last is no part of it."""
    message = Encapsulated(names)
    at = _HEADER
    while at + 9 <= len(data) and data[at] in (1, 2):
        identifier, length = struct.unpack_from("<II", data, at + 1)
        message.take(identifier, data[at + 9 : at + 9 + length])
        at += 9 + length + 2
    return message


def _ticks(content: bytes) -> bytes:
    """Turn a date into what Outlook's properties hold."""
    year, month, day, hour, minute, second = struct.unpack_from("<6H", content)
    since = datetime(year, month, day, hour, minute, second, tzinfo=UTC) - EPOCH
    return struct.pack("<Q", int(since.total_seconds()) * _TICKS)


TNEF = Flowing(name="Outlook's winmail.dat", media_types={".tnef": "application/vnd.ms-tnef"}, extract=extract)
