"""What Outlook saves as .msg: mail, appointments, contacts, tasks."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from moonshelf.errors import CorruptDocument
from moonshelf.extraction import members
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.mail import bodies, lzfu
from moonshelf.extraction.mail.properties import Item
from moonshelf.extraction.mail.storages import Storage, named
from moonshelf.extraction.markup.hypertext import Reading
from moonshelf.extraction.office.ole.streams import Streams, faults
from moonshelf.extraction.office.rich_text import documents as rich_text
from moonshelf.extraction.tools import Tools

_SUBJECT, _BODY, _RICH = 0x0037, 0x1000, 0x1009
_SENT, _DELIVERED = 0x0039, 0x0E06
_SENDER, _AUTHOR = (0x0C1A, 0x5D01, 0x0C1F), (0x0042, 0x5D02, 0x0065)  # name, address, Exchange's own address
_NAME, _SMTP, _ADDRESS, _ROLE = 0x3001, 0x39FE, 0x3003, 0x0C15
_SHOWN = (("To", 0x0E04, 1), ("Cc", 0x0E03, 2), ("Bcc", 0x0E02, 3))  # header, its text, the role of its recipients
_CONTACT = (
    ("Name", 0x3001), ("Company", 0x3A16), ("Department", 0x3A18), ("Job title", 0x3A17), ("Business phone", 0x3A08),
    ("Mobile phone", 0x3A1C), ("Home phone", 0x3A09), ("Fax", 0x3A24), ("Business address", 0x3A15),
    ("Birthday", 0x3A42), ("Web page", 0x3A51),
)  # fmt: skip
_APPOINTMENT = UUID("00062002-0000-0000-c000-000000000046").bytes_le
_PERSON = UUID("00062004-0000-0000-c000-000000000046").bytes_le
_TASK = UUID("00062003-0000-0000-c000-000000000046").bytes_le
_NAMED = (  # of sets that only some kinds of items have
    ("Location", _APPOINTMENT, 0x8208), ("Start", _APPOINTMENT, 0x820D), ("End", _APPOINTMENT, 0x820E),
    ("Recurrence", _APPOINTMENT, 0x8232), ("Mail address", _PERSON, 0x8083), ("Address", _PERSON, 0x801B),
    ("Start", _TASK, 0x8104), ("Due", _TASK, 0x8105), ("Owner", _TASK, 0x811F),
)  # fmt: skip
_FILE_NAMES, _FILE, _HIDDEN, _CONTENT_ID, _FILE_TYPE = (0x3707, 0x3704, 0x3001), 0x3701, 0x7FFE, 0x3712, 0x370E
_DEEPEST = 20
_MOST_RECIPIENTS = 2_000


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read an item, its attachments, and the items attached to it."""
    streams = Streams.of(source, tools.limits)
    with faults("its properties contradict each other"):
        return read(Item(Storage(streams)), named(streams), tools)


def read(item: Item, names: Mapping[tuple[bytes, int], int], tools: Tools) -> Document:
    """Read *item* and all below it; *names* lead to the properties that only some kinds of items have."""
    reader = _Reader(names, tools)
    blocks = list(reader.read(item))
    if not blocks:
        raise CorruptDocument("no property of a message is in it")
    title, author = item.text(_SUBJECT), item.text(_AUTHOR[0], _SENDER[0])
    stated = {key: value for key, value in (("title", title), ("author", author)) if value}
    warnings = tuple(dict.fromkeys(reader.warnings))
    return Document((reader.withheld.page(1, blocks),), stated, warnings)


class _Reader:
    """One reading of one file."""

    def __init__(self, names: Mapping[tuple[bytes, int], int], tools: Tools) -> None:
        self._names = names
        self._tools = tools
        self.withheld = Withheld(tools.include)
        self.warnings: list[str] = []

    def read(self, outermost: Item) -> Iterator[Block]:
        """Read *outermost*, and after each item what is attached to it."""
        waiting = [(outermost, 0)]
        while waiting:
            item, depth = waiting.pop()
            if depth:
                subject = item.text(_SUBJECT)
                yield Block(Kind.HEADING, f"Attached message: {subject}" if subject else "Attached message", level=2)
            yield from self._item(item)
            inner = [one for one in (attached.embedded() for attached in item.below("attach")) if one]
            if depth >= _DEEPEST and inner:
                self.warnings.append(f"Messages attached more than {_DEEPEST} deep were left out.")
                continue
            waiting.extend((one, depth + 1) for one in reversed(inner))

    def _item(self, item: Item) -> Iterator[Block]:
        if lines := list(self._headers(item)):
            yield Block(Kind.PARAGRAPH, "\n".join(lines))
        body = self._body(item)
        self.warnings.extend(body.warnings)
        yield from body.blocks
        for number, attached in enumerate(item.below("attach")):
            if number >= self._tools.limits.members:
                self.warnings.append(f"Attachments after the first {number} were left out.")
                return
            yield from self._attachment(attached)

    def _headers(self, item: Item) -> Iterator[str]:
        recipients = list(zip(range(_MOST_RECIPIENTS), item.below("recip"), strict=False))
        lines = list(_senders(item))
        for header, shown, role in _SHOWN:
            people = [_recipient(one) for _, one in recipients if (one.number(_ROLE) or 0) & 0xF == role]
            lines.append((header, ", ".join(filter(None, people)) or item.text(shown)))
        lines += [("Date", item.time(_SENT, _DELIVERED)), ("Subject", item.text(_SUBJECT))]
        lines += [(label, item.text(identifier) or item.time(identifier)) for label, identifier in _details(item)]
        for label, kind, number in _NAMED:
            if identifier := self._names.get((kind, number)):
                lines.append((label, item.text(identifier) or item.time(identifier)))
        return (f"{label}: {value}" for label, value in lines if value)

    def _body(self, item: Item) -> Reading:
        plain = item.text(_BODY)
        text = bodies.plain(plain.encode(), encoding="utf-8") if plain else None
        html, encoding = item.html()
        rich = lzfu.inflate(item.data(_RICH)) if item.data(_RICH) and not html else b""
        if wrapped := lzfu.unwrap(rich, item.code_page() or "cp1252"):
            return bodies.best(text, bodies.html(wrapped.encode(), self.withheld, encoding="utf-8"))
        if html:
            return bodies.best(text, bodies.html(html, self.withheld, encoding=encoding))
        if text is None and rich:
            return _rich(rich, self._tools, self.withheld)
        return text or Reading()

    def _attachment(self, item: Item) -> tuple[Block, ...]:
        content = item.data(_FILE)
        name = item.text(*_FILE_NAMES)
        shown_inside = item.number(_HIDDEN) or item.text(_CONTENT_ID)
        if shown_inside and item.text(_FILE_TYPE).startswith("image/"):
            return (Block(Kind.FIGURE, f"[Picture: {name or 'without a name'}]"),)
        if not content:
            return ()
        return members.attached(f"Attachment: {name or 'without a name'}", BytesIO(content), self._tools, self.withheld)


def _rich(content: bytes, tools: Tools, withheld: Withheld) -> Reading:
    document = rich_text.extract(BytesIO(content), tools)
    blocks = tuple(block for page in document.pages for block in page.blocks)
    for page in document.pages:
        withheld.merge(page.coverage)
    return Reading(blocks, warnings=document.warnings)


def _details(item: Item) -> tuple[tuple[str, int], ...]:
    return _CONTACT if item.text(0x001A).lower().startswith("ipm.contact") else ()


def _senders(item: Item) -> Iterator[tuple[str, str]]:
    """Say whose message it is and, where that is another, who sent it on their behalf."""
    sender, author = item.text(_SENDER[0]), item.text(_AUTHOR[0])
    sent_from, written_from = item.text(*_SENDER[1:]), item.text(*_AUTHOR[1:])
    same = author in ("", sender) if "@" not in written_from else sent_from.casefold() == written_from.casefold()
    if same and sent_from:
        yield "From", _person(author or sender, sent_from)
        return
    yield "From", _person(author, written_from) or _person(sender, sent_from)
    if "@" in sent_from or (author and sender not in ("", author)):
        yield "Sender", _person(sender, sent_from)


def _recipient(item: Item) -> str:
    return _person(item.text(_NAME), item.text(_SMTP, _ADDRESS))


def _person(name: str, address: str) -> str:
    """Write a name and an address; Exchange's own addresses say nothing to anybody."""
    if "@" not in address or address.startswith("/") or address.casefold() in name.casefold():
        return name or address
    return f"{name} <{address}>" if name else address


OUTLOOK = Flowing(name="Outlook item", media_types={".msg": "application/vnd.ms-outlook"}, extract=extract)
