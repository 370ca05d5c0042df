"""Files that stand uuencoded in the text of a message, as they were attached before there was MIME."""

import binascii
import re
from collections.abc import Iterator
from contextlib import suppress

_BEGIN = re.compile(rb"^begin [0-7]{3,4} (.*)$", re.MULTILINE)
_FILE = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,255}+)\r?\n"
    rb"(?>M[ -`]{40,61}\r?\n)*(?>[!-L][ -`]{0,61}\r?\n)?(?>`? *\r?\n)?"
    rb"end *\r?(?:\n|\Z)",
    re.MULTILINE,
)


def parted(body: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Return the text of *body* without the files in it, and those with their names, uuencoded as they are."""
    if b"\nend" not in body or not _BEGIN.search(body):
        return body, []
    return _FILE.sub(b"", body), [(found[1].strip(), found[0]) for found in _FILE.finditer(body)]


def decoded(body: bytes) -> bytes:
    """Undo the encoding of the one file in *body*, as far as it goes."""
    return b"".join(_lines(body))


def _lines(body: bytes) -> Iterator[bytes]:
    begin = _BEGIN.search(body)
    for line in body[begin.end() if begin else 0 :].splitlines():
        if line.strip() == b"end":
            return
        # Lines of broken encoders are longer than they say; what is no such line at all says nothing.
        for told in (line, line[: (((line[0] - 32) & 63) * 4 + 5) // 3]) if line else ():
            with suppress(binascii.Error):
                yield binascii.a2b_uu(told)
                break
