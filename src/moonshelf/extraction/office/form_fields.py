"""Fields of forms as Word knows them since 1997: what a box or a list shows is said of the field, not in its text."""

import msgspec

BOX, LIST = 1, 2  # kinds, as files number them; the text of the third kind stands in the document
_UNSAID = 25  # a result that files state where there is none


class FormField(msgspec.Struct):
    """One field; *result* is whether its box is ticked, or which of its *entries* is chosen."""

    kind: int = 0
    result: int | None = None
    default: int = 0
    entries: list[str] = msgspec.field(default_factory=list)

    def shown(self) -> str:
        """Return what a person sees of it."""
        place = self.default if self.result in (None, _UNSAID) else self.result or 0
        if self.kind == BOX:
            return "☒" if place else "☐"
        return self.entries[place] if self.kind == LIST and 0 <= place < len(self.entries) else ""
