"""Words in the source of files that keep their text out of the open: old Office, Outlook, Rich Text, mail.

Counted as plainly as it can be done, and by no code of ours: pieces, atoms and strings as they lie there, headers and
one alternative of a mail's body. Text that an earlier save left behind, and tracked changes, count too; mail with
attachments that are no text is not counted.
"""

import email
import email.policy
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path

import olefile  # type: ignore[import-untyped]  # ships no types
from lxml import html

from sources import cells

_ATOMS = {0x0FA0: "utf-16-le", 0x0FA8: "latin-1"}  # of presentations: TextCharsAtom, TextBytesAtom
_FIELDS = re.compile("\x13[^\x14\x15]*\x14?|[\x14\x15]")
_RTF = re.compile(
    r"\\'([0-9a-f]{2})|\\u(-?\d+) ?\??|\\([a-z]+)(-?\d+)? ?|\\([^a-z])|([{}])|([^\\{}\r\n]+)", re.IGNORECASE
)
_UNSAID = frozenset({"fonttbl", "colortbl", "stylesheet", "info", "pict", "themedata", "fldinst", "listtable", "sp"})
_PARTING = frozenset({"par", "line", "tab", "cell", "row", "sect", "page"})
_MAIL = ("From", "To", "Cc", "Bcc", "Reply-To", "Subject")
_PROPERTIES = ("1000", "0037", "0C1A", "5D01", "3001", "39FE", "3003")  # body, subject, who to whom


def texts(path: Path) -> Iterator[str] | None:
    """Yield the texts of *path*; None for a format that is not known here."""
    reader = _READERS.get(path.suffix.lower())
    return reader(path) if reader else None


def _doc(path: Path) -> Iterator[str]:
    with olefile.OleFileIO(path) as file:
        main = file.openstream("WordDocument").read()
        side = file.openstream(f"{main[0x0B] >> 1 & 1}Table").read()
    start, length = struct.unpack_from("<II", main, 0x01A2)
    clx = side[start : start + length]
    while clx[:1] == b"\1":
        clx = clx[3 + struct.unpack_from("<H", clx, 1)[0] :]
    (size,) = struct.unpack_from("<I", clx, 1)
    count = (size - 4) // 12
    bounds = struct.unpack_from(f"<{count + 1}I", clx, 5)
    text = ""
    for place in range(count):
        (packed,) = struct.unpack_from("<I", clx, 5 + 4 * (count + 1) + 8 * place + 2)
        characters, at, narrow = bounds[place + 1] - bounds[place], packed & 0x3FFFFFFF, packed >> 30 & 1
        content = main[at // 2 : at // 2 + characters] if narrow else main[at : at + 2 * characters]
        text += content.decode("cp1252" if narrow else "utf-16-le", "replace")
    yield re.sub("[\x01-\x1f]", " ", _FIELDS.sub("", text))


def _ppt(path: Path) -> Iterator[str]:
    with olefile.OleFileIO(path) as file:
        stream, at = file.openstream("PowerPoint Document").read(), 0
    while at + 8 <= len(stream):
        version, kind, length = struct.unpack_from("<HHI", stream, at)
        at += 8
        if kind in _ATOMS:
            yield stream[at : at + length].decode(_ATOMS[kind], "replace").replace("\x0b", " ")
        at += 0 if version & 0xF == 0xF else length  # noqa: PLR2004 containers hold what follows


def _msg(path: Path) -> Iterator[str]:
    with olefile.OleFileIO(path) as file:
        for parts in file.listdir():
            if parts[0].startswith("__attach"):
                raise ValueError(parts[0])
            name, kind = parts[-1][-8:-4], parts[-1][-4:]
            if name in _PROPERTIES and kind in ("001F", "001E"):
                yield file.openstream(parts).read().decode("utf-16-le" if kind == "001F" else "cp1252", "replace")


def _rtf(path: Path) -> Iterator[str]:
    silent, parts = [False], []
    begins = False
    for code, unit, word, _, symbol, brace, plain in _RTF.findall(path.read_bytes().decode("latin-1")):
        if brace:
            silent = [*silent, silent[-1]] if brace == "{" else silent[:-1] or [False]
        elif begins and (symbol == "*" or word in _UNSAID):
            silent[-1] = True
        elif not silent[-1]:
            letter = bytes([int(code, 16)]).decode("cp1252", "replace") if code else ""
            letter = chr(int(unit) & 0xFFFF) if unit else letter
            parts.append(" " if word in _PARTING else letter or plain)
        begins = brace == "{"
    yield "".join(parts)


def _eml(path: Path) -> Iterator[str]:
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    yield from _parts(mail)


def _parts(part: EmailMessage) -> Iterator[str]:
    """Yield headers and texts of a part and of all in it; of alternatives the longest alone."""
    yield from (str(part.get(name, "")) for name in _MAIL)
    yield part.get_filename() or ""
    inside = [one for one in part.iter_parts() if isinstance(one, EmailMessage)] if part.is_multipart() else []
    if part.get_content_type() == "multipart/alternative":
        yield max((" ".join(_parts(one)) for one in inside), key=len, default="")
    elif inside:
        yield from (text for one in inside for text in _parts(one))
    elif part.get_content_maintype() == "text":
        yield _said(part)
    else:
        raise ValueError(part.get_content_type())


def _said(part: EmailMessage) -> str:
    content = part.get_content()
    text = content if isinstance(content, str) else ""
    if part.get_content_subtype() != "html" or not text.strip():
        return text
    root = html.document_fromstring(text)
    shown = (one for one in root.iter() if one.tag not in ("style", "script"))
    return " ".join(f"{one.text or ''} {one.tail or ''}" for one in shown)


_READERS: Mapping[str, Callable[[Path], Iterator[str]]] = {
    ".xls": cells.xls,
    ".xlsb": cells.xlsb,
    ".doc": _doc,
    ".dot": _doc,
    ".ppt": _ppt,
    ".msg": _msg,
    ".rtf": _rtf,
    ".eml": _eml,
}
