"""Controls of forms in OpenDocument (ODF 1.3 part 3, 13.5): what stands on buttons, beside boxes and in fields."""

from typing import TYPE_CHECKING

from moonshelf.extraction.office.form_fields import BOX, FormField
from moonshelf.extraction.office.opendocument.styles import DRAW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

CONTROL = f"{DRAW}control"
"""What shows a control among words, or over cells."""

_FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
_IDENTITIES = (f"{_FORM}id", "{http://www.w3.org/XML/1998/namespace}id")
_LABELLED, _TICKED = ("button", "fixed-text", "frame"), ("checkbox", "radio")
_TYPED = ("text", "textarea", "formatted-text", "number", "date", "time", "combobox", "file")  # a password is no text
_ON = ("checked", "true")


class Controls:
    """Those of one document, looked for when the first of them is shown."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}
        self._looked = False

    def shown(self, control: "_Element") -> str:
        """Return what a person sees of a *control* that stands in the document, of each once: a label may be long."""
        if not self._looked:
            self._looked = True
            self._shown = dict(_all(control.getroottree().getroot()))
        return self._shown.pop(control.get(CONTROL, ""), "")


def _all(root: "_Element") -> "Iterator[tuple[str, str]]":
    for one in root.iter(*(f"{_FORM}{kind}" for kind in (*_LABELLED, *_TICKED, *_TYPED, "listbox"))):
        text = _text(one, str(one.tag).removeprefix(_FORM)).strip()
        yield from ((one.get(identity, ""), text) for identity in _IDENTITIES)


def _text(control: "_Element", kind: str) -> str:
    if kind in _LABELLED:
        return control.get(f"{_FORM}label", "")
    if kind in _TICKED:
        box = FormField(BOX, int(_now(control, "state" if kind == "checkbox" else "selected") in _ON)).shown()
        return f"{box} {control.get(f'{_FORM}label', '')}"
    if kind in _TYPED:
        return _now(control, "value")
    options = (one for one in control.iterchildren(f"{_FORM}option") if _now(one, "selected") in _ON)
    return ", ".join(one.get(f"{_FORM}label", "") for one in options)


def _now(control: "_Element", what: str) -> str:
    """Return what is stated of a control as it was left; else, as it began."""
    return control.get(f"{_FORM}current-{what}", control.get(f"{_FORM}{what}", ""))
