"""Signs: dashes and quotation marks, of which liteparse makes ASCII, as the page has them."""

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from moonshelf.extraction.facts import Run
from moonshelf.extraction.pages.text_layer.layers import Item, Word

_FOLDS = {
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
    '"': "\u201c\u201d\u201e\u2033",
    "'": "\u2018\u2019\u201a\u2032",
}
"""What liteparse makes of signs of a page, and these."""
_SIGN = re.compile(f"[{''.join(_FOLDS)}]")
_FOLDED = re.compile("[\u2012-\u2015\u2212\u2018-\u201a\u201c-\u201e\u2032\u2033]")
"""What is restored: hyphens of other codes say no more than the ASCII one, and break words at the end of lines."""

_OPENING, _CLOSING = ("\u2018\u2018", "\u201c"), ("\u2019\u2019", "\u201d")
"""Two single quotation marks, and the double one that they are set for."""

_AROUND = (1_000, 12, 3)  # characters on each side that tell a place in a text: as many as go, for spaces may differ


def restored(items: Sequence[Item], text: Callable[[], str]) -> Sequence[Item]:
    """Return *items* of a page with the signs that its *text* has in their place."""
    if not any(_SIGN.search(item.text) for item in items):
        return items
    whole = text()
    if not _FOLDED.search(whole):
        return items
    folded = fold(whole)
    return [_restored(item, whole, folded) for item in items]


def fold(text: str) -> str:
    """Return *text* with its signs as liteparse gives them."""
    for plain, signs in _FOLDS.items():
        for sign in signs:
            text = text.replace(sign, plain)  # a fiftieth of the time that ``translate`` takes
    return text


def _restored(item: Item, whole: str, folded: str) -> Item:
    text = _SIGN.sub(lambda sign: _sign(item.text, sign.start(), whole, folded), item.text)
    return item if text == item.text else replace(item, text=text, words=tuple(_words(item, text)))


def _sign(text: str, index: int, whole: str, folded: str) -> str:
    """Return what stands at *index* of *text*, if all places in *whole* that read as it does around there agree."""
    for reach in _AROUND:
        start = max(0, index - reach)
        around = text[start : index + reach + 1]
        found = {whole[at + index - start] for at in _found(around, folded) if len(text) > 1 or _alone(whole, at)}
        if found:
            sign = found.pop()
            return sign if not found and _FOLDED.match(sign) else text[index]
    return text[index]


def _alone(whole: str, at: int) -> bool:
    """Say whether what stands at *at* is a word by itself, as dashes in cells without a value are."""
    return not (whole[at - 1 : at] + whole[at + 1 : at + 2]).strip()


def _found(part: str, whole: str) -> Iterator[int]:
    at = whole.find(part)
    while at >= 0:
        yield at
        at = whole.find(part, at + 1)


def _words(item: Item, text: str) -> Iterator[Word]:
    """Yield the words of *item*, whose text is *text* now."""
    end = 0
    for word in item.words:
        here = item.text.find(word.text, end)
        if here < 0:
            yield word
            continue
        end = here + len(word.text)
        yield replace(word, text=text[here:end])


def paired(runs: Sequence[Run]) -> list[Run]:
    """Return *runs* with double quotation marks where fonts without them have two single ones; code stays as it is."""
    return [_paired(run) if _OPENING[0] in run.text or _CLOSING[0] in run.text else run for run in runs]


def _paired(run: Run) -> Run:
    return run if run.monospace else replace(run, text=run.text.replace(*_OPENING).replace(*_CLOSING))
