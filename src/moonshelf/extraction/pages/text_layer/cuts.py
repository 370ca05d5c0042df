"""Cuts: what PDFium drops of a string in the content of a page.

It takes 32,767 bytes of each, as many as PDF once allowed (ISO 32000-1, annex C), and goes on behind the rest without
a word. So text that one object shows, or that stands for what it shows, may go on where it is that long.
"""

from typing import TYPE_CHECKING

from moonshelf.extraction.pages.text_layer.objects import address

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

LONG = 32_767 // 2
"""Characters: there may be two bytes in each."""
_STEP = 1024  # characters between looks, by so many of which a text may be shorter than a long one
SENTENCE = "a text in it is longer than the 32767 bytes that are read of one, and may be cut off there"


def likely(page: "PdfPage") -> bool:
    """Say whether an object of *page* shows so much text that it may have been cut."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    text = page.get_textpage()
    try:
        looks = range(0, text.count_chars(), _STEP)
        shown = [address(raw.FPDFText_GetTextObject(text, index)) for index in looks]
        return any(one and one == other for one, other in zip(shown, shown[LONG // _STEP :], strict=False))
    finally:
        text.close()
