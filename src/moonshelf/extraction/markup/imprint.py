"""What a book states of itself beside its text, as a title page would: many books have no other."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.coverage import tally
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Kind, Page
from moonshelf.extraction.inclusion import NOTHING_MORE
from moonshelf.extraction.markup import hypertext

_OPENING = 5_000  # characters in which a book that says what it is does so
_LONGEST = 20_000  # characters of a description, which may be in HTML
_WORD = re.compile(r"\w+")
_NOBODY = "Unknown"  # as Calibre names who wrote what it knows nothing of


class Imprint(msgspec.Struct, frozen=True):
    """Title, authors and description; any of them may lack."""

    title: str = ""
    authors: tuple[str, ...] = ()
    description: str = ""  # in words or in HTML

    def metadata(self) -> Mapping[str, str]:
        """Return it as the metadata of a document."""
        return {key: text for key, text in {"title": self.title, "author": ", ".join(self.authors)}.items() if text}


def leading(imprint: Imprint, pages: Sequence[Page]) -> tuple[Page, ...]:
    """Put in front of the first of *pages* what of *imprint* the book does not say where it begins.

    A book without any text, as one of pictures, stays so: that it was not read is to be seen.
    """
    said = _words(_opening(pages))
    lines = [f"{label}: {', '.join(texts)}" for label, *texts in _told(imprint) if not _says(said, texts)]
    if not lines or not said.strip():
        return tuple(pages)
    first = pages[0]
    more = tally.with_more(replace(first, blocks=()), [Block(Kind.PARAGRAPH, "\n".join(lines))])
    return (replace(more, blocks=(*more.blocks, *first.blocks)), *pages[1:])


def _told(imprint: Imprint) -> tuple[tuple[str, ...], ...]:
    authors = imprint.authors if imprint.authors != (_NOBODY,) else ()
    return ("Title", imprint.title), ("Authors", *authors), ("Description", _plain(imprint.description[:_LONGEST]))


def _says(said: str, texts: Iterable[str]) -> bool:
    return all(words in said for words in map(_words, texts) if words.strip())


def _plain(description: str) -> str:
    """Return the words of a *description*, which shops take in HTML."""
    if "<" not in description:
        return " ".join(description.split())
    read = hypertext.read(description.encode(), Withheld(NOTHING_MORE), declared="utf-8")
    return " ".join(" ".join(block.text.split()) for block in read.blocks)


def _opening(pages: Iterable[Page]) -> str:
    texts: list[str] = []
    left = _OPENING
    for block in (block for page in pages for block in page.blocks):
        texts += (block.text, *(cell.text for cell in block.cells))
        left -= len(block.text) + sum(len(cell.text) for cell in block.cells)
        if left < 0:
            break
    return " ".join(texts)


def _words(text: str) -> str:
    """Return the words of *text* alone, however they are set."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
