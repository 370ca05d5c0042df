"""Ligatures: fonts that say ``f`` of a glyph named ``f_f_i``, as papers have them that were processed after TeX."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

_NAME = re.compile(rb"/([A-Za-z](?:_[A-Za-z]){1,3})(?=[\s/]|$)")
_DIFFERENCES = re.compile(rb"/Differences\s*\[([^\]]*)\]")
_ENCODED = re.compile(rb"/Encoding\s*(?:(\d+)\s+0\s+R|<<([^>]*)>>)")
MAPPED = re.compile(rb"/ToUnicode\s+(\d+)\s+0\s+R")
"""The number of a font's map to text."""

Mend: TypeAlias = Callable[[Mapping[int, str]], Mapping[int, str]]
"""Takes what a font tells of its codes, and returns what is right."""


def named(texts: Iterable[bytes]) -> bool:
    """Say whether a font in *texts* of a file has glyphs that are named by several letters."""
    return any(_NAME.search(found[1]) for text in texts for found in _DIFFERENCES.finditer(text))


def mends(objects: Mapping[int, bytes]) -> Iterator[tuple[int, Mend]]:
    """Yield the number of the map to text of each font with ligatures, and what puts it right."""
    for dictionary in objects.values():
        mapped, encoded = MAPPED.search(dictionary), _ENCODED.search(dictionary)
        if mapped and encoded:
            codes = _named(encoded[2] or objects.get(int(encoded[1] or 0), b""))
            if codes:
                yield int(mapped[1]), partial(_whole, codes)


def _named(encoding: bytes) -> Mapping[int, str]:
    """Return the codes of the glyphs in *encoding* that are named by several letters, with these."""
    found, code = {}, 0
    differences = _DIFFERENCES.search(encoding)
    for one in re.findall(rb"\d+|/[^\s/]+", differences[1]) if differences else ():
        if one[:1] != b"/":
            code = int(one)
            continue
        name = _NAME.fullmatch(one)
        if name:
            found[code] = name[1].decode().replace("_", "")
        code += 1
    return found


def _whole(codes: Mapping[int, str], told: Mapping[int, str]) -> Mapping[int, str]:
    """Return what is *told* of each code, with the ligatures that *codes* stand for in place of their first letter."""
    return {**told, **{code: whole for code, whole in codes.items() if code in told and _cut(told[code], whole)}}


def _cut(told: str, whole: str) -> bool:
    """Say whether only the first letters of *whole* are *told*."""
    return told != whole and whole.startswith(told)
