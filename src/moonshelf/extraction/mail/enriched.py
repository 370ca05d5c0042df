"""Enriched text (RFC 1896) and its forerunner, rich text (RFC 1341), in the words of HTML."""

import re

TYPES = frozenset({"text/enriched", "text/richtext"})
_AS_HTML = {b"bold": b"b", b"italic": b"i", b"fixed": b"code", b"excerpt": b"blockquote", b"paragraph": b"p"}
_PARAMETER = re.compile(rb"<param>[^<]*+(?:</param>)?|<comment>[^<]*+(?:</comment>)?", re.IGNORECASE)
_TAG = re.compile(rb"<(/?)([A-Za-z][\w-]{0,59})>")
_LINES = re.compile(rb"(?:\r?\n){2,}")


def html(text: bytes, kind: str) -> bytes:
    """Return *text* of this *kind* as HTML: one line's end is a space, more are as many ends of lines but one."""
    spelt = text.replace(b"&", b"&amp;").replace(b"<lt>", b"&lt;").replace(b"<<", b"&lt;")
    tagged = _TAG.sub(_tag, _PARAMETER.sub(b"", spelt))
    if kind == "text/enriched":
        tagged = _LINES.sub(lambda ends: b"<br>" * (ends[0].count(b"\n") - 1), tagged)
    return b"<body>" + tagged


def _tag(found: re.Match[bytes]) -> bytes:
    name = found[2].lower()
    if name == b"nl":
        return b"<br>"
    return b"<%s%s>" % (found[1], _AS_HTML[name]) if name in _AS_HTML else b""
