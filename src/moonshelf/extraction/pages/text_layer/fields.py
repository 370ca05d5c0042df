"""Fields and comments: what people wrote into a PDF after it was made, as its text layer has it."""

from collections.abc import Callable, Container, Iterator, Sequence

from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.text_layer.layers import Field, Note
from moonshelf.extraction.pages.xfa import Form

_WORDED = {"text", "combobox", "listbox"}
_NO_COMMENT = {"widget", "link", "popup"}
_SECRET = 1 << 13  # a password field (ISO 32000-1, table 228)
_INSET = 2.0  # points between a field's edge and its text
_LARGEST = 12.0  # points; a high field holds small print in several lines
_LEVEL = 0.5  # of the height of words: how much of it is beside the value
_NOTE_SIZE = 10.0  # points, where one that is hidden is asked for in the text
_ADVANCE = 0.5  # of the type size
_NOWHERE = (0.0, 0.0, 0.0, 0.0)


def filled(fields: Sequence[Field], runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return *runs* and the values of *fields* that are not among them, each on the line of its name."""
    values = [(value, field.box) for field in fields if field.box and (value := _value(field))]
    if not values:
        return tuple(runs)
    held = [[run for run in runs if boxes.holds(box, boxes.middle(run.box))] for _, box in values]
    inside = {id(run) for group in held for run in group}
    names = [run for run in runs if id(run) not in inside and not run.hidden]
    moved = {id(group[0]): _beside(group[0], names) for group in held if len(group) == 1}
    lacking = [
        _beside(run, names)
        for (value, box), group in zip(values, held, strict=True)
        if not any(run.text in value for run in group)
        for run in _set(value, box)
    ]
    return (*(moved.get(id(run), run) for run in runs), *lacking)


def comments(notes: Sequence[Note], unseen: Callable[[], Container[str]]) -> Iterator[Run]:
    """Yield what *notes* and marks on a page say; those that *unseen* names are hidden."""
    said = [
        (text, one.box or _NOWHERE)
        for one in notes
        if (text := " ".join(one.text.split())) and one.kind.lower() not in _NO_COMMENT
    ]
    hidden = unseen() if said else ()
    for text, box in said:
        yield Run(text, box, _NOTE_SIZE, hidden="hidden note" if text in hidden else "")


def formed(page: PageFacts, form: Form | None) -> PageFacts:
    """Return *page* with what an XFA *form* says, which stands on no page."""
    if form is None:
        return page
    hidden = (Run(line, _NOWHERE, _NOTE_SIZE, hidden="hidden field") for line in form.hidden)
    shown = (Run(line, _NOWHERE, _NOTE_SIZE) for line in form.shown)
    return replace(page, runs=(*page.runs, *hidden), comments=(*page.comments, *shown))


def _value(field: Field) -> str:
    if field.checked is not None:
        return "☒" if field.checked else ""
    if field.kind not in _WORDED or (field.kind == "text" and field.flags & _SECRET):
        return ""
    return field.value.strip()


def _set(value: str, box: Box) -> Iterator[Run]:
    """Set *value* into its field, line below line."""
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    size = min(_LARGEST, boxes.height(box) / max(1, len(lines)))
    for index, line in enumerate(lines):
        top = box[1] + (index + 0.5) * boxes.height(box) / len(lines) - size / 2
        left = box[0] + min(_INSET, boxes.width(box) / 4)
        right = max(left + 1.0, min(box[2], left + len(line) * size * _ADVANCE))
        yield Run(line, (left, top, right, top + size), size)


def _beside(value: Run, shown: Sequence[Run]) -> Run:
    """Return *value* on the line of the words nearest to its left, or else to its right: those that name it."""
    right = value.box[2]
    level = [run for run in shown if boxes.shared_height(run.box, value.box) > _LEVEL * (run.box[3] - run.box[1])]
    before = [run for run in level if run.box[0] < value.box[0]]
    name = max(before, key=lambda run: run.box[2], default=None) or min(
        (run for run in level if run.box[0] >= right), key=lambda run: run.box[0], default=None
    )
    if name is None:
        return value
    return replace(value, box=(value.box[0], name.box[1], value.box[2], name.box[3]), size=name.size)
