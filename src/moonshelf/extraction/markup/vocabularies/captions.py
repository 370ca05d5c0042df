"""Captions in TTML: who says what, from when to when, written as the lines that WebVTT has for it."""

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import wording
from moonshelf.extraction.markup.vocabularies.translation import Translation, Vocabulary
from moonshelf.extraction.markup.vocabularies.wording import named, said, say

if TYPE_CHECKING:
    from lxml.etree import _Element

_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_OFFSET = re.compile(r"(\d{1,18}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_CLOCK = 4  # numbers: hours, minutes, seconds, frames; some programs leave out the first of them
_SECONDS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
_FRAMES = 30  # a second, where none are stated
_TIMED = ("body", "div", "p", "span")
_LABELS = {"name": "Speaker"}
_TIMES = "times"  # the attribute that holds when a piece is shown
_RUBY = {"container": "ruby", "text": "rt", "delimiter": "rp"}
_HIDING = {"display": "none", "visibility": "hidden"}


def _root(element: "_Element", _translation: Translation) -> None:
    """Tell all times before anything else: those of a piece count from the beginning of what it stands in."""
    element.tag = "section"
    rates = _rates(element)
    starts: dict[_Element | None, Fraction] = {}
    for one in [one for one in element.iter() if local(one) in _TIMED]:
        outer = starts.get(one.getparent(), Fraction(0))
        begin, end, lasts = (_moment(one.get(name, ""), rates) for name in ("begin", "end", "dur"))
        starts[one] = start = outer + (begin or 0)
        ends = start + lasts if lasts is not None else None if end is None else outer + end
        own = local(one) == "p" or (local(one) == "span" and not _is_timed(one.getparent()))
        if own and (begin is not None or ends is not None):
            one.set(_TIMES, f"{_clock(start)} --> {'' if ends is None else _clock(ends)}".rstrip())


def _rates(root: "_Element") -> dict[str, Fraction]:
    """Return how many seconds a frame and a tick are."""
    stated = wording.stated(root)
    multiplier = stated.get("frameRateMultiplier", "1 1").replace(":", " ").split()
    frames = Fraction(_whole(stated.get("frameRate", "")) or _FRAMES)
    if len(multiplier) == 2:  # noqa: PLR2004  numerator and denominator
        frames *= Fraction(_whole(multiplier[0]) or 1, _whole(multiplier[1]) or 1)
    ticks = _whole(stated.get("tickRate", "")) or (frames if "frameRate" in stated else 1)
    return {**_SECONDS, "f": 1 / frames, "t": 1 / Fraction(ticks)}


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004  ten million ticks


def _moment(text: str, rates: dict[str, Fraction]) -> Fraction | None:
    numbers = text.strip().split(":")
    if len(numbers) <= _CLOCK and all(map(_NUMBER.fullmatch, numbers)):
        frames = Fraction(numbers.pop()) * rates["f"] if len(numbers) == _CLOCK else 0
        return sum((Fraction(one) * 60**place for place, one in enumerate(reversed(numbers))), Fraction(frames))
    offset = _OFFSET.fullmatch(text.strip())
    return Fraction(offset[1]) * rates[offset[2]] if offset else None


def _clock(seconds: Fraction) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _is_timed(element: "_Element | None") -> bool:
    while element is not None and local(element) in ("p", "span"):
        if element.get(_TIMES):
            return True
        element = element.getparent()
    return False


def _piece(element: "_Element", translation: Translation) -> None:
    """Let a piece begin with its time and with who says it."""
    name = local(element)
    times = element.get(_TIMES, "")
    stated = wording.stated(element)
    flowing = _RUBY.get(_ruby(stated, translation), "span")
    element.tag = "p" if times else {"p": "p", "span": flowing}.get(name, "div")
    if any(stated.get(key) == value for key, value in _HIDING.items()):
        element.set("style", "display:none")
        times = ""  # no word of the file
    speaker = _speaker(element, translation) if name == "p" else ""
    if speaker:
        element.text = f"{speaker}: {(element.text or '').lstrip()}"
    if times and (said(element) or len(element)):
        line = named("span", times)
        line.append(named("br", ""))
        line.tail, element.text = element.text, None
        element.insert(0, line)


def _ruby(stated: dict[str, str], translation: Translation) -> str:
    """Return which part a piece is of characters that carry a reading, as it or its style says."""
    styles = map(translation.targets.get, stated.get("style", "").split())
    said_of = (stated, *(wording.stated(style) for style in styles if style is not None))
    return next(filter(None, (one.get("ruby") for one in said_of)), "")


def _speaker(element: "_Element", translation: Translation) -> str:
    """Return the name of whoever the metadata say speaks."""
    known = map(translation.targets.get, wording.stated(element).get("agent", "").split())
    return ", ".join(filter(None, (said(one) for one in known if one is not None)))


def _head(element: "_Element", translation: Translation) -> None:
    """Put the title first, then line by line what is stated; styles and regions say nothing."""
    element.tag = "div"
    leaves = [one for one in element.iter() if local(one) and not len(one) and said(one)]
    titles = [one for one in leaves if local(one) == "title"][:1]
    for title in titles:
        translation.metadata.setdefault("title", said(title))
    stated = wording.facts(
        [one for one in leaves if one not in titles and local(one) not in ("image", "data")], _LABELS
    )
    element[:] = [*(named("h1", said(title)) for title in titles), stated]


def _picture(element: "_Element", _translation: Translation) -> None:
    element.tag = "span"
    say(element, "[A picture of a caption, which is not read.]")


CAPTIONS = Vocabulary(
    names={"br": "br"},
    rules={
        "tt": _root,
        "head": _head,
        **dict.fromkeys(_TIMED, _piece),
        "image": _picture,
    },
)
