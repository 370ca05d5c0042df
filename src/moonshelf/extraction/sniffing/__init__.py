"""What a file is: told from its bytes first and its name second.

Bounded work in the server's own process on bytes nobody has looked at: less than 2 MiB is read, nothing is parsed.
A name only refines what the bytes leave open: which kind of text, which of two formats in one container.
"""

import posixpath
import re
import zlib
from typing import BinaryIO

from moonshelf.extraction.charset import is_nearly_text, is_text, peek
from moonshelf.extraction.containers import cms, compound_file
from moonshelf.extraction.sniffing import compound, signatures, text_kinds, zip_kinds
from moonshelf.extraction.sniffing.text_types import TEXT_TYPES

UNKNOWN = "application/octet-stream"
_BEGINNING, _HEAD = 1 << 9, 1 << 16  # bytes that tell a container, and all else
_PDF_REACH = 1024  # junk before the header that PDF readers put up with
_DRAWN = {"image/emf": "image/x-emz", "image/wmf": "image/x-wmz"}  # drawings, and what they are when packed
_SVGZ = "image/svg+xml-compressed"
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_RICH_TEXT = b"{\\rtf"
_PDF = b"%PDF-"
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_CONTAINERS = (*_ZIPS, compound_file.MAGIC)


def media_type(source: BinaryIO, name: str) -> str:
    """Return the media type of *source*, ``application/octet-stream`` where nothing is known of it. Never fails."""
    source.seek(0)
    head = source.read(_BEGINNING)
    if head.startswith(_RICH_TEXT):
        return "application/rtf"  # whatever follows: it holds pictures as they are, and some programs end it with zeros
    if head.startswith(_PDF):
        return "application/pdf"  # whatever follows: bytes of a picture may pass for letters of UTF-16
    if signatures.is_anymap(head):
        return "image/x-portable-anymap"  # whatever follows: white paper passes for letters
    extension = posixpath.splitext(name[-256:].strip().lower().replace("\0", ""))[1].rstrip(".")
    # Zeros behind such a beginning leave no doubt, and to ask whether they are letters of UTF-16 takes milliseconds.
    certain = b"\0" in head and head.startswith(_CONTAINERS)
    if not certain:
        head += source.read(_HEAD - _BEGINNING)
        certain = b"\0" in head and (head.startswith(_CONTAINERS) or bool(signatures.recognise(head, extension)))
    if not certain and is_text(head):
        return text_kinds.media_type(peek(head), extension)
    found = _inside(source, head, extension) or signatures.recognise(head, extension) or _binary_mail(head)
    if not found and extension in TEXT_TYPES and is_nearly_text(head):
        return TEXT_TYPES[extension]
    return found or UNKNOWN


def _inside(source: BinaryIO, head: bytes, extension: str) -> str:
    """Name what a container holds; nothing, if it is none."""
    if head.startswith(_ZIPS):
        return zip_kinds.media_type(source, extension)
    if head.startswith(compound_file.MAGIC):
        return compound.media_type(source, extension)
    if head.startswith(b"\x1f\x8b\x08"):
        return _gzipped(head)
    if head.startswith(signatures.PROPERTY_LIST) and signatures.WEB_PAGE in head:
        return signatures.WEB_ARCHIVE
    if cms.is_message(head):
        return "application/pkcs7-mime"
    return "application/pdf" if _PDF in head[:_PDF_REACH] else ""


def _binary_mail(head: bytes) -> str:
    """Name mail whose headers are text and whose parts come as they are."""
    opening = _BLANK_LINE.split(head, maxsplit=1)[0]
    kind = text_kinds.media_type(peek(opening), "") if opening != head and is_text(opening) else ""
    return kind if kind == "message/rfc822" else ""


def _gzipped(head: bytes) -> str:
    try:
        begin = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(head, _HEAD)
    except zlib.error:
        return "application/gzip"
    if (drawn := signatures.recognise(begin, "")) in _DRAWN:
        return _DRAWN[drawn]
    return _SVGZ if is_text(begin) and text_kinds.media_type(peek(begin), "") == "image/svg+xml" else "application/gzip"


_WIRE_TEXT = frozenset(
    {
        *TEXT_TYPES.values(),
        "application/rtf",
        "message/rfc822",
        "application/mbox",
        text_kinds.NOTEBOOK,
        text_kinds.XBITMAP,
    }
)


def wire_type(media_type: str) -> str:
    """Return what Kimi shows as ``file_type``: coarser, as Go's ``http.DetectContentType`` tells it.

    wire.md 2.4: "a *sniffed* MIME type … OOXML comes out as ``application/zip``", an SVG as ``text/plain``.
    """
    if media_type in text_kinds.XML_TYPES or media_type.endswith("-flat-xml"):
        return "text/xml"
    if zip_kinds.is_zip(media_type):
        return "application/zip"
    if media_type == _SVGZ:
        return "application/x-gzip"
    if media_type in _WIRE_TEXT or media_type == "image/svg+xml":
        return "text/plain"
    return media_type
