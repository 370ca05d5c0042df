"""Options: the answers to a question of an exam, several of which may stand on one line."""

import re
from collections.abc import Iterator, Sequence

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout.lines import TextLine

_LETTER = re.compile(r"[(\uff08]?([A-Ha-h])[.)\uff0e\u3001\uff09]")
_FULL = re.compile(r"(\d{1,3}|[A-H])\uff0e(?=\S)")


def numbered(line: TextLine) -> bool:
    """Say whether *line* begins with the number of a question or the letter of an answer, as Chinese exams set them."""
    return bool(_FULL.match(line.text))


def parted(line: TextLine) -> Iterator[TextLine]:
    """Yield the options that stand side by side on *line*, one by one, or *line* if there is no more than one."""
    starts = _starts(line.runs)
    if len(starts) > 1:
        for start, stop in zip(starts, [*starts[1:], len(line.runs)], strict=True):
            yield TextLine(line.runs[start:stop])
    else:
        yield line


def _starts(runs: Sequence[Run]) -> list[int]:
    """Return which of *runs* begin an option: the first does, and each has the letter after that of the one before."""
    starts: list[int] = []
    due = ""
    for index, run in enumerate(runs):
        found = _LETTER.match(run.text)
        if found and (not index or found[1] == due):
            starts.append(index)
            due = chr(ord(found[1]) + 1)
        elif not index:
            return []
    return starts
