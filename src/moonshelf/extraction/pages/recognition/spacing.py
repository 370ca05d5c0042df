"""Spacing: the spaces that a recognised line of Latin text lacks, put where its picture shows gaps between words.

The recognition model drops one in some hundred spaces. In print the gaps between words measure a quarter of a line's
picture and more, those between letters a sixth and less, so they are told apart in the pixels.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean, median
from typing import TYPE_CHECKING

from moonshelf.extraction.pages import profile

if TYPE_CHECKING:
    from moonshelf.extraction.pages.pixels import Picture
    from moonshelf.extraction.pages.recognition.transcripts import Transcript

_WIDE = 0.22  # of the picture's height
_ALIKE = 0.75  # of the line's other gaps between words
_NEAR = 0.5  # of the picture's height: a space that was read so close to a gap is meant by it
_BEFORE = re.compile(r"""[^\W_]|[.,;:!?%)\]"'\u2019\u201d]""")
_AFTER = re.compile(r"""[^\W_]|[(\["'\u2018\u201c]""")
_UNSPACED = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_WHOLE = "[\u3001\u3002\u3008-\u3011\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]"
_PARTED = re.compile(f"(?<={_WHOLE}) +| +(?={_WHOLE})")
"""Marks of East Asian print are as wide as a letter, and much of that is bare: it is read as a space, and is none."""
_WORD = 2  # letters; gaps that leave fewer on average are those of s p a c e d letters


def spaced(transcript: "Transcript", line: "Picture") -> str:
    """Return the text of *transcript* with the spaces that it lacks of those in the picture of its *line*."""
    letters = transcript.letters
    text = "".join(letters)
    gaps = list(_gaps(line))
    ratio = line.shape[1] / line.shape[0]
    spaces = [place for letter, place in zip(letters, transcript.places, strict=True) if letter == " "]
    meant = [width for place, width in gaps if any(abs(place - one) * ratio < _NEAR for one in spaces)]
    least = max(_WIDE, _ALIKE * median(meant)) if meant else _WIDE
    lacking = [
        place for place, width in gaps if width >= least and all(abs(place - one) * ratio >= _NEAR for one in spaces)
    ]
    cuts = sorted({index for place in lacking if (index := _boundary(letters, transcript.places, place))})
    pieces = [text[start:stop] for start, stop in pairwise((0, *cuts, len(text)))]
    words = " ".join(pieces)
    return _PARTED.sub("", words if fmean(len(word) for word in words.split() or [text]) >= _WORD else text)


def _gaps(line: "Picture") -> Iterator[tuple[float, float]]:
    """Yield the middle of each gap in the ink, as a share of the width, and its width as one of the height."""
    import numpy as np  # noqa: PLC0415 heavy

    height, width = line.shape[:2]
    inked = profile.inked(line)
    bare = np.diff(inked) - 1
    for index in np.flatnonzero(bare > _WIDE * height / 2).tolist():
        yield float(inked[index] + inked[index + 1]) / 2 / width, float(bare[index]) / height


def _boundary(letters: Sequence[str], places: Sequence[float], gap: float) -> int:
    """Return the index of the first letter after the *gap*; 0 where no space can be missing."""
    if len(letters) < _WORD or not places[0] < gap < places[-1]:  # beside a bullet or dots, perhaps, that nobody read
        return 0
    index = 1 + min(range(len(letters) - 1), key=lambda one: abs((places[one] + places[one + 1]) / 2 - gap))
    before, after = letters[index - 1], letters[index]
    latin = _BEFORE.match(before) and _AFTER.match(after) and not _UNSPACED.search(before + after)
    return index if latin else 0
