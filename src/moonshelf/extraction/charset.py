"""The characters behind bytes: which encoding a text is in, and its text.

Order of trust: a byte order mark, the pattern of UTF-16, what the document declares if that decodes, UTF-8 with
something beyond ASCII in it (even if a few bytes of it are broken), chardet. A text that declares UTF-8 is damaged
UTF-8 as long as more of it is whole than broken; one that declares ASCII or Latin-1 is UTF-8 where it is valid in that.
What is no valid text in any of these is decoded with U+FFFD marks, and counted.
"""

import codecs
import re
from collections.abc import Iterator

import msgspec

from moonshelf.extraction import detection, labels

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_ALL_MARKS = tuple(mark for mark, _ in _MARKS)
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\v\f\r\x1b"})  # never in text, but for ISO 2022's escape
_UNUSUAL = _CONTROLS + bytes(range(128, 256))  # what UTF-16 is full of in any language
_DECLARATION = re.compile(
    rb"""<(?:\?xml|meta)\b[^>]{0,300}?(?:encoding|charset)\s*=\s*(?:["']\s*)?([\w:.-]{2,40})""", re.IGNORECASE
)
_DECLARING = 1 << 14  # bytes in which a document says its encoding
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_WESTERN = "cp1252"
_BY_CHANCE = 2  # runs of Latin-1 that may happen to be valid UTF-8: "CAF\u00c9\u2019S" is
_BAD_SHARE = 20  # runs beyond ASCII to each broken character that make it damaged UTF-8, not another encoding
_DECLARED_BAD_SHARE = 2  # the same, where the document says that it is UTF-8
_WIDE = re.compile(  # what people write: letters of living scripts, punctuation, CJK, kana, Hangul, full width forms
    "[\t\n\r -~\u00a0-\u06ff\u0900-\u0e7f\u1e00-\u22ff\u2460-\u26ff"
    "\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffee\ufeff]"
)


class Decoded(msgspec.Struct, frozen=True):
    """Text, what it was encoded in, and in how many places bytes made no sense (each is a U+FFFD in the text)."""

    text: str
    encoding: str
    broken: int = 0

    def warnings(self) -> tuple[str, ...]:
        """Say in a sentence that something could not be decoded, if so."""
        if not self.broken:
            return ()
        places = "one place" if self.broken == 1 else f"{self.broken} places"
        return (f"In {places} bytes are no text in {self.encoding}; they are shown as \ufffd.",)


def decode(data: bytes, *, declared: str = "") -> Decoded:
    """Decode *data*, which says of itself to be *declared*, if anything; never fails."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _forced(data[len(mark) :], encoding)
    for encoding in _evident(data, declared):
        try:
            return Decoded(data.decode(encoding), encoding)
        except (ValueError, LookupError):  # nothing stops a document from declaring "base64", or a zero
            continue
    as_utf8 = _forced(data, "utf-8")
    share = _DECLARED_BAD_SHARE if _stated(declared) == "utf-8" else _BAD_SHARE
    if not data.isascii() and as_utf8.broken * share <= len(detection.BEYOND_ASCII.findall(data)):
        return as_utf8
    if (stated := _stated(declared)) and not data.isascii():
        as_stated = _forced(data, stated)
        if as_stated.broken * _BAD_SHARE <= len(detection.BEYOND_ASCII.findall(data)):
            return as_stated
    return min(_forced(data, detection.guess(data)), as_utf8, key=lambda decoded: decoded.broken)


def is_utf_8(content: bytes, *, cut: bool = False) -> bool:
    """Tell whether *content* is valid UTF-8; one that is *cut* may end within a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, final=not cut)
    except UnicodeDecodeError:
        return False
    return True


def utf_16(content: bytes) -> str:
    """Decode UTF-16 as Windows keeps it; the codec takes four times as long where it is found by its name."""
    return codecs.utf_16_le_decode(content, "replace", True)[0]  # noqa: FBT003 - the function takes no names


def declared_in(markup: bytes) -> str:
    """Return the first encoding that is one and that XML or HTML declares at its beginning, or nothing."""
    head = _COMMENT.sub(b"", markup[:_DECLARING])
    names = (found[1].decode("ascii") for found in _DECLARATION.finditer(head))
    return next((name for name in names if labels.codec(name)), "")


def is_text(head: bytes) -> bool:
    """Tell text in any encoding from other bytes, by the beginning of a file."""
    if head.startswith(_ALL_MARKS):
        return True
    odd = len(head) - len(head.translate(None, _CONTROLS))
    if b"\x1b$)C" in head:  # ISO 2022 for Korean, which shifts in and out by two more controls
        odd -= head.count(b"\x0e") + head.count(b"\x0f")
    return (odd * 200 <= len(head) and b"\0" not in head) or bool(_wide(head))


def is_nearly_text(head: bytes) -> bool:
    """Allow for a few stray controls, as where a crash left zeros in a log."""
    odd = len(head) - len(head.translate(None, _CONTROLS))
    return odd * 20 <= len(head) and is_utf_8(head, cut=True)


def peek(head: bytes) -> str:
    """Return the beginning of a text, good enough to see ASCII markup in, without asking which alphabet it is in."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    return head.decode(_wide(head) or "latin-1", "replace")


def _evident(data: bytes, declared: str) -> Iterator[str]:
    if wide := _wide(data):
        yield wide
    stated = _stated(declared)
    if stated == _WESTERN and not data.isascii():
        # What programs write who never asked; Latin letters make no run of valid UTF-8 but by chance.
        by_chance = 0 if "ascii" in declared.lower() else _BY_CHANCE
        if len(detection.BEYOND_ASCII.findall(data)) > by_chance:
            yield "utf-8"
    if stated:
        yield stated
    if not (data.isascii() and detection.SHIFTS.search(data)):
        yield "utf-8"


def _stated(declared: str) -> str:
    """Return the codec of a declared encoding; a declaration that was read byte by byte is in no wide one."""
    name = labels.codec(declared)
    return "utf-8" if name.startswith(("utf-16", "utf-32")) else name


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: told by zeros, and by what the characters would be."""
    sample = data[: min(len(data), 1 << 16) // 4 * 4]
    odd = len(sample) - len(sample.translate(None, _UNUSUAL))
    if odd * 8 < len(sample) or len(sample) == len(sample.translate(None, _CONTROLS)):
        return ""  # a few strays in letters of ASCII, of which each two would be a Chinese character
    if b"\0" not in sample and is_utf_8(sample, cut=True):
        return ""
    for encoding in _widths(sample):
        text = sample.decode(encoding, "replace")
        if text and len(_WIDE.findall(text)) >= 0.95 * len(text):
            return encoding
    return ""


def _widths(sample: bytes) -> tuple[str, ...]:
    """Leave UTF-32 out where it can't be: each of its usual characters has two zeros."""
    narrow = "utf-16-le", "utf-16-be"
    return narrow if sample.count(0) < 2 * 0.95 * len(sample) / 4 else ("utf-32-le", "utf-32-be", *narrow)


def _forced(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    genuine = data.count("\ufffd".encode(encoding)) if "\ufffd" in text and encoding.startswith("utf") else 0
    return Decoded(text, encoding, max(0, text.count("\ufffd") - genuine))
