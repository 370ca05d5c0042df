"""Page trees: the list of a PDF's pages, which most programs write last, so that a file that is cut off lacks it."""

import re
from collections.abc import Mapping
from functools import cache

from moonshelf.extraction.pages.text_layer.file import numbered

_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_RESOURCES = re.compile(rb"/Resources\s*(\d+)\s+0\s+R")
_FONTS = re.compile(rb"/Font\s*(?:(\d+)\s+0\s+R|<<([^<>]*+))")
_STREAM = re.compile(rb"\bstream\r?\n")
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,7})\s+0\s+R\b")

_MOST_PARTS = 500  # of a font; one that draws each letter has some hundred

_Objects = Mapping[int, bytes]


def rebuilt(data: bytes) -> bytes | None:
    """Return the PDF *data* with a list of the pages that are found in it, in their order there; None if none is.

    A page whose fonts are lost is left out: its text would be read in the letters of another. What streams of objects
    hold is put behind all others too: which stream holds what is lost as well. Encrypted files are left alone, as
    nobody can tell the pages among what they hold.
    """
    if b"/Encrypt" in data:
        return None
    begun = dict(numbered.begun(data))
    found = numbered.found(data, begun, numbered.unpacked(data))
    objects = {number: _STREAM.split(one, 1)[0] for number, one in found.items()}
    fonts = _Fonts(_without_last(data, begun, objects))
    pages = [number for number, one in objects.items() if _PAGE.search(one) and fonts.there(one)]
    if not pages:
        return None
    tree = max(objects) + 1
    added = {number: one for number, one in objects.items() if number not in begun}
    added[tree] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(pages), b" ".join(b"%d 0 R" % one for one in pages))
    added[tree + 1] = b"<</Type/Catalog/Pages %d 0 R>>" % tree
    # What the file is cut off in, a string, a dictionary or a stream, ends first, or what follows would be part of it.
    tail = b"".join(b"%d 0 obj\n%b\nendobj\n" % one for one in added.items())
    return b"%b\n)>>\nendstream\nendobj\n%btrailer\n<</Root %d 0 R/Size %d>>\n" % (data, tail, tree + 1, tree + 2)


def _without_last(data: bytes, begun: Mapping[int, int], objects: _Objects) -> _Objects:
    """Return *objects* without the one in which *data* is cut off."""
    last, start = max(begun.items(), key=lambda one: one[1], default=(0, 0))
    if data.find(b"endobj", start) >= 0:
        return objects
    return {number: one for number, one in objects.items() if number != last}


class _Fonts:
    """Tells of each page whether all that its fonts are made of is among *objects*; most fonts are those of many."""

    def __init__(self, objects: _Objects) -> None:
        self._objects = objects
        self._references = cache(lambda number: _references(objects[number]))
        self._whole = cache(self._made)
        self._listed = cache(lambda number: number in objects and all(map(self._whole, self._references(number))))
        self._shared = cache(lambda number: number in objects and self._held(objects[number]))

    def there(self, page: bytes) -> bool:
        """Say so; a page that has its fonts from a list of pages, which is lost, has them no more."""
        if resources := _RESOURCES.search(page):
            return self._shared(int(resources[1]))
        return b"/Resources" in page and self._held(page)

    def _held(self, resources: bytes) -> bool:
        fonts = _FONTS.search(resources)
        if fonts is None:
            return True
        return self._listed(int(fonts[1])) if fonts[1] else all(map(self._whole, _references(fonts[2])))

    def _made(self, font: int) -> bool:
        seen = set[int]()
        wanted = {font}
        while wanted and len(seen) < _MOST_PARTS:
            if not wanted <= self._objects.keys():
                return False
            seen |= wanted
            wanted = {number for one in wanted for number in self._references(one)} - seen
        return not wanted


def _references(text: bytes) -> set[int]:
    return {int(number) for number in _REFERENCE.findall(text)}
