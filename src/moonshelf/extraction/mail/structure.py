"""The parts of a message in the order they stand, found without recursion however they nest."""

import binascii
import re
import string
from collections.abc import Iterator
from email.message import Message
from enum import Enum, auto
from itertools import chain, islice, pairwise

import msgspec

from moonshelf.extraction.containers import cms
from moonshelf.extraction.mail import enriched, headers, uuencoded
from moonshelf.extraction.notation import spelt_bytes

_DEEPEST = 100  # parts in parts; each level is a further pass, if a fast one, over what lies below it
_MOST = 2_000  # parts of one message
_LOOK = 4096  # bytes of a body that show whether it is what it says
# Parts in parts are looked through once for each: what begins with a break is found ten times sooner than a line is.
_BREAK = rb"\n"
_UNSTATED = rb"--(\S{1,70})\r?\n(?=[Cc]ontent-[\w-]{1,40}:)"
_ATTACHED = b'Content-Disposition: attachment; filename="%s"\nContent-Transfer-Encoding: x-uuencode\n\n'
_ENCODING = re.compile(r"\s*(?:(base)[\s_-]*64|(quoted)[\s_-]*printable|(?:x-)?(uu)(?:encode|e)\b)", re.IGNORECASE)
_SPELLING = bytes({*string.ascii_letters.encode(), *string.digits.encode(), *b"+/="})
_STRAY = 32  # signs of a line of base64 to each that damage made of one
_LINE = re.compile(rb"[^\n]+")
_SAID_BESIDE = frozenset({"text/x-amp-html", "text/watch-html"})  # versions of a page for few programs
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ENCRYPTED = "multipart/encrypted"
_ACCESSORIES = frozenset(  # to a page that is saved as one file: how it looks, what it runs, what else was saved
    ("text/css", "text/javascript", "application/javascript", "application/x-javascript", "text/xml", "application/xml")
)
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})


class Role(Enum):
    """What a part is to a reader."""

    ENVELOPE = auto()  # the headers of a message: the outermost one, or one inside it
    PLAIN = auto()
    HTML = auto()
    INLINE = auto()  # a picture that a body shows
    ATTACHMENT = auto()
    STYLE = auto()  # a style sheet of a page that is saved as one file
    LOCKED = auto()  # encrypted
    OMITTED = auto()  # *content* says why


class Part(msgspec.Struct, frozen=True):
    """One part, decoded. Parts of one *choice* that is not 0 say the same in different ways."""

    role: Role
    headers: "Message[str, str]"
    content: bytes = b""
    choice: int = 0


class _Entity(msgspec.Struct, frozen=True):
    data: bytes
    kind: str  # its type, if it does not say
    choice: int
    depth: int
    envelope: bool


class _Mark(msgspec.Struct, frozen=True):
    """A line that parts: where it begins, where what follows it does, and whether it is the last."""

    begin: int
    end: int
    closes: bool


def parts(message: bytes) -> Iterator[Part]:
    """Read *message* part by part; what can't be read without a key is left out."""
    if b"\n" not in message[:65536]:
        message = message.replace(b"\r", b"\n")
    waiting = [_Entity(message, "text/plain", 0, 0, envelope=True)]
    count = choices = 0
    while waiting:
        entity = waiting.pop()
        about, body = headers.split(entity.data)
        kind = about.get_content_type() if "content-type" in about else entity.kind
        count += 1
        if entity.envelope:
            yield Part(Role.ENVELOPE, about)
        if entity.depth >= _DEEPEST or count > _MOST:
            yield Part(Role.OMITTED, about, b"Parts that nest too deeply, or are too many, were left out.")
            continue
        choices += kind == "multipart/alternative"
        below = list(islice(_below(entity, about, kind, body, choices), _MOST))
        if below:
            waiting.extend(reversed(below))
        else:
            yield _leaf(about, kind, body, entity.choice)


def _below(entity: _Entity, about: "Message[str, str]", kind: str, body: bytes, choices: int) -> Iterator[_Entity]:
    depth = entity.depth + 1
    if kind in _SEALED and (signed := cms.signed(_unpacked(about, body))):
        yield _Entity(signed, "text/plain", entity.choice, depth, envelope=False)
    elif kind.startswith("multipart/") and kind != _ENCRYPTED:
        inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        choice = choices if kind == "multipart/alternative" else entity.choice
        for piece in _pieces(body, headers.parameter(about, "boundary")):
            yield _Entity(piece, inner, choice, depth, envelope=False)
    elif kind in ("message/rfc822", "message/global"):
        yield _Entity(_unpacked(about, body).lstrip(b"\r\n"), "text/plain", 0, depth, envelope=True)
    elif kind == "text/plain" and about.get_content_disposition() != "attachment" and entity.data.endswith(body):
        text, files = uuencoded.parted(body)
        if files:
            yield _Entity(entity.data.removesuffix(body) + text, kind, entity.choice, depth, envelope=False)
        for name, content in files:
            stated = _ATTACHED % name.replace(b'"', b"")
            yield _Entity(stated + content, "application/octet-stream", 0, depth, envelope=False)


def _pieces(body: bytes, boundary: str) -> Iterator[bytes]:
    """Cut *body* at its boundary, or at what stands for one where that is another; the last piece may lack its end."""
    marks = _marks(body, boundary.encode("utf-8", "replace"))
    first = next(marks, None)
    if first is None and (found := re.match(_UNSTATED, body) or re.search(_BREAK + _UNSTATED, body)):
        marks = _marks(body, found[1])
        first = next(marks, None)
    for mark, following in pairwise(chain((first,), marks, (None,))):
        if mark is None or mark.closes:
            return  # what follows is for software that knows no parts
        piece = body[mark.end : following.begin if following else len(body)]
        yield piece.removesuffix(b"\n").removesuffix(b"\r")


def _marks(body: bytes, boundary: bytes) -> Iterator[_Mark]:
    """Find the lines that are *boundary*."""
    if not boundary:
        return
    line = rb"--" + re.escape(boundary) + rb"(--)?[ \t]*\r?(?=\n|\Z)"
    first = re.match(line, body)
    for found in chain((first,) if first else (), re.finditer(_BREAK + line, body)):
        yield _Mark(found.start() + (found is not first), found.end() + 1, closes=bool(found[1]))


def _leaf(about: "Message[str, str]", kind: str, body: bytes, choice: int) -> Part:
    disposition = about.get_content_disposition() or ""
    content = _unpacked(about, body)
    if kind == _ENCRYPTED or (kind in _SEALED and cms.signed(content) is None):
        return Part(Role.LOCKED, about)
    is_accessory = (kind in _ACCESSORIES and _is_unnamed(about)) or (kind in _SAID_BESIDE and choice)
    if kind in _SIGNATURES or kind in _SEALED or is_accessory:
        return Part(Role.STYLE, about, content) if kind == "text/css" else Part(Role.OMITTED, about)
    if kind.startswith("image/") and (disposition == "inline" or (about["content-id"] and disposition != "attachment")):
        return Part(Role.INLINE, about)
    named = headers.filename(about) and disposition != "inline"
    if disposition != "attachment" and not named:
        if kind in enriched.TYPES:
            kind, content = "text/html", enriched.html(content, kind)
        if kind == "text/html":
            return Part(Role.HTML, about, content, choice)
        if kind in ("text/plain", "message/delivery-status", "text/rfc822-headers") or kind.startswith("multipart/"):
            return Part(Role.PLAIN, about, content, choice)
    return Part(Role.ATTACHMENT, about, content)


def _is_unnamed(about: "Message[str, str]") -> bool:
    """Tell a part of a page that was saved as one file: it states where it was, and no name for whoever saves it."""
    return bool(about["content-location"]) and not about.get_content_disposition() and not headers.filename(about)


def _unpacked(about: "Message[str, str]", body: bytes) -> bytes:
    """Undo the encoding for transfer, as far as it goes."""
    stated = _ENCODING.match(str(about.get("content-transfer-encoding", "")))
    match stated[stated.lastindex or 0].lower() if stated else "":
        case "base" if not _is_in_words(body):
            packed, said = _parted(body) if about.get_content_maintype() == "text" else (body, b"")
            return spelt_bytes.from_base64(packed) + said
        case "quoted":
            return binascii.a2b_qp(body)
        case "uu":
            return uuencoded.decoded(body)
        case _:
            return body


def _is_in_words(body: bytes) -> bool:
    """Tell a text that only says it is base64, as some relays leave it: there are spaces within most of its lines."""
    lines = [line for line in body[:_LOOK].splitlines() if line.strip()]
    return sum(b" " in line.strip() for line in lines) * 2 > len(lines)


def _parted(body: bytes) -> tuple[bytes, bytes]:
    """Part base64 from what lists of mail and relays write below it in plain words."""
    if not body.translate(None, _SPELLING).strip(b"\r\n"):
        return body, b""
    for line in _LINE.finditer(body):
        if _is_foreign(line[0]):
            below = [one for one in body[line.start() :][:_LOOK].splitlines() if one.strip()]
            is_said = sum(map(_is_foreign, below)) * 2 >= len(below)
            return (body[: line.start()], b"\n" + body[line.start() :]) if is_said else (body, b"")
    return body, b""


def _is_foreign(line: bytes) -> bool:
    """Tell a line that is no base64: it has other signs, or spaces between words."""
    line = line.strip()
    return len(line.translate(None, _SPELLING)) * _STRAY > len(line)
