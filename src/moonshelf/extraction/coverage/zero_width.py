"""Characters that take no room: joints that scripts and emoji need stay, all others are counted and kept out.

They tell a model what no person sees: whole messages are hidden in runs of them.
"""

import re

from msgspec.structs import replace

from moonshelf.extraction.document import Block, Document, Page

_VARIANTS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_JOINED = (  # scripts and signs in which a joiner changes what is seen: Arabic to Thai, Khmer, Mongolian, emoji
    "\u0590-\u109f\u1780-\u18af\u2190-\u2bff\ufb1d-\ufdff\ufe0f\ufe70-\ufefc\U00010a00-\U00011fff\U0001f000-\U0001faff"
)
_UNSEEN = re.compile(
    "(\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f)"  # the flags of Scotland and the like are spelt in tags
    "|[\u180e\u200b\u2060-\u2064\ufeff\U000e0000-\U000e007f]+"
    f"|(?<![{_JOINED}])[\u200c\u200d]+"
    f"|(?<=[{_VARIANTS}])[{_VARIANTS}]+"  # a character has one variant
)
_ONE = re.compile(f"[\u180e\u200b-\u200d\u2060-\u2064\ufeff\U000e0000-\U000e007f{_VARIANTS}]")  # is in each of those


def without(document: Document) -> Document:
    """Return *document* without them; each page says how many there were."""
    suspects = list(map(_may_hold, document.pages))
    if not any(suspects):  # as in nearly all: to make a million cells anew costs more than to read them
        return document
    pages = zip(document.pages, suspects, strict=True)
    return replace(document, pages=tuple(_page(page) if suspect else page for page, suspect in pages))


def _page(page: Page) -> Page:
    blocks = tuple(map(_block, page.blocks))
    gone = sum(map(_length, page.blocks)) - sum(map(_length, blocks))
    coverage = replace(page.coverage, zero_width=page.coverage.zero_width + gone)
    return replace(page, blocks=blocks, coverage=coverage) if gone else page


def _may_hold(page: Page) -> bool:
    odd = [text for block in page.blocks for text in (block.text, block.marker) if not text.isascii()]
    odd += [cell.text for block in page.blocks for cell in block.cells if not cell.text.isascii()]
    return bool(odd) and _ONE.search("".join(odd)) is not None


def _suspect(text: str) -> bool:
    return not text.isascii() and _ONE.search(text) is not None


def _block(block: Block) -> Block:
    cells = tuple(replace(cell, text=_clean(cell.text)) if _suspect(cell.text) else cell for cell in block.cells)
    return replace(block, text=_clean(block.text), marker=_clean(block.marker), cells=cells)


def _length(block: Block) -> int:
    return len(block.text) + len(block.marker) + sum(len(cell.text) for cell in block.cells)


def _clean(text: str) -> str:
    return _UNSEEN.sub(lambda found: found[1] or "", text)
