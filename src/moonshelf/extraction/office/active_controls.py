"""ActiveX controls in Office Open XML: what buttons, boxes and labels show ([MS-OFFMACRO2] 2.2.1.3, [MS-OFORMS])."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import msgspec

from moonshelf.errors import ExtractionError
from moonshelf.extraction.containers.compound_file import MAGIC
from moonshelf.extraction.office.form_fields import BOX, FormField
from moonshelf.extraction.office.ole.streams import Streams
from moonshelf.extraction.office.openxml import Package, whole

_AX = "{http://schemas.microsoft.com/office/2006/activeX}"
_STORED = "contents"  # the stream of a control that is kept as a file of its own
_CLASS_SIZE, _HEAD_SIZE = 16, 4  # bytes of a control's class, where it is kept as a stream, and of its version and size
_WIDE = 32  # properties beyond which their mask takes eight bytes
_COMPRESSED = 1 << 31  # in the length of a text: its characters take a byte each
_TICKED = range(4, 6)  # styles: boxes to tick, and to choose one of
_NEVER = -1


class _Layout(msgspec.Struct, frozen=True):
    """Bytes of the properties of a class by the bits of its mask, those that are kept elsewhere 0, and who is who."""

    sizes: Sequence[int]
    caption: int
    value: int = _NEVER
    style: int = _NEVER


_BUTTON = _Layout((4, 4, 4, 4, 4, 0, 1, 2, 2, 0, 2), caption=3)
_LABEL = _Layout((4, 4, 4, 4, 4, 0, 1, 4, 2, 2, 2, 2, 2), caption=3)
_MORPHING = _Layout(  # fields to type in, lists, boxes to tick, to choose one of, and buttons that stay down
    (4, 4, 4, 4, 1, 1, 1, 1, 0, 2, 4, 2, 2, 2, 2, 2, 1, 1, 1, 0, 1, 1, 4, 4, 4, 4, 4, 2, 2, 2, 0, 0, 4),
    caption=23, value=22, style=6,
)  # fmt: skip
_LAYOUTS: Mapping[str, _Layout] = {
    "{D7053240": _BUTTON,
    "{978C9E23": _LABEL,
    **dict.fromkeys(("{8BD21D10", "{8BD21D20", "{8BD21D30", "{8BD21D40", "{8BD21D50", "{8BD21D60"), _MORPHING),
}


def control(package: Package, part: str) -> str:
    """Return what the control in *part* shows, the first time that it is asked for."""
    root = package.once(part)
    if root is None:
        return ""
    stated = {one.get(f"{_AX}name", ""): one.get(f"{_AX}value", "") for one in root}
    if stated:
        return _shown(whole(stated.get("DisplayStyle")), stated.get("Caption", ""), stated.get("Value", ""))
    layout = _LAYOUTS.get(root.get(f"{_AX}classid", "")[:9].upper())
    kept = next(iter(package.related(part, "activeXControlBinary")), "")
    return _read(_content(package, package.bytes(kept) or b""), layout) if layout else ""


def kept(content: bytes) -> str:
    """Return what a control shows that stands behind its class, as workbooks of Excel 97 keep theirs."""
    layout = _LAYOUTS.get(f"{{{int.from_bytes(content[:4], 'little'):08X}")
    return _read(content[_CLASS_SIZE:], layout) if layout else ""


def _content(package: Package, kept: bytes) -> bytes:
    """Return the control without what it is kept in."""
    if not kept.startswith(MAGIC):
        return kept[_CLASS_SIZE:]
    try:
        return Streams.of(BytesIO(kept), package.limits).read(_STORED) or b""
    except ExtractionError:
        return b""


def _read(content: bytes, layout: _Layout) -> str:
    wide = len(layout.sizes) > _WIDE
    at = _HEAD_SIZE + (8 if wide else 4)
    mask, numbers = int.from_bytes(content[_HEAD_SIZE:at], "little"), dict[int, int]()
    for bit, size in enumerate(layout.sizes):
        if size and mask >> bit & 1:
            at += -at % size
            numbers[bit] = int.from_bytes(content[at : at + size], "little")
            at += size
    at += -at % 4 + (8 if wide else 0)  # past how large it is
    texts: dict[int, str] = {}
    for bit in (layout.value, layout.caption):
        length = numbers.get(bit, 0)
        end = at + length % _COMPRESSED
        texts[bit] = content[at:end].decode("latin-1" if length & _COMPRESSED else "utf-16-le", "replace")
        at = end + -end % 4
    return _shown(numbers.get(layout.style, 0), texts[layout.caption], texts.get(layout.value, ""))


def _shown(style: int, caption: str, value: str) -> str:
    caption, value = caption.strip(), value.strip()
    if style in _TICKED:  # one without words says nothing where it does not stand beside some
        return f"{FormField(BOX, int(value == '1')).shown()} {caption}" if caption else ""
    return caption or value
