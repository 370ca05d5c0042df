"""Subtitles (WebVTT, SubRip) and lyrics (LRC): words and times, without the tags and codes by which players set them.

Who speaks, which WebVTT tells in a tag, is said before what they say. Comments are withheld, as no player shows them.
"""

import re
from html import unescape
from typing import BinaryIO

from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.text import plain_text
from moonshelf.extraction.tools import Tools

_WEBVTT = "WEBVTT"
_APART = re.compile(  # blocks that are no cues (WebVTT 4.1)
    r"^(?:(NOTE)(?=[ \t\r\n]|\Z)|(?:STYLE|REGION)[ \t]*(?=\r?\n|\Z))((?>[^\r\n]*+(?:\r?\n(?=[^\r\n])|\Z))*+[^\r\n]*+)"
    r"(?:\r?\n){0,2}",
    re.MULTILINE,
)
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,200})?[ \t]+([^<>\r\n]{1,200})>")
_READING = re.compile(r"<rt>([^<>\r\n]{0,200})</rt>")
_TAG = re.compile(
    r"</?(?:[bisuv]|c|lang|ruby|rt|font)(?:[.\s][^<>\r\n]{0,300})?>|<[\d:.]{5,20}>|\{\\[^{}\r\n]{1,200}\}",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7});")


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read the subtitles. Raises ``UnsupportedFormat`` on what is no text in any encoding."""
    return plain_text.rewritten(source, tools, _shown)


def _shown(text: str, withheld: Withheld) -> str:
    is_webvtt = text.startswith(_WEBVTT)
    if is_webvtt:
        text = _APART.sub(lambda apart: _left(apart, withheld), text)
    text = _TAG.sub("", _READING.sub(r"(\1)", _VOICE.sub(r"\1: ", text)))
    return _ENTITY.sub(lambda entity: unescape(entity[0]), text) if is_webvtt else text


def _left(apart: re.Match[str], withheld: Withheld) -> str:
    if not apart[1]:
        return ""  # how cues look and where they stand
    return "" if withheld.takes(apart[2].strip(), "comment") else apart[0]


SUBTITLES = Flowing(
    name="Subtitles (WebVTT, SubRip, LRC)",
    media_types={".vtt": "text/vtt", ".srt": "application/x-subrip", ".lrc": "text/x-lrc"},
    extract=extract,
)
