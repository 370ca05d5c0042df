"""Fields and comments: what people wrote into a PDF after it was made, as liteparse finds it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes

if TYPE_CHECKING:
    from liteparse.types import AnnotationRect, FormField, ParsedPage

_WORDED = {"text", "combobox", "listbox"}
_NO_COMMENT = {"widget", "link", "popup"}
_SECRET = 1 << 13  # a password field (ISO 32000-1, table 228)
_INSET = 2.0  # points between a field's edge and its text
_LARGEST = 12.0  # points; a high field holds small print in several lines
_ADVANCE = 0.5  # of the type size


def values(page: "ParsedPage", runs: Iterable[Run]) -> Iterator[Run]:
    """Yield the values of the fields on *page* that are not among its *runs* already."""
    shown = list(runs)
    for field in page.form_fields or ():
        value = _value(field)
        if value and field.rect is not None:
            box = _box(field.rect)
            if not any(boxes.holds(box, boxes.middle(run.box)) and run.text in value for run in shown):
                yield from _set(value, box)


def comments(page: "ParsedPage") -> Iterator[Run]:
    """Yield what notes and marks on *page* say."""
    for one in page.annotations or ():
        text = " ".join((one.contents or "").split())
        if text and one.subtype.lower() not in _NO_COMMENT:
            yield Run(text, _box(one.rect) if one.rect else (0.0, 0.0, 0.0, 0.0), 0.0)


def _value(field: "FormField") -> str:
    if field.checked is not None:
        return "☒" if field.checked else ""
    if field.type not in _WORDED or (field.type == "text" and field.field_flags & _SECRET):
        return ""
    return (field.value or ", ".join(field.selected_options)).strip()


def _set(value: str, box: Box) -> Iterator[Run]:
    """Set *value* into its field, line below line."""
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    size = min(_LARGEST, boxes.height(box) / max(1, len(lines)))
    for index, line in enumerate(lines):
        top = box[1] + (index + 0.5) * boxes.height(box) / len(lines) - size / 2
        left = box[0] + min(_INSET, boxes.width(box) / 4)
        right = max(left + 1.0, min(box[2], left + len(line) * size * _ADVANCE))
        yield Run(line, (left, top, right, top + size), size)


def _box(rect: "AnnotationRect") -> Box:
    return (rect.x, rect.y, rect.x + rect.width, rect.y + rect.height)
