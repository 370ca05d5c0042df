"""Optional content: whether a PDF has layers that are off when it is opened (ISO 32000-1, 8.11.4.3)."""

import re

from moonshelf.extraction.pages.text_layer.file import numbered

_LAYERS = b"/OCProperties"
_OFF = re.compile(rb"/OFF\s*(?:\[\s*)?\d|/BaseState\s*/OFF\b")


def off(data: bytes) -> bool:
    """Say whether any layer of the PDF *data* may be off; where its objects are encrypted nobody is told."""
    texts = [data, *numbered.unpacked(data)]
    return any(_LAYERS in text for text in texts) and any(_OFF.search(text) for text in texts)
