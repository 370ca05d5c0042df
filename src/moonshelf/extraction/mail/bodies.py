"""Bodies of mail: lines that were broken for transport, and the better of two versions."""

import re
from collections.abc import Iterable, Iterator, Sequence

from moonshelf.extraction.charset import decode
from moonshelf.extraction.coverage import tally
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.markup import hypertext
from moonshelf.extraction.markup.hypertext import Reading
from moonshelf.extraction.markup.style_sheets import Linked

_WORD = re.compile("[\u2e80-\u9fff\uac00-\ud7a3]|[^\\W_\u2e80-\u9fff\uac00-\ud7a3]+")
_ADDRESS = re.compile(r"(?:https?|ftp|mailto|cid):[^\s<>\])]*|\[image:[^\]]{0,500}\]", re.IGNORECASE)
_STRUCTURE = frozenset({Kind.TABLE, Kind.HEADING, Kind.LIST, Kind.CODE})
_ARMOUR = re.compile(
    r"-----BEGIN PGP MESSAGE-----[^-]*+(?>-(?!----(?:BEGIN|END) PGP MESSAGE)[^-]*+)*+-----END PGP MESSAGE-----"
)
LOCKED = "An encrypted part was not read: only its recipient has the key."


def plain(content: bytes, *, encoding: str = "", flowed: bool = False, closed_up: bool = False) -> Reading:
    """Read a body of plain text; *flowed* lines (RFC 3676) are joined, *closed_up* without their last space."""
    decoded = decode(content, declared=encoding)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n")
    text, locked = _ARMOUR.subn("[Encrypted]", text)
    if flowed:
        text = "\n".join(_joined(text.split("\n"), "" if closed_up else " "))
    return Reading(
        (Block(Kind.PARAGRAPH, text),) if text.strip() else (),
        warnings=(*decoded.warnings(), *([LOCKED] if locked else ())),
    )


def best(text: Reading | None, page: Reading | None) -> Reading:
    """Choose between the plain and the HTML version of one text; what only the plain one says is added.

    HTML wins where it has structure to show, or says more. Mailers put the two together with more or less care.
    """
    if text is None or page is None:
        return text or page or Reading()
    said, shown = words(text.blocks), words(page.blocks)
    more = sum(word not in said for word in shown)
    if not page.blocks or (text.blocks and more == 0 and not any(one.kind in _STRUCTURE for one in page.blocks)):
        return text
    rest = "\n".join(_unsaid(text, shown))
    added = (Block(Kind.NOTE, f"In the plain text version: {rest}"),) if rest else ()
    return Reading((*page.blocks, *added), page.title, (*page.warnings, *text.warnings))


def without_repeats(blocks: Sequence[Block], said: set[str]) -> Iterator[Block]:
    """Yield *blocks* of an attached version of a message, without what that message has *said* before it.

    The files attached to it, each below a heading, are whole.
    """
    headings = 0
    for block in blocks:
        headings += block.kind is Kind.HEADING
        if headings > 1 or block.kind is Kind.HEADING or not words([block]) <= said:
            yield block


def html(content: bytes, withheld: Withheld, *, encoding: str = "", linked: Linked | None = None) -> Reading:
    """Read a body of HTML."""
    return hypertext.read(content, withheld, declared=encoding, linked=linked)


def merged(readings: "list[Reading]") -> Reading | None:
    """Put several bodies of one kind after each other."""
    if not readings:
        return None
    return Reading(
        tuple(block for one in readings for block in one.blocks),
        warnings=tuple(warning for one in readings for warning in one.warnings),
    )


def words(blocks: Iterable[Block]) -> set[str]:
    """Return the words of *blocks*, each once, whatever its case."""
    return {word.casefold() for one in _texts(blocks) for word in _WORD.findall(_ADDRESS.sub(" ", one))}


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield block.text
        yield from (cell.text for cell in block.cells)


def _unsaid(text: Reading, shown: set[str]) -> Iterator[str]:
    """Lines with a word that the other version lacks."""
    for one in _texts(text.blocks):
        for line in one.split("\n"):
            words = _WORD.findall(_ADDRESS.sub(" ", line))
            if any(word.casefold() not in shown for word in words) and tally.words(line):
                yield line.strip()


def _joined(lines: list[str], joint: str) -> Iterator[str]:
    """Join lines that end in a space with what follows at the same depth of quotation."""
    pending, depth = list[str](), 0
    for line in lines:
        marks = re.match(r">*", line)
        deep = marks.end() if marks else 0
        words = line[deep:].removeprefix(" ")
        if pending and deep != depth:
            yield "".join(pending)
            pending = []
        flows = words.endswith(" ") and words != "-- "
        if not pending:
            words, depth = f"{'>' * deep}{' ' if deep else ''}{words}", deep
        if flows:
            pending += (words[:-1], joint)
        else:
            yield "".join((*pending, words))
            pending = []
    if pending:
        yield "".join(pending)
