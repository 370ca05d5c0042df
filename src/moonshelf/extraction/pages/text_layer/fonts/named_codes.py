"""Named codes: fonts of East Asia whose codes are those of a character set that they name, without a map to text.

Many files do not hold such fonts. liteparse tells the letters of a font without a map by their outlines, and those of
the font that stands in for it are others': it reads 2 as a hyphen, 9 as 5 and ``b`` as ``M``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from moonshelf.extraction.pages.text_layer.fonts.ligatures import MAPPED

# The predefined CMaps but for those without ASCII, and Identity, which names no set (ISO 32000-1, table 118).
_ENCODED = re.compile(
    rb"/Encoding\s*/(?:(Uni\w+-(?:UCS2|UTF16)(?:-HW)?)|[\w-]*(?:EUC|RKSJ|UHC|B5|B5pc|GBK2K)(?:-HW)?)-[HV]\b"
)
_LETTERS = "begincmap 1 begincodespacerange <{0}00> <{1}ff> endcodespacerange 1 beginbfrange {2} endbfrange endcmap"
_UNICODE = _LETTERS.format("00", "ff", "<0000> <ffff> <0000>").encode()
_ASCII = _LETTERS.format("", "", "<20> <7e> <0020>").encode()  # the rest is told by the set alone


def named(texts: Iterable[bytes]) -> bool:
    """Say whether a font in *texts* of a file names its codes."""
    return any(_ENCODED.search(text) for text in texts)


def maps(objects: Mapping[int, bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the number of each font that names its codes and has no map to text, and a map for it."""
    for number, dictionary in objects.items():
        encoded = _ENCODED.search(dictionary)
        if encoded and not MAPPED.search(dictionary) and dictionary.rstrip().endswith(b">>"):
            yield number, _UNICODE if encoded[1] else _ASCII
