"""Corrections: what the fonts of a PDF say of themselves, put right where readers would go wrong by it.

Readers of text layers believe what a font says of its text and its height. What is right stands in an update at the
end of the file.
"""

from collections.abc import Sequence

from moonshelf.extraction.pages.text_layer.file import numbered, unlocked, updates
from moonshelf.extraction.pages.text_layer.fonts import alphabets, ligatures, named_codes, tall, text_maps

_MOST_CODES = 500_000  # of all fonts
_LARGEST = 64 * 2**20  # bytes of a file; one with more is taken as it is


def mended(data: bytes) -> bytes:
    """Return the PDF *data* with what its fonts say put right; most need nothing."""
    if len(data) > _LARGEST:
        return data
    if b"/Encrypt" not in data:
        return _mended(data)
    if not (_named((data,)) or numbered.PACKED.search(data)):  # no name is encrypted but where streams hold it
        return data
    plain = unlocked.copied(data, _LARGEST)
    right = plain and _mended(plain)
    return data if not right or right is plain else right


def _named(texts: Sequence[bytes]) -> bool:
    """Say whether fonts in *texts* of a file may have to be put right."""
    return any(kind.named(texts) for kind in (ligatures, alphabets, named_codes, tall))


def _mended(data: bytes) -> bytes:
    packed = list(numbered.unpacked(data))
    if not _named((data, *packed)):
        return data
    begun = dict(numbered.begun(data))
    objects = numbered.found(data, begun, packed)
    changed = dict(tall.mends(objects))
    objects.update(changed)
    maps: dict[int, dict[int, str]] = {}
    for number, mend in (*ligatures.mends(objects), *alphabets.mends(objects)):
        if number not in maps and sum(map(len, maps.values())) < _MOST_CODES:
            maps[number] = text_maps.told(data, begun[number], objects[number]) if number in begun else {}
        told = maps.get(number, {})
        right = mend(told)
        if right != told:
            changed[number] = _stream(text_maps.written(right))
    for free, (number, cmap) in enumerate(named_codes.maps(objects), max(objects, default=0) + 1):
        changed[free] = _stream(cmap)
        changed[number] = objects[number].rstrip()[: -len(b">>")] + b"/ToUnicode %d 0 R>>" % free
    return updates.appended(data, changed)


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content)
