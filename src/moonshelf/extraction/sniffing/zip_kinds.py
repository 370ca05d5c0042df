"""What a zip archive is for, told by its directory and two small members of it.

Bounded reads and nothing parsed that could nest: this runs in the server's own process, on bytes nobody has looked
at. ``zipfile`` builds as many objects as the file asks for.
"""

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

from moonshelf.extraction.containers import zip_members
from moonshelf.extraction.containers.zip_members import BROKEN, DEFLATED, STORED, Member

_DIRECTORY = 1 << 18  # bytes of a zip's directory that are looked at
_SMALL = 1 << 17  # bytes of a member that are unpacked
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS: tuple[tuple[bytes, str], ...] = (  # content type of the main part -> media type of the package
    (b"wordprocessingml.document.main+xml", f"{_OFFICE}wordprocessingml.document"),
    (b"wordprocessingml.template.main+xml", f"{_OFFICE}wordprocessingml.template"),
    (b"ms-word.document.macroenabled.main+xml", "application/vnd.ms-word.document.macroenabled.12"),
    (b"ms-word.template.macroenabledtemplate.main+xml", "application/vnd.ms-word.template.macroenabled.12"),
    (b"spreadsheetml.sheet.main+xml", f"{_OFFICE}spreadsheetml.sheet"),
    (b"spreadsheetml.template.main+xml", f"{_OFFICE}spreadsheetml.template"),
    (b"ms-excel.sheet.macroenabled.main+xml", "application/vnd.ms-excel.sheet.macroenabled.12"),
    (b"ms-excel.template.macroenabled.main+xml", "application/vnd.ms-excel.template.macroenabled.12"),
    (b"ms-excel.sheet.binary.macroenabled.main", "application/vnd.ms-excel.sheet.binary.macroenabled.12"),
    (b"presentationml.presentation.main+xml", f"{_OFFICE}presentationml.presentation"),
    (b"presentationml.slideshow.main+xml", f"{_OFFICE}presentationml.slideshow"),
    (b"presentationml.template.main+xml", f"{_OFFICE}presentationml.template"),
    (b"ms-powerpoint.presentation.macroenabled.main+xml", "application/vnd.ms-powerpoint.presentation.macroenabled.12"),
    (b"ms-powerpoint.slideshow.macroenabled.main+xml", "application/vnd.ms-powerpoint.slideshow.macroenabled.12"),
    (b"ms-powerpoint.template.macroenabled.main+xml", "application/vnd.ms-powerpoint.template.macroenabled.12"),
    (b"ms-visio.drawing", "application/vnd.ms-visio.drawing.main+xml"),
    (b"ms-package.xps-fixeddocumentsequence", "application/oxps"),
)
_MEMBERS: tuple[tuple[str, str], ...] = (  # the first whose pattern is in the directory
    (r"xl/workbook\.bin$", "application/vnd.ms-excel.sheet.binary.macroenabled.12"),
    (r"word/document\d*\.xml$", f"{_OFFICE}wordprocessingml.document"),
    (r"xl/workbook\d*\.xml$", f"{_OFFICE}spreadsheetml.sheet"),
    (r"ppt/presentation\d*\.xml$", f"{_OFFICE}presentationml.presentation"),
    (r"meta-inf/container\.xml$", "application/epub+zip"),
    (r"index/(slide|masterslide|templateslide).*\.iwa$|index\.apxl(\.gz)?$", "application/vnd.apple.keynote"),
    (r"index/calculationengine.*\.iwa$", "application/vnd.apple.numbers"),
    (r"index/document\.iwa$|index\.xml(\.gz)?$", "application/vnd.apple.pages"),
    (r"androidmanifest\.xml$", "application/vnd.android.package-archive"),
    (r"meta-inf/manifest\.mf$", "application/java-archive"),
)
_DECLARED = re.compile(r"application/(?:epub\+zip|vnd\.(?:oasis|sun)\.[\w.+-]{1,80})")
_WHOLE = re.compile(  # in a manifest; that the element ends is looked for first, and once
    rb"<(?:\w+:)?file-entry\s(?=[^<>]*+>)[^<>]*full-path\s*=\s*[\"']/[\"'][^<>]*>"
)
_OPENDOCUMENT = re.compile(rb"media-type\s*=\s*[\"'](application/vnd\.oasis\.opendocument\.[\w.-]{1,80})[\"']")
_IWORK = {".pages": "pages", ".numbers": "numbers", ".key": "keynote"}  # Numbers and Pages share their insides


_KINDS = frozenset(kind for _, kind in (*_MAIN_PARTS, *_MEMBERS)) | {"application/zip"}
_FAMILIES = (_OFFICE, "application/vnd.oasis.opendocument.", "application/vnd.sun.xml.", "application/vnd.apple.")


def media_type(source: BinaryIO, extension: str) -> str:
    """Name the media type of the zip archive *source*: an office or book format's, or zip's own."""
    source, names = zip_members.at_hand(source), dict[str, None]()
    for member in _members(source):  # what tells mostly comes first, so of most directories little is read
        name = member.name.lower().replace("\\", "/").lstrip("/")
        if name not in names and (kind := _stated(source, name, member)):  # once: it is unpacked for that
            return kind
        names[name] = None
    return _by_members("\n".join(names), extension)


def _stated(source: BinaryIO, name: str, member: Member) -> str:
    """Return the kind that a member states, if it is one of the three that do."""
    if name == "mimetype":
        stated = _unpacked(source, member).strip().decode("ascii", "replace")
        if _DECLARED.fullmatch(stated):
            return stated.removesuffix("-flat-xml")
    if name == "meta-inf/manifest.xml":  # where it is all that states it, nothing has to come first
        whole = _WHOLE.search(_unpacked(source, member))
        stated_in = _OPENDOCUMENT.search(whole[0]) if whole else None
        return stated_in[1].decode() if stated_in else ""
    if name == "[content_types].xml":
        types = _unpacked(source, member).lower()
        return next((kind for mark, kind in _MAIN_PARTS if mark in types), "")
    return ""


def _by_members(names: str, extension: str) -> str:
    found = next((kind for mark, kind in _MEMBERS if re.search(f"^{mark}", names, re.MULTILINE)), "application/zip")
    if found.startswith("application/vnd.apple.") and extension in _IWORK:
        return f"application/vnd.apple.{_IWORK[extension]}"
    return found


def _members(source: BinaryIO) -> Iterator[Member]:
    """Members by the directory at the end, or by their own headers where there is none."""
    try:
        yield from zip_members.listed(source, zip_members.directory(source), _DIRECTORY)
    except BROKEN:
        yield from _walked(source)


def _walked(source: BinaryIO) -> Iterator[Member]:
    source.seek(0)
    head = source.read(_DIRECTORY)
    at = head.find(b"PK\x03\x04")
    while 0 <= at <= len(head) - 30:
        method, packed, named = struct.unpack_from("<8xH8xI4xH", head, at)
        name = head[at + 30 : at + 30 + named].decode("utf-8", "replace")
        yield Member(name, 0, method, 0, packed or _SMALL, _SMALL, at)
        at = head.find(b"PK\x03\x04", at + 30 + named)


def _unpacked(source: BinaryIO, member: Member) -> bytes:
    """Return the beginning of *member*; nothing, where it is packed in a way that costs memory, or damaged."""
    if member.method not in (STORED, DEFLATED):
        return b""
    try:
        return zip_members.beginning(source, member, _SMALL)
    except BROKEN:
        return b""


def is_zip(media_type: str) -> bool:
    """Tell whether files of *media_type* are zip archives."""
    return media_type.startswith(_FAMILIES) or "macroenabled" in media_type or media_type in _KINDS
