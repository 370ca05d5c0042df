"""Which kind of text a text is, by how it begins and what it is called.

A name decides where the beginning leaves it open. Under the name of a kind that begins otherwise, as a page that was
saved as ``.csv`` or a mail as ``.txt``, the beginning does. Programs that write pages begin as pages do.
"""

import re
import string

from moonshelf.extraction.sniffing import vocabularies
from moonshelf.extraction.sniffing.text_types import TEXT_TYPES

NOTEBOOK = "application/x-ipynb+json"
XBITMAP = "image/x-xbitmap"
_NAMED = {  # text with a reader of its own
    ".html": "text/html",
    ".htm": "text/html",
    ".shtml": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".xht": "application/xhtml+xml",
    ".eml": "message/rfc822",
    ".emlx": "message/rfc822",
    ".mht": "message/rfc822",
    ".mhtml": "message/rfc822",
    ".p7m": "message/rfc822",  # signed in the clear
    ".mbox": "application/mbox",
    ".ipynb": NOTEBOOK,
}
_ROOTS = {  # of XML documents, without prefix
    "svg": "image/svg+xml",
    "html": "application/xhtml+xml",
    "fictionbook": "application/x-fictionbook+xml",
}
_FLAT = re.compile(
    r"\s*<office:document\s[^>]*\boffice:mimetype=[\"'](application/vnd\.oasis\.opendocument\.[a-z]{1,20})"
)
_XML = "application/xml"
XML_TYPES = frozenset({_XML, "application/xslt+xml", *_ROOTS.values(), *vocabularies.ALL} - {"image/svg+xml"})
_GENERIC = frozenset({"", ".xml", ".svg", ".fb2", ".plist"})  # names that leave it to the beginning
_WRITES_PAGES = frozenset({".asp", ".aspx", ".ejs", ".jsp", ".php", ".svelte", ".vue", ".xsl", ".xslt"})
_PAGES = frozenset({".html", ".htm", ".shtml", ".xhtml", ".xht"})
_CERTAIN = frozenset({"text/calendar", "text/vcard", "text/vtt", "application/x-subrip"})  # by their first lines
_MAILS = frozenset({"message/rfc822", "application/mbox"})
_PDF = re.compile(r"%PDF-[12]\.\d\s")
_PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"\s*<(?:[\w.-]{1,64}:)?([\w.-]{1,64})[\s/>]")
_HTML = re.compile(
    r"\s*<(?:!doctype\s+html|html|head|body|meta|title|script|style|table|div|h[1-6]|p|ul|ol|dl|pre|blockquote|center|span"
    r"|font|strong|em|b|i|img|br|hr|a(?=\s+href\b))[\s>/]",
    re.IGNORECASE,
)
_MBOX = re.compile(r"From \S{1,300} .{0,60}\d{4}.{0,10}\r?\n[\w-]{1,80}:")
_PAGE = re.compile(r"(?>(?><!--.*?-->)\s*){0,20}<(?:!doctype\s+)?html[\s>]", re.IGNORECASE | re.DOTALL)
_TRAVELLED = re.compile(
    r"^(?:MIME-Version|Received|Return-Path|Message-ID|Delivered-To):", re.MULTILINE | re.IGNORECASE
)
_MAIL = re.compile(
    r"(?:\d{1,9} *\r?\n)?"  # Apple Mail's .emlx begins with the length
    r"(?:MIME-Version:|(?:(?:Return-Path|Received|Received-SPF|Delivered-To|Envelope-To|Date|From|Sender|To|Cc|Bcc|Subject"
    r"|Message-ID|In-Reply-To|References|Reply-To|MIME-Version|Content-Type|Content-Transfer-Encoding|User-Agent"
    r"|Authentication-Results|DKIM-Signature|Snapshot-Content-Location|(?:X|ARC|List|Thread)-[\w-]{1,60}):"
    r"[^\n]*\n(?:[ \t][^\n]*\n)*){3})",  # a carriage return is part of its line: apart it doubled the ways at each
    re.IGNORECASE,
)
_NOTEBOOK = re.compile(r'"(?:nbformat|cells|worksheets)"\s{0,20}:')
_XBITMAP = re.compile(r"^#define[ \t]+\w{0,100}width[ \t]+\d+\s+#define[ \t]+\w{0,100}height[ \t]+\d+", re.MULTILINE)
_JSON = re.compile(r'(?:\[\s{0,1000}(?:["\[{\d\]-]|true|false|null)|\{\s{0,1000}["}])')
_BEGINNINGS: tuple[tuple[str, re.Pattern[str], str], ...] = (  # the letters that each begins with, in either case
    ("f", _MBOX, "application/mbox"),
    ("0123456789abcdefilmrstux", _MAIL, "message/rfc822"),
    ("b", re.compile(r"BEGIN:VCALENDAR[ \t]*\r?\n", re.IGNORECASE), "text/calendar"),
    ("b", re.compile(r"BEGIN:VCARD[ \t]*\r?\n", re.IGNORECASE), "text/vcard"),
    ("w", re.compile(r"WEBVTT(?=[ \t\r\n])"), "text/vtt"),
    ("0123456789", re.compile(r"\d{1,6}[ \t]*\r?\n\d{1,3}:\d\d:\d\d,\d{3} --> \d"), "application/x-subrip"),
    ("%", re.compile(r"%!PS"), "application/postscript"),
)
_BY_LETTER = {
    letter: tuple((sign, kind) for letters, sign, kind in _BEGINNINGS if letter.lower() in letters)
    for letter in {*string.ascii_letters, *string.digits, "%"}
}


def media_type(head: str, extension: str) -> str:
    """Name the media type of the text that begins with *head*."""
    begin = head.lstrip("\ufeff \t\r\n\f")
    if begin.startswith("{\\rtf"):
        return "application/rtf"
    if begin.startswith("%PDF-") or (extension not in TEXT_TYPES and _PDF.search(head[:1024])):
        return "application/pdf"
    if extension in (".xbm", "") and _XBITMAP.search(head[:4096]):
        return XBITMAP
    expected = _NAMED.get(extension) or TEXT_TYPES.get(extension, "")
    if extension in _WRITES_PAGES or (expected == NOTEBOOK and begin.startswith("{")):
        return expected
    shown = _by_markup(begin) or _by_shape(begin)
    is_open = extension in _GENERIC and shown not in _MAILS  # a record may begin with names and colons as mail does
    if expected and not is_open and not _is_contrary(begin, extension, shown):
        return expected
    return shown or expected or "text/plain"


def _is_contrary(begin: str, extension: str, shown: str) -> bool:
    """Tell whether a text begins as no file of its name does: what it has *shown* itself to be is more than likely."""
    if shown in _CERTAIN:
        return True
    if shown in _MAILS:
        return _NAMED.get(extension) not in _MAILS and bool(_TRAVELLED.search(begin))
    if extension in _PAGES:
        return shown == NOTEBOOK or (begin.startswith("<?xml") and shown not in (_XML, "application/xhtml+xml"))
    if extension in _NAMED:
        return shown == NOTEBOOK or (begin.startswith("<") and bool(shown))
    if not begin.startswith("<"):
        return shown == NOTEBOOK
    return shown not in ("", _XML, "text/html") or bool(_PAGE.match(begin))


def _by_markup(begin: str) -> str:
    if not begin.startswith("<"):
        return ""
    rest, is_xml = begin, begin.startswith("<?xml")
    for _ in range(50):  # comments and declarations, of which any number may come first
        if _HTML.match(rest) and not is_xml:
            return "text/html"
        prolog = _PROLOG.match(rest)
        if not prolog:
            break
        rest = rest[prolog.end() :]
    if flat := _FLAT.match(rest):
        return f"{flat[1]}-flat-xml"
    root = _ROOT.match(rest)
    if not root:
        return _XML if is_xml else ""
    known = _ROOTS.get(root[1].lower(), "") or vocabularies.media_type(begin[: -len(rest)], rest)
    return known or (_XML if is_xml else "")


def _by_shape(begin: str) -> str:
    letter = begin[:1]
    if letter not in ("{", "["):
        return next((kind for sign, kind in _BY_LETTER.get(letter, ()) if sign.match(begin)), "")
    if not _JSON.match(begin):
        return ""
    has_cells = letter == "{" and ('"nbformat"' in begin or '"cell_type"' in begin)
    return NOTEBOOK if has_cells and _NOTEBOOK.search(begin) else "application/json"
