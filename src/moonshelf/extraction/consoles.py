"""Texts that consoles of DOS and Windows wrote: their code pages draw lines with what are letters elsewhere."""

import re

from moonshelf.extraction import spelling

_PAGES = ("cp437", "cp850", "cp852", "cp866", "cp737", "cp857")  # which all draw with the same bytes, or nearly so
_OTHERS = ("cp1252", "cp932")  # in which rows of degree signs or of long vowel marks look like drawn lines
_LOOK = 20_000  # bytes whose words are looked at
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_SIGNS = bytes(range(0xB0, 0xE0))
_STROKES = b"\xb0\xb1\xb2\xb3\xba\xc4\xcd\xdb\xdc\xdf"  # shades, lines and blocks: what there is most of in a drawing
_LINE = re.compile(
    rb"[\xb4-\xbf\xc0-\xc3\xc5\xc8-\xcc\xce-\xda]([\xc4\xcd])\1\1|([\xb0-\xb2\xc4\xcd\xdb\xdc\xdf])\2{9}"
)
"""A line behind a corner or joint, as of a folder in a tree, or a long one."""


def code_page(sample: bytes) -> str:
    """Return the code page in which *sample* draws lines and spells words; nothing, where it draws none."""
    if not _draws(sample):
        return ""
    best = max((*_PAGES, *_OTHERS), key=lambda page: _spelt(sample[:_LOOK], page))
    return best if best in _PAGES else ""


def _draws(sample: bytes) -> bool:
    runs = _BEYOND_ASCII.findall(sample)
    lines = (_LINE.search(run) for run in runs if not run.translate(None, _SIGNS))
    return any(lines) and _strokes(sample) * 2 >= sum(map(len, runs))


def _strokes(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, _STROKES))


def _spelt(sample: bytes, page: str) -> float:
    return spelling.well_spelt(sample.decode(page, "replace"))
