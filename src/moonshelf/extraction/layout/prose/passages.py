"""Passages: the lines of a column parted where one thing ends and another begins."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from moonshelf.extraction.document import Origin
from moonshelf.extraction.layout import boxes, wrapping
from moonshelf.extraction.layout.lines import IDEOGRAPHIC, SENTENCE_END, TextLine
from moonshelf.extraction.layout.prose import listings, lists, options

NOTE = re.compile(r"(\d{1,3}|[*\u2217\u2020\u2021\u00a7])\s*(?=[^\W\d]|[(\"'\u201c\u2018\u00ab])")
"""A line that begins with the number or the sign of a note."""

_LABEL = re.compile(r"\[(\d{1,3}|[A-Z][^\]\s]{0,10}\d\d[a-z]?)\]\s")
_DOTS = 5  # so many at least, or two ellipses
_LEADERS = re.compile(r"(?<!\.)(?<!\.\s)(\.\s?){5,}\s*[\divxlcIVXLC-]{1,7}$|(?<!\u2026)\u2026{2,}\s*\d{1,4}$")
"""The dots from a title to its page, at the end of a line of contents."""
_SPEAKER = re.compile(r"[A-Z][A-Z.'\u2019 -]*[A-Z]{2}:\s+\S")
"""A line that begins with who says it, as in records of courts and in plays."""
_HANGING = 0.5  # of the type size: lines below a label stand so much further right
_FLUSH = 0.6  # of the type size: what begins so near to a marker does not hang below its item
_ASTRAY = 2.0  # points by which a line may stand left of its item's marker
_SAME_SIZE = {Origin.TEXT: 1.08, Origin.OCR: 1.22}
_LEADING = 1.25  # times the usual pitch: more parts paragraphs
_NEAR, _WIDEST = 2.2, 4.0  # of the type size: pitches of lines that may be of one paragraph, and of those that run on
_TIGHTEST = 1.3  # of the type size: the pitch that any lines of one paragraph may have
_INDENT = (0.9, 5.0)  # of the type size: the first line of a paragraph may start so much further right
_RAISED = 0.75  # of the type size
_SAME_HEIGHT = 0.05  # of the type size
_SIDES = 2.0  # of the type size: the least room on both sides of a line that is centred


@dataclass(frozen=True)
class Passage:
    """Lines that stand together and are set alike; *rest* is what the next column or page goes on with."""

    lines: tuple[TextLine, ...]
    marker: str = ""
    rest: tuple[TextLine, ...] = ()
    centred: bool = False  # in its column, with room on both sides


def passages(lines: Sequence[TextLine], *, left: float, right: float) -> Iterator[Passage]:
    """Part *lines*, from top to bottom of a column with these margins, where one thing ends and another begins."""
    pitch = _pitch(lines)
    start = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or _parted(lines[start:index], lines[index], pitch, left, right):
            held = tuple(lines[start:index])
            yield Passage(held, lists.marker(held[0]), centred=all(_centred(line, left, right) for line in held))
            start = index


def _centred(line: TextLine, left: float, right: float) -> bool:
    before, after = line.box[0] - left, right - line.box[2]
    return min(before, after) > _SIDES * line.size and abs(before - after) < line.size


def _pitch(lines: Sequence[TextLine]) -> float:
    """Return the usual pitch of lines, in type sizes: of lines far apart only where their text runs on."""
    steps = ((after.box[1] - before.box[1], after.size) for before, after in pairwise(lines))
    pitches = [pitch / size for pitch, size in steps if 0 < pitch < _WIDEST * size]
    near = [pitch for pitch in pitches if pitch < _NEAR]
    if len(near) * 2 < len(pitches) and wrapping.running([line.runs for line in lines]):
        near = pitches
    return median(near) if near else _TIGHTEST


def _parted(above: Sequence[TextLine], line: TextLine, pitch: float, left: float, right: float) -> bool:
    last = above[-1]
    distance = line.box[1] - last.box[1]
    if abs(distance) < _RAISED / 2 * line.size and line.box[0] >= last.box[2]:
        return True  # side by side, as options are
    if listings.goes_on(last, line):
        return not _same_size(last, line)
    if listings.ends_a_sentence(last, line, left, right):
        return distance > max(_LEADING * pitch, _TIGHTEST) * line.size
    far = distance > max(_LEADING * pitch, _TIGHTEST) * line.size or distance < 0
    return far or (not _hung(above, line) and _begins(above, line, left, right))


def _begins(above: Sequence[TextLine], line: TextLine, left: float, right: float) -> bool:
    """Say whether *line*, close below others, is the first of what comes next by how it is set."""
    last = above[-1]
    if _led(last.text) or (len(last.runs) > 1 and _paged(last) and _paged(line)):
        return True
    if (
        lists.marker(line)
        or options.numbered(line)
        or raised(line)
        or (":" in line.text and _SPEAKER.match(line.text) and not _amid(last, line, right))
        or (_cited(line) and line.box[0] < left + line.size)
    ):
        return True
    if not (_alike(last, line) or _goes_on(above, line, right)) or _below_centred(above, line, left, right):
        return True
    if lists.marker(above[0]):
        return _ends_item(above, line, right)
    return (_indented(above, line, left) and not _amid(last, line, right)) or _ended(last, line, right)


def _led(text: str) -> bool:
    """Say whether *text* is a line of contents; looking for its dots alone takes long, and few lines have so many."""
    return (text.count(".") >= _DOTS or "\u2026" in text) and bool(_LEADERS.search(text))


def _paged(line: TextLine) -> bool:
    """Say whether *line* ends with a number that stands apart, as that of a page does in contents without dots."""
    return len(line.runs) > 1 and line.runs[-1].text.isdecimal() and not line.runs[-2].text.isdecimal()


def _ends_item(above: Sequence[TextLine], line: TextLine, right: float) -> bool:
    """Say whether *line* is no part of the item that the lines *above* begin.

    An item may be set as a paragraph is, its marker indented and its other lines not.
    """
    beyond = line.box[0] - above[0].box[0]
    if beyond < -_ASTRAY:
        amid = _amid(above[-1], line, right) and (line.text[0].islower() or IDEOGRAPHIC.match(line.text))
        return not amid
    return beyond < _FLUSH * line.size and _ended(above[-1], line, right)


def _hung(above: Sequence[TextLine], line: TextLine) -> bool:
    """Say whether *line* stands below the text of a work that the lines above begin to name, not below its label."""
    return _cited(above[0]) and line.box[0] > above[0].box[0] + _HANGING * line.size


def _cited(line: TextLine) -> bool:
    """Say whether *line* begins with the label of a work that the text refers to."""
    return bool(_LABEL.match(line.text))


def _below_centred(above: Sequence[TextLine], line: TextLine, left: float, right: float) -> bool:
    """Say whether *line* is not centred, and begins left of the lines above, which all are, and no item's."""
    centred = not _centred(line, left, right) and all(_centred(one, left, right) for one in above)
    return centred and line.box[0] < min(one.box[0] for one in above) - line.size and not lists.marker(above[0])


def _alike(one: TextLine, other: TextLine) -> bool:
    """Say whether two lines are set alike; the weight of recognised ink is too rough a measure to part lines by."""
    if not _same_size(one, other) or one.monospace != other.monospace:
        return False
    return one.runs[0].origin is Origin.OCR or one.wholly_bold == other.wholly_bold


def _goes_on(above: Sequence[TextLine], line: TextLine, right: float) -> bool:
    """Say whether *line* goes on with the sentence of a full line, though one of them looks set otherwise.

    A reader of text layers may have told size, weight and font of a whole line by its first word.
    """
    last = above[-1]
    high = abs(boxes.height(last.box) - boxes.height(line.box)) < _SAME_HEIGHT * line.size
    alike = (high or _same_size(last, line)) and not listings.listing(above) and not line.monospace
    return alike and _amid(last, line, right)


def _amid(last: TextLine, line: TextLine, right: float) -> bool:
    """Say whether *last* ends within a sentence, and the next word would not have fitted."""
    return right - last.box[2] < wrapping.first_word(line.runs[0]) and not SENTENCE_END.search(last.text)


def raised(line: TextLine) -> bool:
    """Say whether *line* begins with a small number set high, as notes and affiliations do."""
    number = line.runs[0]
    if not number.text[0].isdigit() or not NOTE.match(line.text):
        return False
    if len(line.runs) > 1 and number.text.isdigit():
        return number.size < _RAISED * line.runs[1].size
    return number.size < _RAISED * boxes.height(number.box)  # the number's size was taken for that of all


def _same_size(one: TextLine, other: TextLine) -> bool:
    if one.size == other.size:
        return True
    ratio = max(one.size, other.size) / max(0.1, min(one.size, other.size))
    return ratio <= _SAME_SIZE.get(one.runs[0].origin, 1.08)


def _indented(above: Sequence[TextLine], line: TextLine, left: float) -> bool:
    """Say whether *line* starts a paragraph by its indent, the lines above being set to the margin."""
    by = (line.box[0] - left) / line.size
    return _INDENT[0] < by < _INDENT[1] and above[-1].box[0] - left < _INDENT[0] / 2 * line.size


def _ended(last: TextLine, line: TextLine, right: float) -> bool:
    """Say whether *last* ends its paragraph: a sentence ends there, and the next word would have fitted."""
    room = right - last.box[2]
    if room <= 0.25 * (right - last.box[0]) or not SENTENCE_END.search(last.text):
        return False
    word = line.runs[0].text.split(" ", 1)[0]
    return room > (line.size if IDEOGRAPHIC.match(word) else (len(word) + 2) * line.size * 0.6)
