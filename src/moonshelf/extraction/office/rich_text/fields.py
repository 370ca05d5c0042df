"""Fields of Rich Text: links, equations, and what forms ask for."""

import re

import msgspec

from moonshelf.extraction.office.form_fields import FormField
from moonshelf.extraction.office.word import instructed_fields

_ADDRESS = re.compile(r'HYPERLINK\s+"((?:https?|mailto|ftp):[^"\s()<>]+)"', re.IGNORECASE)
_LONGEST = 1_000  # characters of an instruction at a time


WORDS = {"fftype": "kind", "ffres": "result", "ffdefres": "default"}
"""Words inside a form's field, and what of it each sets to its number, which is 1 where none is spelt."""


class Field(msgspec.Struct):
    """One field that is being read."""

    opened: int  # groups around it
    start: int  # of its result in the parts of its paragraph
    instruction: str = ""
    form: FormField = msgspec.field(default_factory=FormField)

    def take(self, target: str, text: str) -> None:
        """Add *text* to the instruction, or to the last entry that a form offers."""
        if target == "instruction":
            self.instruction += text[:_LONGEST]
        elif self.form.entries:
            self.form.entries[-1] += text

    def fill(self, word: str, number: int) -> None:
        """Follow one of ``WORDS``."""
        setattr(self.form, WORDS[word], number)

    def end(self, parts: list[str]) -> None:
        """Make a link of its result, or put in what it shows without one."""
        address = _ADDRESS.search(self.instruction)
        text = "".join(parts[self.start :]).strip()
        if address and text and text != address[1]:
            parts[self.start :] = [f"[{text}]({address[1]})"]
        elif not text:
            parts.append(self.form.shown() or instructed_fields.shown(self.instruction))
