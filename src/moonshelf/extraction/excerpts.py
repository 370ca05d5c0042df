"""Excerpts: what somebody asks for of a stored document, in memory that does not grow with the rest of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from typing import BinaryIO, Final

import msgspec
from msgspec.structs import replace

from moonshelf.extraction import encoding
from moonshelf.extraction.document import Block, Document, Page

_PLENTY: Final = 2**20  # bytes of JSON: more than any page of the dashboard shows
_A_NAME: Final = 1024
_HEX: Final = b"[0-9a-f]"
_IN_A_STRING: Final = re.compile(rb'(?>[^"\\]|\\u%b|\\[^u])*+' % (_HEX * 4))  # JSON escapes, whole ones only
_NEXT_CELL: Final = b',{"row":'  # never within a string, where its quotes would be escaped
_FIRST_CELL: Final = re.compile(rb'\[\{"row":\d+,"column":\d+,"text":"')


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Blocks of a page from the one at *start*, of *total* that it has; *cut*: the last of them has more than that."""

    page: Page
    start: int
    total: int
    cut: bool

    @property
    def following(self) -> int | None:
        """Return the first block after them, if there is one."""
        after = self.start + len(self.page.blocks)
        return after if after < self.total else None


class StoredDocument:
    """A document as ``encoding.encode`` wrote it, whose blocks are read when they are asked for."""

    def __init__(self, source: BinaryIO) -> None:
        """Open what *source*, a file with a descriptor, holds; it may be closed then."""
        # The blocks stay in the file: the system brings in what is looked at, and takes it away again.
        self._pages, self.report = encoding.decode_outline(mmap(source.fileno(), 0, access=ACCESS_READ))
        self._parted: dict[int, Sequence[msgspec.Raw]] = {}

    def excerpt(self, number: int, *, start: int = 0, most: int = _PLENTY) -> Excerpt:
        """Return blocks of page *number* from the one at *start*, *most* bytes of JSON or hardly more."""
        written = self._blocks(number)
        blocks: list[Block] = []
        left, cut = most, False
        for raw in written[start:]:
            if left <= 0:
                break
            block, cut = _begun(raw, left)
            left -= len(memoryview(raw))
            blocks.append(block)
        return Excerpt(replace(self.report.pages[number - 1], blocks=tuple(blocks)), start, len(written), cut)

    def first(self, number: int) -> Page:
        """Return page *number* with its first block alone, or the first few if they are short."""
        return self.excerpt(number, most=_A_NAME).page

    def blocks(self, number: int) -> Iterator[Block]:
        """Yield the blocks of page *number*, each read when it is its turn."""
        return (msgspec.json.decode(raw, type=Block) for raw in self._blocks(number))

    def alone(self, excerpt: Excerpt) -> Document:
        """Return the document as if it had nothing but that."""
        return replace(self.report, pages=(excerpt.page,), warnings=())

    def _blocks(self, number: int) -> Sequence[msgspec.Raw]:
        if number not in self._parted:
            self._parted[number] = msgspec.json.decode(self._pages[number - 1], type=tuple[msgspec.Raw, ...])
        return self._parted[number]


def _begun(raw: msgspec.Raw, most: int) -> tuple[Block, bool]:
    """Return a block, of a long one its beginning, and whether that is not all."""
    if len(memoryview(raw)) <= most:
        return msgspec.json.decode(raw, type=Block), False
    fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    text, cells = (memoryview(fields[name]) for name in ("text", "cells"))
    cut = max(len(text), len(cells)) > most
    if len(text) > most:
        fields["text"] = msgspec.Raw(b'"' + _string(bytes(text[:most]), 1))
    if len(cells) > most:
        fields["cells"] = msgspec.Raw(_first_cells(bytes(cells[:most])))
    return msgspec.json.decode(msgspec.json.encode(fields), type=Block), cut


def _string(data: bytes, start: int) -> bytes:
    """Return as much of the string after *start* as is there whole, and its end."""
    inside = _IN_A_STRING.match(data, start)
    return (inside[0] if inside else b"").decode(errors="ignore").encode() + b'"'


def _first_cells(data: bytes) -> bytes:
    if (end := data.rfind(_NEXT_CELL)) > 0:
        return data[:end] + b"]"
    head = _FIRST_CELL.match(data)
    return head[0] + _string(data, head.end()) + b"}]" if head else b"[]"
