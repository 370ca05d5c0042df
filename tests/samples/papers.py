"""PDFs written by hand, for tests: each page is a content stream in Helvetica, Courier and their bolds."""

import hashlib
from collections.abc import Sequence

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Courier"}


def text(words: str, x: float, y: float, *, size: float = 11, font: str = "F1") -> str:
    """Return the operators that show *words* with their baseline at *y* from the bottom."""
    shown = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({shown}) Tj ET"


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return the operators that stroke a line."""
    return f"0.8 w {x1} {y1} m {x2} {y2} l S"


def pdf(
    pages: Sequence[Sequence[str]],
    *,
    title: str = "",
    rotate: int = 0,
    locked: bool = False,
    sealed: bool = False,
    catalog: str = "",
    page_entries: str = "",
    more: Sequence[str] = (),
) -> bytes:
    """Return a PDF of US letter pages.

    A *locked* one asks for a password that nobody knows; a *sealed* one is encrypted with an empty user password.
    *catalog* and *page_entries* are added to these dictionaries; the objects *more* are numbered after all others,
    from 5 + 2 * pages on.
    """
    kids = " ".join(f"{5 + 2 * index} 0 R" for index in range(len(pages)))
    fonts = " ".join(f"/{key} << /Type /Font /Subtype /Type1 /BaseFont /{name} >>" for key, name in _FONTS.items())
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        f"<< /Title ({title}) >>",
        f"<< /Font << {fonts} >> >>",
    ]
    for index, page in enumerate(pages):
        content = "\n".join(page)
        objects += [
            (
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources 4 0 R "
                f"/Rotate {rotate} /Contents {6 + 2 * index} 0 R {page_entries} >>"
            ),
            f"<< /Length {len(content.encode())} >>\nstream\n{content}\nendstream",
        ]
    if sealed:
        return _file([_sealed(number, one) for number, one in enumerate([*objects, *more], 1)], _lock(_SEAL))
    secret = b"Z" * 32
    return _file([one.encode() for one in [*objects, *more]], _lock((secret, secret)) if locked else "")


def _lock(secrets: tuple[bytes, bytes]) -> str:
    owner, user = (one.hex() for one in secrets)
    return f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{owner}> /U <{user}> /P -4 >> /ID [<00> <00>]"


def _file(objects: Sequence[bytes], lock: str) -> bytes:
    out, offsets = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info 3 0 R {lock} >>"
    return out + f"trailer {trailer}\nstartxref\n{start}\n%%EOF\n".encode()


def _sealed(number: int, one: str) -> bytes:
    """Encrypt the stream in object *number*, if it has one (ISO 32000-1, 7.6.2, algorithm 1)."""
    before, begins, rest = one.encode().partition(b"stream\n")
    content, ends, after = rest.rpartition(b"\nendstream")
    key = _md5(_KEY + number.to_bytes(3, "little") + bytes(2))[: len(_KEY) + 5]
    return before + begins + _rc4(key, content) + ends + after


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


_OWNER = _rc4(_md5(_PADDING)[:5], _PADDING)
_KEY = _md5(_PADDING + _OWNER + (-4).to_bytes(4, "little", signed=True) + bytes(1))[:5]
_SEAL = (_OWNER, _rc4(_KEY, _PADDING))
