"""Updates: what the fonts of a PDF say of themselves, put right where readers would go wrong by it.

Readers of text layers believe what a font says of its text and its height. What is right stands in an update at the
end of the file, as ISO 32000-1, 7.5.6, has it.
"""

import re
from collections.abc import Mapping, Sequence

from moonshelf.extraction.pages.text_layer import (
    alphabets,
    file_objects,
    ligatures,
    named_codes,
    tall_fonts,
    text_maps,
    unlocked,
)

_LARGEST = 64 * 2**20  # bytes of a file; one with more is taken as it is

_STARTS = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_ROOT, _SIZE = re.compile(rb"/Root\s+\d+\s+\d+\s+R"), re.compile(rb"/Size\s+(\d+)")


def mended(data: bytes) -> bytes:
    """Return the PDF *data* with what its fonts say put right; most need nothing."""
    if len(data) > _LARGEST:
        return data
    if b"/Encrypt" not in data:
        return _mended(data)
    if not (_named((data,)) or file_objects.PACKED.search(data)):  # no name is encrypted but where streams hold it
        return data
    plain = unlocked.copied(data, _LARGEST)
    right = plain and _mended(plain)
    return data if not right or right is plain else right


def without_bookmarks(data: bytes) -> bytes:
    """Return the PDF *data* without its outline."""
    objects = file_objects.found(data, dict(file_objects.begun(data)), file_objects.unpacked(data))
    catalogs = {number: one for number, one in objects.items() if b"/Outlines" in one and b"/Pages" in one}
    return _updated(data, {number: one.replace(b"/Outlines", b"/Ring") for number, one in catalogs.items()})


def _named(texts: Sequence[bytes]) -> bool:
    """Say whether fonts in *texts* of a file may have to be put right."""
    return any(kind.named(texts) for kind in (ligatures, alphabets, named_codes, tall_fonts))


def _mended(data: bytes) -> bytes:
    packed = list(file_objects.unpacked(data))
    if not _named((data, *packed)):
        return data
    begun = dict(file_objects.begun(data))
    objects = file_objects.found(data, begun, packed)
    changed = dict(tall_fonts.mends(objects))
    objects.update(changed)
    for number, mend in (*ligatures.mends(objects), *alphabets.mends(objects)):
        told = text_maps.told(data, begun[number], objects[number]) if number in begun else {}
        right = mend(told)
        if right != told:
            changed[number] = _stream(text_maps.written(right))
    for free, (number, cmap) in enumerate(named_codes.maps(objects), max(objects, default=0) + 1):
        changed[free] = _stream(cmap)
        changed[number] = objects[number].rstrip()[: -len(b">>")] + b"/ToUnicode %d 0 R>>" % free
    return _updated(data, changed)


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content)


def _updated(data: bytes, objects: Mapping[int, bytes]) -> bytes:
    """Return *data* with *objects* in place of those with their numbers, or behind all."""
    last = list(_STARTS.finditer(data))[-1:]
    begins = int(last[0][1]) if last else len(data)
    root, size = _ROOT.search(data, begins), _SIZE.search(data, begins)
    if not objects or root is None or size is None:
        return data  # a file so damaged is read by whoever finds its objects without a table
    out, places = bytearray(data + b"\n"), {}
    for number, one in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    start, count = len(out), max(int(size[1]), max(objects) + 1)
    entries = b"%b /Prev %d" % (root[0], begins)
    by_table = data.startswith(b"xref", begins)
    out += _table(places, entries, count) if by_table else _stream_of(places, start, entries, count)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _table(places: Mapping[int, int], entries: bytes, count: int) -> bytes:
    lines = b"".join(b"%d 1\n%010d 00000 n \n" % one for one in sorted(places.items()))
    return b"xref\n%btrailer\n<<%b /Size %d>>\n" % (lines, entries, count)


def _stream_of(places: Mapping[int, int], start: int, entries: bytes, number: int) -> bytes:
    """Return a cross-reference stream, as object *number*, which a file has that has such streams."""
    placed = {**places, number: start}
    rows = b"".join(b"\1" + place.to_bytes(4) + b"\0" for _, place in sorted(placed.items()))
    index = b" ".join(b"%d 1" % one for one in sorted(placed))
    about = b"<</Type/XRef/W[1 4 1]/Index[%b]/Length %d %b /Size %d>>" % (index, len(rows), entries, number + 1)
    return b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, about, rows)
