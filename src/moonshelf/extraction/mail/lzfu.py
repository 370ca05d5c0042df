"""Rich text as Outlook compresses it ([MS-OXRTFCP]), and the HTML that is wrapped in it ([MS-OXRTFEX])."""

import re
import struct

from moonshelf.errors import LimitReached

_PRELOADED = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_COMPRESSED, _STORED = 0x75465A4C, 0x414C454D
_HEADER = 16
_RING = 4096
_MOST = 16 * 2**20  # ten seconds of reading
_TOKEN = re.compile(
    rb"\\\*?\\?htmltag(?P<tag>-?\d*) ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\u(?P<unicode>-?\d{1,6}) ?\??"
    rb"|\\(?P<word>[a-zA-Z]{1,32})(?P<value>-?\d{1,10})? ?|\\(?P<symbol>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)"
)
_SPOKEN = {
    b"par": "\n", b"line": "\n", b"tab": "\t", b"lquote": "\u2018", b"rquote": "\u2019", b"ldblquote": "\u201c",
    b"rdblquote": "\u201d", b"bullet": "\u2022", b"endash": "\u2013", b"emdash": "\u2014",
}  # fmt: skip
_ASIDE = frozenset(
    {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pntext", b"generator", b"listtable", b"mhtmltag"}
)


def inflate(packed: bytes) -> bytes:
    """Unpack compressed rich text. Raises ``LimitReached``, and ``struct.error`` where the header is cut off."""
    _, size, form, _ = struct.unpack_from("<IIII", packed)
    if form != _COMPRESSED:
        return packed[_HEADER : _HEADER + size] if form == _STORED else b""
    if size > _MOST:
        raise LimitReached(f"its rich text says to be longer than {_MOST / 2**20:.4g} MB")
    plain, at = bytearray(_RING) + _PRELOADED, _HEADER  # what was not written yet reads as zeros
    begin = len(plain)
    end = begin + size
    while at < len(packed) and len(plain) < end:
        flags, at = packed[at], at + 1
        for bit in range(8):
            if not flags >> bit & 1:
                plain += packed[at : at + 1]
                at += 1
                continue
            if at + 2 > len(packed):
                return bytes(plain[begin:end])
            pair = packed[at] << 8 | packed[at + 1]
            at += 2
            distance, length = (len(plain) - (pair >> 4)) % _RING, (pair & 0xF) + 2
            if not distance:
                return bytes(plain[begin:end])  # a reference to the place to be written ends the text
            start = len(plain) - distance
            piece = plain[start : start + length]
            plain += piece if distance >= length else (piece * length)[:length]
    return bytes(plain[begin:end])


def unwrap(rich: bytes, encoding: str) -> str:
    """Return the HTML that *rich* was made from; nothing, where it was not made from HTML."""
    if b"\\fromhtml" not in rich[:4096]:
        return ""
    return _Unwrapping(encoding).run(rich)


class _Unwrapping:
    """One pass over wrapped HTML: groups say what of it is for readers of rich text alone."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._groups: list[tuple[bool, bool]] = []  # hidden from HTML; aside, like a table of fonts
        self._muted = self._aside = False
        self._out: list[str] = []
        self._bytes = b""

    def run(self, rich: bytes) -> str:
        for token in _TOKEN.finditer(rich):
            if token.lastgroup == "byte":
                self._bytes += bytes.fromhex(token["byte"].decode()) if not self._aside else b""
                continue
            self._flush()
            self._take(token)
        self._flush()
        return "".join(self._out)

    def _take(self, token: "re.Match[bytes]") -> None:
        match token.lastgroup:
            case "brace" if token["brace"] == b"{":
                self._groups.append((self._muted, self._aside))
            case "brace":
                self._muted, self._aside = self._groups.pop() if self._groups else (False, False)
            case "tag":
                self._muted = False
            case "unicode":
                self._say(chr(int(token["unicode"]) % 0x10000))
            case "word" | "value":
                self._command(token["word"], token["value"])
            case "symbol":
                self._say({b"~": "\u00a0", b"_": "\u2011"}.get(token["symbol"], _literal(token["symbol"])))
            case _ if not (self._muted or self._aside):
                self._out.append(token["text"].decode(self._encoding, "replace"))

    def _command(self, word: bytes, value: bytes | None) -> None:
        if word == b"htmlrtf":
            self._muted = value != b"0"
        elif word in _ASIDE:
            self._aside = True
        else:
            self._say(_SPOKEN.get(word, ""))

    def _say(self, text: str) -> None:
        if not (self._muted or self._aside):
            self._out.append(text)

    def _flush(self) -> None:
        if self._bytes:
            self._say(self._bytes.decode(self._encoding, "replace"))
            self._bytes = b""


def _literal(symbol: bytes) -> str:
    return symbol.decode() if symbol in (b"\\", b"{", b"}") else ""
