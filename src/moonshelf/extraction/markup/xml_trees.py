"""XML of unknown origin as trees: no network, no entities but HTML's named characters, depth bounded by the parser."""

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{0,31};)")
_DECLARATION = re.compile(r"^[\ufeff\s]*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)


def parse(text: str, *, recover: bool = True) -> "_Element | None":
    """Parse *text*; what stands before a fault is kept if *recover*, else a fault gives nothing.

    The document type goes unread: HTML's named characters are put in, any other entity stays as it is written.
    """
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    bare = _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1)
    plain = _ENTITY.sub(_character, bare).strip("\ufeff \t\r\n")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, recover=recover
    )
    try:
        return etree.fromstring(plain.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def _character(entity: re.Match[str]) -> str:
    return unescape(entity[0]).replace("&", "&amp;").replace("<", "&lt;")
