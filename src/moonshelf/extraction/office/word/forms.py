"""Form fields of Word 97-2003 documents: what their data says beside the text ([MS-DOC] 2.9.78, FFData)."""

import struct

from moonshelf.extraction.office.form_fields import BOX, LIST, FormField

_VERSION = 0xFFFFFFFF
_TEXTS = 5  # that stand between the default and the entries: format, help, status, two macros


def form(data: bytes, at: int) -> FormField:
    """Read the field whose data stands *at* a place of the data stream; one that shows nothing, where it is broken."""
    try:
        return _read(data, at)
    except struct.error:
        return FormField()


def _read(data: bytes, at: int) -> FormField:
    size, header = struct.unpack_from("<IH", data, at)
    content = data[at + header : at + size]
    version, bits = struct.unpack_from("<IH", content)
    kind, result = bits & 3, bits >> 2 & 31
    if version != _VERSION or kind not in (BOX, LIST):
        return FormField()
    place = _after(content, 10)  # its name
    (default,) = struct.unpack_from("<H", content, place)
    place += 2
    if kind == BOX:
        return FormField(BOX, result, default)
    for _ in range(_TEXTS):
        place = _after(content, place)
    return FormField(LIST, result, default, _entries(content, place))


def _after(content: bytes, at: int) -> int:
    """Return where the text ends that stands *at* a place, with the zero behind it."""
    (length,) = struct.unpack_from("<H", content, at)
    return int(at + 2 * length + 4)


def _entries(content: bytes, at: int) -> list[str]:
    _, count, extra = struct.unpack_from("<HHH", content, at)
    at += 6
    entries = []
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, at)
        entries.append(content[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))
        at += 2 + 2 * length + extra
    return entries
