"""Headers of mail: split off, decoded, and the few that a reader wants to see."""

import re
from collections.abc import Iterator
from contextlib import suppress
from email.message import Message
from email.parser import HeaderParser

from moonshelf.extraction import charset
from moonshelf.extraction.notation import spelt_bytes

SHOWN = ("From", "To", "Cc", "Bcc", "Date", "Subject")
_LARGEST = 1 << 18  # bytes of the headers of one part; what follows is taken for its body
_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_NAME = rb"[\x21-\x39\x3b-\x7e]{1,100}"
_CUT = re.compile(rb"^(%s)\r?\n[ \t]+:" % _NAME, re.MULTILINE)  # a name whose colon stands in the next line
_BEGIN = rb"(?:>?From |%s[ \t]*:)" % _NAME
_FIRST = re.compile(rb"%s|%s" % (_BEGIN, _CUT.pattern))
_HEADER = re.compile(rb"^%s[^\n]*\n?(?:[ \t][^\n]*\n?)*" % _BEGIN, re.MULTILINE)
_WORD = re.compile(
    r"=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?([bq])\?([^?\s]*(?: [^?\s]+)*)\?=(\s+(?==\?))?", re.IGNORECASE
)
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_FAULTS = (ValueError, LookupError, TypeError, AttributeError)  # what ``email`` raises on broken parameters


def split(entity: bytes) -> "tuple[Message[str, str], bytes]":
    """Part the headers of *entity* from its body. Bytes beyond ASCII are decoded, whatever the standard says."""
    if entity.startswith((b"\n", b"\r\n")) or not _FIRST.match(entity):
        return HeaderParser().parsestr(""), entity.removeprefix(b"\r\n").removeprefix(b"\n")
    end = _END.search(entity, 0, _LARGEST)
    head, body = (entity[: end.start()], entity[end.end() :]) if end else (entity[:_LARGEST], entity[_LARGEST:])
    head = _CUT.sub(rb"\1:", head)
    known = list(_HEADER.finditer(head))
    # At a line that is no header the parser would stop, which mail programs pass over; behind the last one text begins.
    text = charset.decode(b"".join([one[0] for one in known])).text.removeprefix(">")
    behind = head[known[-1].end() :] if known else b""
    return HeaderParser().parsestr(text.replace("\0", "")), behind + b"\n\n" + body if behind else body


def text(headers: "Message[str, str]", name: str) -> str:
    """Return all headers of *name* on one line, decoded; nothing, if there are none."""
    values = (decode(str(value)) for value in headers.get_all(name) or ())
    return ", ".join(value for value in values if value)


def parameter(headers: "Message[str, str]", name: str, header: str = "content-type") -> str:
    """Return a parameter of a structured header, decoded; nothing, where it is missing or broken."""
    with suppress(*_FAULTS):
        found = headers.get_param(name, "", header)
        if isinstance(found, tuple):  # RFC 2231: charset, language, value
            return decode(charset.decode(found[2].encode("latin-1", "replace"), declared=found[0] or "").text)
        return decode(str(found))
    return ""


def filename(headers: "Message[str, str]") -> str:
    """Return the name that an attachment states."""
    return parameter(headers, "filename", "content-disposition") or parameter(headers, "name")


def location(headers: "Message[str, str]") -> str:
    """Return the address at which a part was before it was saved."""
    return "".join(text(headers, "Content-Location").split())


def decode(value: str) -> str:
    """Decode the encoded words of a header, and close up its lines."""
    joined = b""
    pending, parts = "", []
    last = 0
    for found in _WORD.finditer(value):
        if value[last : found.start()] or found[1].lower() != pending:
            parts += [_decoded(joined, pending), value[last : found.start()]]
            joined, pending = b"", found[1].lower()
        joined += _unpacked(found[2].lower(), found[3])  # a character may be split between words
        last = found.end()
    return " ".join("".join((*parts, _decoded(joined, pending), value[last:])).split())


def _decoded(data: bytes, encoding: str) -> str:
    return charset.decode(data, declared=encoding).text if data else ""


def _unpacked(form: str, packed: str) -> bytes:
    content = packed.encode("utf-8", "replace")
    if form == "b":
        return spelt_bytes.from_base64(content)
    return _HEX.sub(lambda found: bytes.fromhex(found[1].decode()), content.replace(b"_", b" "))


def shown(headers: "Message[str, str]") -> Iterator[str]:
    """Yield a line for each header that a reader wants to see."""
    for name in SHOWN:
        if value := text(headers, name):
            yield f"{name}: {value}"
