"""Whether a PDF can hold any text that is not in its pictures."""

from typing import BinaryIO, Final

_CHUNK: Final = 256 * 1024
_SIGNS: Final = (b"/Font", b"/ObjStm")  # a font; or compressed objects, in which there may be one
_OVERLAP: Final = max(map(len, _SIGNS)) - 1


def without_fonts(source: BinaryIO) -> bool:
    """Tell whether a PDF names no font, as what a scanner writes: then all its words must be recognised.

    Nothing is parsed, and most files name one near their beginning. It is a hint and no more: a name may be written in
    other ways, or stand where it means nothing.
    """
    source.seek(0)
    window = b""
    while chunk := source.read(_CHUNK):
        window = window[-_OVERLAP:] + chunk
        if any(sign in window for sign in _SIGNS):
            return False
    return True
