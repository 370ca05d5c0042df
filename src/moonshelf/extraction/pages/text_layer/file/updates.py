"""Updates: what stands at the end of a PDF's file in place of objects before, as ISO 32000-1, 7.5.6, has it."""

import re
from collections.abc import Mapping

from moonshelf.extraction.pages.text_layer.file import numbered

_STARTS = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_ROOT, _SIZE = re.compile(rb"/Root\s+\d+\s+\d+\s+R"), re.compile(rb"/Size\s+(\d+)")


def without_bookmarks(data: bytes) -> bytes:
    """Return the PDF *data* without its outline."""
    objects = numbered.found(data, dict(numbered.begun(data)), numbered.unpacked(data))
    catalogs = {number: one for number, one in objects.items() if b"/Outlines" in one and b"/Pages" in one}
    return appended(data, {number: one.replace(b"/Outlines", b"/Ring") for number, one in catalogs.items()})


def appended(data: bytes, objects: Mapping[int, bytes]) -> bytes:
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
