"""Calendars and address cards (RFC 5545, RFC 6350, and versions 1.0 and 2.1 before them): one property a line.

They come back as they are, but for what their lines do to carry text: these are unfolded, and what is escaped or
quoted-printable in them is undone. What is base64 is an attached file or a text; of pictures, sounds and keys, which
nobody reads as letters, only the size is told.
"""

import binascii
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import BinaryIO

import msgspec

from moonshelf.extraction import charset, members
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.notation import spelt_bytes
from moonshelf.extraction.text import data_urls
from moonshelf.extraction.tools import Tools

_OLD = re.compile(r"^VERSION:(?:1\.[01]|2\.1)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_FOLD = re.compile(r"\r?\n[ \t]")
_OLD_FOLD = re.compile(r"(?<!=)\r?\n(?=[ \t])")  # the space is of the text, and "=" goes on quoted-printable
_PACKED = re.compile(
    r"^(?:[\w-]{1,40}\.)?([\w-]{1,40})(;(?>[^:\r\n\"]++|\"[^\"\r\n]*+\")*+):", re.MULTILINE
)  # a property with parameters
_ENCODING = re.compile(r";(?:ENCODING=)?(?:(B|BASE64)|QUOTED-PRINTABLE)(?=[;:]|$)", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/= \t]*+(?>\r?\n[A-Za-z0-9+/= \t]++(?=\r?\n|\Z))*+")
_PRINTABLE = re.compile(r"(?>[^\r\n]*=\r?\n)*+[^\r\n]*")
_CHARSET = re.compile(r"CHARSET=\"?([\w.:-]{2,40})", re.IGNORECASE)
_FILENAME = re.compile(r"FILENAME=(?:\"([^\"]{1,200})\"|([^;:\"]{1,200}))", re.IGNORECASE)
_ESCAPED, _OLD_ESCAPED = re.compile(r"\\([\\,;:nN])"), re.compile(r"\\([;:,])")
_ATTACHED = "ATTACH"
_NO_TEXT = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "IMAGE"})
_LEFT = "[\u2026]"


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read all properties in their order, then the files that they hold."""
    source.seek(0)
    decoded = charset.decode(source.read())
    reader = _Reader()
    text, urls = data_urls.without_data(reader.text(decoded.text))
    withheld = Withheld(tools.include)
    blocks = [Block(Kind.PARAGRAPH, text)]
    most = tools.limits.members
    for name, content in reader.attached[:most]:
        blocks += members.attached(f"Attachment: {name}", BytesIO(content), tools, withheld)
    left = (f"Attachments after the first {most} were left out.",) if len(reader.attached) > most else ()
    warnings = (*decoded.warnings(), *data_urls.told(reader.sizes), *urls, *left)
    return Document((withheld.page(1, blocks),), warnings=warnings)


class _Value(msgspec.Struct, frozen=True):
    """What is packed in a property, and from where to where in its lines; *about* it are its parameters."""

    start: int
    end: int
    name: str
    about: str
    content: bytes
    is_binary: bool


class _Reader:
    """What is gathered while lines are undone."""

    def __init__(self) -> None:
        self.attached: list[tuple[str, bytes]] = []
        self.sizes: list[int] = []  # characters of what is left out

    def text(self, lines: str) -> str:
        """Return *lines* as a program shows what they say."""
        is_old = bool(_OLD.search(lines))
        unfolded = _OLD_FOLD.sub("", lines) if is_old else _FOLD.sub("", lines)
        plain = "".join(self._unpacked(unfolded)) if _ENCODING.search(unfolded) else unfolded
        if "\\" not in plain:
            return plain
        return (_OLD_ESCAPED if is_old else _ESCAPED).sub(_meant, plain)

    def _unpacked(self, lines: str) -> Iterator[str]:
        values = list(_values(lines))
        usual = _usual(values)
        last = 0
        for one in values:
            yield lines[last : one.start]
            yield self._binary(one, usual) if one.is_binary else _decoded(one, usual)
            last = one.end
        yield lines[last:]

    def _binary(self, value: _Value, usual: str) -> str:
        if value.name == _ATTACHED:
            stated = _FILENAME.search(value.about)
            self.attached.append((stated[1] or stated[2] if stated else "without a name", value.content))
        elif value.name not in _NO_TEXT and charset.is_text(value.content):
            return _decoded(value, usual)
        else:
            self.sizes.append(value.end - value.start)
        return _LEFT


def _values(lines: str) -> Iterator[_Value]:
    """Yield what is packed, in the order of *lines*."""
    last = 0
    for one in _PACKED.finditer(lines):
        encoding = _ENCODING.search(one[2])
        if encoding is None or one.start() < last:
            continue
        value = (_BASE64 if encoding[1] else _PRINTABLE).match(lines, one.end())
        packed, last = (value[0], value.end()) if value else ("", one.end())
        is_binary = bool(encoding[1])
        content = spelt_bytes.from_base64(packed.encode()) if is_binary else _printable(packed)
        yield _Value(one.end(), last, one[1].upper(), one[2], content, is_binary)


def _printable(packed: str) -> bytes:
    return binascii.a2b_qp(packed.encode("utf-8", "replace"))


def _usual(values: Iterable[_Value]) -> str:
    """Return the encoding of texts that are no UTF-8 and do not say theirs: one name tells little, and takes long."""
    texts = (one.content for one in values if not one.is_binary and not _CHARSET.search(one.about))
    odd = b"\n".join(content for content in texts if not charset.is_utf_8(content))
    return charset.decode(odd).encoding if odd else ""


def _decoded(value: _Value, usual: str) -> str:
    stated = _CHARSET.search(value.about)
    declared = stated[1] if stated else "" if charset.is_utf_8(value.content) else usual
    return charset.decode(value.content, declared=declared).text.rstrip()


def _meant(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]


CONTENT_LINES = Flowing(
    name="Calendar or address cards",
    media_types={".ics": "text/calendar", ".vcf": "text/vcard"},
    extract=extract,
)
