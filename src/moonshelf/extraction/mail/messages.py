"""Internet messages and the mailboxes that hold one after the other."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import BinaryIO
from urllib.parse import urljoin

from moonshelf.errors import EncryptedDocument
from moonshelf.extraction import charset, members
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind, Page
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.mail import bodies, headers, structure
from moonshelf.extraction.mail.structure import Part, Role
from moonshelf.extraction.markup.hypertext import Reading
from moonshelf.extraction.tools import Tools

_SEPARATOR = re.compile(rb"^From \S[^\n]{0,400}\d{4}[^\n]{0,40}\r?\n(?=[\w-]{1,80}:)", re.MULTILINE)
_COUNTED = re.compile(rb"(\d{1,9})[ \t]*\r?\n")  # Apple Mail's .emlx: how long the message is that follows
_ESCAPED = re.compile(rb"^>(?=>*From )", re.MULTILINE)


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read one message: its headers, the best version of its body, its attachments."""
    source.seek(0)
    reader = _Reader(tools)
    page = reader.page(1, _bare(_as_bytes(source.read())))
    if not page.blocks and bodies.LOCKED in reader.warnings:
        raise EncryptedDocument
    return Document((page,), reader.metadata, tuple(dict.fromkeys(reader.warnings)))


def extract_mailbox(source: BinaryIO, tools: Tools) -> Document:
    """Read a mailbox, each message as a page."""
    source.seek(0)
    data = source.read()
    marks = list(_SEPARATOR.finditer(data))
    starts = [mark.end() for mark in marks] or [0]
    ends = [*(mark.start() for mark in marks[1:]), len(data)]
    reader = _Reader(tools)
    pages = []
    for number, (start, end) in enumerate(zip(starts[: tools.limits.pages], ends, strict=False), start=1):
        pages.append(reader.page(number, _ESCAPED.sub(b"", data[start:end])))
    if len(starts) > tools.limits.pages:
        reader.warnings.append(f"Of {len(starts)} messages the first {tools.limits.pages} were read.")
    return Document(tuple(pages), reader.metadata, tuple(dict.fromkeys(reader.warnings)))


def _bare(data: bytes) -> bytes:
    """Take a message out of Apple Mail's envelope: its length before it, flags of the program behind it."""
    counted = _COUNTED.match(data)
    return data[counted.end() :][: int(counted[1])] if counted else data


class _Reader:
    """What is gathered while messages are read."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self.metadata: dict[str, str] = {}
        self.warnings: list[str] = []
        self._withheld = Withheld(tools.include)  # from the message that is being read
        self._attached = 0
        self._said: set[str] = set()  # words of the message that is being read
        self._styles: dict[str, bytes] = {}  # its style sheets, by where they were

    def page(self, number: int, message: bytes) -> Page:
        """Read one message and all that is in it."""
        self._withheld, self._said = Withheld(self._tools.include), set()
        return self._withheld.page(number, list(self._blocks(list(structure.parts(message)))))

    def _blocks(self, parts: Sequence[Part]) -> Iterator[Block]:
        self._styles = {headers.location(one.headers): one.content for one in parts if one.role is Role.STYLE}
        chosen: set[int] = set()
        nested = False
        for part in parts:
            match part.role:
                case Role.ENVELOPE:
                    yield from self._envelope(part, nested=nested)
                    nested = True
                case Role.PLAIN | Role.HTML if part.choice == 0:
                    yield from self._read(self._body(part))
                case Role.PLAIN | Role.HTML if part.choice not in chosen:
                    chosen.add(part.choice)
                    yield from self._read(self._best([one for one in parts if one.choice == part.choice]))
                case Role.INLINE:
                    yield Block(Kind.FIGURE, f"[Picture: {headers.filename(part.headers) or 'without a name'}]")
                case Role.ATTACHMENT:
                    yield from self._attachment(part)
                case Role.LOCKED:
                    self.warnings.append(bodies.LOCKED)
                case Role.OMITTED if part.content:
                    self.warnings.append(part.content.decode())

    def _envelope(self, part: Part, *, nested: bool) -> Iterator[Block]:
        subject = headers.text(part.headers, "Subject")
        if nested:
            yield Block(Kind.HEADING, f"Attached message: {subject}" if subject else "Attached message", level=2)
        elif subject and not self.metadata:
            self.metadata["title"] = subject
            if sender := headers.text(part.headers, "From"):
                self.metadata["author"] = sender
        if lines := list(headers.shown(part.headers)):
            yield from self._read(Reading((Block(Kind.PARAGRAPH, "\n".join(lines)),)))

    def _best(self, versions: Sequence[Part]) -> Reading:
        plain = bodies.merged([self._body(one) for one in versions if one.role is Role.PLAIN])
        html = bodies.merged([self._body(one) for one in versions if one.role is Role.HTML])
        return bodies.best(plain, html)

    def _body(self, part: Part) -> Reading:
        encoding = headers.parameter(part.headers, "charset")
        if part.role is Role.HTML:
            linked = partial(self._linked, headers.location(part.headers)) if self._styles else None
            return bodies.html(part.content, self._withheld, encoding=encoding, linked=linked)
        return bodies.plain(
            part.content,
            encoding=encoding,
            flowed=headers.parameter(part.headers, "format").lower() == "flowed",
            closed_up=headers.parameter(part.headers, "delsp").lower() == "yes",
        )

    def _linked(self, page: str, address: str) -> str:
        """Return the style sheet at *address* as the page that was at *page* states it."""
        return charset.decode(self._styles.get(address) or self._styles.get(_absolute(page, address), b"")).text

    def _read(self, reading: Reading) -> tuple[Block, ...]:
        self.warnings.extend(reading.warnings)
        self._said |= bodies.words(reading.blocks)
        return reading.blocks

    def _attachment(self, part: Part) -> tuple[Block, ...]:
        self._attached += 1
        if self._attached > self._tools.limits.members:
            self.warnings.append(f"Attachments after the first {self._tools.limits.members} were left out.")
            return ()
        name = headers.filename(part.headers) or part.headers.get_content_type().replace("/", ".")
        blocks = members.attached(f"Attachment: {name}", BytesIO(part.content), self._tools, self._withheld)
        return tuple(bodies.without_repeats(blocks, self._said)) if _is_outlooks(part) else blocks


def _absolute(page: str, address: str) -> str:
    try:
        return urljoin(page, address)
    except ValueError:  # brackets that hold no address
        return address


def _is_outlooks(part: Part) -> bool:
    """Tell whether a part is what Outlook sends beside a message: the same once more, and its attachments."""
    return part.headers.get_content_type() in ("application/ms-tnef", "application/vnd.ms-tnef")


def _as_bytes(message: bytes) -> bytes:
    """Return *message* in an encoding that leaves ASCII alone: some are saved in UTF-16 as a whole."""
    if b"\0" not in message[:4096]:
        return message.removeprefix(b"\xef\xbb\xbf")
    decoded = charset.decode(message)
    return decoded.text.encode() if decoded.encoding.startswith("utf-") else message


MESSAGE = Flowing(name="Mail", media_types={".eml": "message/rfc822"}, extract=extract)
MAILBOX = Flowing(name="Mailbox", media_types={".mbox": "application/mbox"}, extract=extract_mailbox)
