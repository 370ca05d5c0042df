"""XFA: forms whose pages Adobe's programs make of a template and what was filled in; to others they say to wait.

The template is a tree of fields and of what is drawn (XML Forms Architecture 3.3, chapters 2 and 4); the data are
elements named as the fields are. Both are packets of XML, which put together are one document.
"""

import ctypes
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pypdfium2 import PdfDocument

_MOST_BYTES = 16 * 2**20
_MOST_PACKETS = 64
_UNSEEN = {"hidden", "invisible", "inactive"}  # values of ``presence``
_PIECES = {"draw", "field", "exclGroup"}

_Values = Mapping[str, deque[str]]


class Form(NamedTuple):
    """What a form says, line by line, and what it holds that nobody sees; nothing if it could not be read."""

    shown: tuple[str, ...]
    hidden: tuple[str, ...]


def read(document: "PdfDocument") -> Form | None:
    """Return the form of *document* where its pages do not show it; None where there is none."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    if raw.FPDF_GetFormType(document.raw) != raw.FORMTYPE_XFA_FULL:
        return None
    root = _parsed(b"".join(_packets(document)))
    if root is None:
        return Form((), ())
    values: defaultdict[str, deque[str]] = defaultdict(deque)
    for leaf in _leaves(root):
        values[_name(leaf)].append(_words(leaf))
    said = [(line, seen) for line, seen in _said(root, values) if line]
    unbound = chain.from_iterable(values.values())
    return Form(
        tuple(line for line, seen in said if seen),
        (*(line for line, seen in said if not seen), *unbound),
    )


def _packets(document: "PdfDocument") -> Iterator[bytes]:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    left, size = _MOST_BYTES, ctypes.c_ulong()
    for index in range(min(raw.FPDF_GetXFAPacketCount(document.raw), _MOST_PACKETS)):
        raw.FPDF_GetXFAPacketContent(document.raw, index, None, 0, size)
        left -= size.value
        if left < 0:
            return
        buffer = ctypes.create_string_buffer(size.value)
        if raw.FPDF_GetXFAPacketContent(document.raw, index, buffer, size.value, size):
            yield buffer.raw[: size.value]


def _parsed(data: bytes) -> "_Element | None":
    from lxml import etree  # noqa: PLC0415 heavy: a shared library

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None


def _leaves(root: "_Element") -> Iterator["_Element"]:
    for data in root.iter("{*}data"):
        yield from (one for one in data.iter("*") if not len(one) and _words(one))


def _said(root: "_Element", values: _Values) -> Iterator[tuple[str, bool]]:
    """Yield each line of the template and whether people see it; the *values* of its fields are taken out."""
    waiting = [(one, True) for one in root.iter("{*}template")]
    while waiting:
        element, seen = waiting.pop()
        seen = seen and element.get("presence") not in _UNSEEN
        if _name(element) in _PIECES:
            yield " ".join(filter(None, (_value(element, "{*}caption/{*}value"), _filled(element, values)))), seen
        if _name(element) not in {"draw", "field"}:
            waiting += [(one, seen) for one in reversed(element)]


def _filled(element: "_Element", values: _Values) -> str:
    """Return what a field shows, which may be given in the template alone, or what is drawn."""
    bind = element.find("{*}bind")
    name = element.get("name", "") if bind is None else bind.get("ref", element.get("name", ""))
    named = values.get(name.rpartition(".")[2].partition("[")[0])  # as in $.address.street[*]
    value = named.popleft() if named else _value(element, "{*}value")
    if element.find("{*}ui/{*}passwordEdit") is not None:
        return ""
    if element.find("{*}ui/{*}checkButton") is not None:
        return "☒" if value and value == (_value(element, "{*}items/*") or "1") else ""
    return value


def _value(element: "_Element", path: str) -> str:
    found = element.find(path)
    return "" if found is None else _words(found)


def _words(element: "_Element") -> str:
    return " ".join(" ".join(map(str, element.itertext())).split())


def _name(element: "_Element") -> str:
    return str(element.tag).rpartition("}")[2]
