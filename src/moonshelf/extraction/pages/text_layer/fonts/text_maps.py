"""Maps to text: what the fonts of a PDF say their codes stand for (ISO 32000-1, 9.10.3)."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from sys import maxunicode

from moonshelf.extraction.pages.text_layer.file import numbered

_LONGEST_MAP = 2**20  # bytes
_LAST = 0xFFFF  # code of two bytes
_MOST_PAIRS = 4 * _LAST
_ONE_BYTE = 0xFF

_STREAM = re.compile(rb"stream\r?\n")
_SECTION = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


def told(data: bytes, start: int, dictionary: bytes) -> dict[int, str]:
    """Return what the map to text that begins at *start*, with this *dictionary*, says of each code.

    Nothing, where it says more than each code could need: so few bytes may say the same of all again and again.
    """
    stream = _STREAM.search(data, start, start + numbered.ACROSS)
    if stream is None:
        return {}
    packed = b"/FlateDecode" in dictionary
    text = (
        numbered.inflated(data, stream.end(), _LONGEST_MAP)
        if packed
        else data[stream.end() : stream.end() + _LONGEST_MAP]
    )
    sections = [(_pairs if kind == b"char" else _ranges)(section) for kind, section in _SECTION.findall(text)]
    pairs = list(islice(chain.from_iterable(sections), _MOST_PAIRS + 1))
    return {code: told for code, told in pairs if code <= _LAST} if len(pairs) <= _MOST_PAIRS else {}


def written(told: Mapping[int, str]) -> bytes:
    """Write a map to text, with codes of two bytes if one needs them."""
    digits = 2 if max(told) <= _ONE_BYTE else 4
    lines = [
        f"<{code:0{digits}x}> <{text.encode('utf-16-be', 'replace').hex()}>" for code, text in sorted(told.items())
    ]
    sections = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in sections)
    space = f"<{'0' * digits}> <{'f' * digits}>"
    return f"begincmap\n1 begincodespacerange\n{space}\nendcodespacerange\n{body}\nendcmap\n".encode()


def _pairs(section: bytes) -> Iterator[tuple[int, str]]:
    yield from ((int(code, 16), _text(told)) for code, told in _PAIR.findall(section))


def _ranges(section: bytes) -> Iterator[tuple[int, str]]:
    for first, last, told, each in _RANGE.findall(section):
        codes = range(int(first, 16), min(int(last, 16), _LAST) + 1)
        if told:
            start = _text(told)
            after = codes if start else range(0)
            yield from ((code, start[:-1] + chr(min(ord(start[-1]) + code - codes[0], maxunicode))) for code in after)
        else:
            yield from zip(codes, map(_text, _HEX.findall(each)), strict=False)


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode().zfill(4)[: len(digits) // 4 * 4 or 4]).decode("utf-16-be", "replace")
