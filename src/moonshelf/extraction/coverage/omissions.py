"""The one line that says what of a document was not read, or was withheld."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from moonshelf.extraction.document import Document

_COUNTS = attrgetter(*(f"coverage.{one}" for one in ("words_hidden", "words_lost", "zero_width", "lines_illegible")))
_FAILURE = attrgetter("coverage.failure")
_SHOWN = 8  # reasons, and warnings, before the rest is only counted: a broken scan may have one a page


def describe(document: Document) -> str:
    """Return sentences on one line, or nothing where there is nothing to say."""
    counted = list(map(_COUNTS, document.pages))
    failed = any(map(_FAILURE, document.pages))
    if not (failed or document.warnings or any(map(any, counted))):
        return ""  # most documents were read whole
    hidden, lost, unseen, illegible = map(sum, zip((0, 0, 0, 0), *counted, strict=True))
    said = [_unread(document)] if failed else []
    if illegible:
        said.append(_illegible(illegible, [page.number for page in document.pages if page.coverage.lines_illegible]))
    if lost:
        said.append(f"{lost} word{'s' * (lost != 1)} of the text layer could not be placed.")
    if hidden:
        said.append(f"{hidden} word{'s' * (hidden != 1)} of hidden text withheld.")
    if unseen:
        said.append(f"{unseen} zero-width character{'s' * (unseen != 1)} withheld.")
    return " ".join([*said, *_warnings(document.warnings)])


def _illegible(lines: int, pages: Sequence[int]) -> str:
    where = _ranges(pages)
    return f"Too unclear to read, or in a script that is not recognised: {lines} line{'s' * (lines != 1)} ({where})."


def _unread(document: Document) -> str:
    reasons: dict[str, list[int]] = {}
    for page in document.pages:
        if page.coverage.failure:
            reasons.setdefault(_one_line(page.coverage.failure), []).append(page.number)
    shown = [f"{_ranges(pages)} ({reason.rstrip('.')})" for reason, pages in list(reasons.items())[:_SHOWN]]
    more = sum(len(pages) for pages in list(reasons.values())[_SHOWN:])
    if more:
        shown.append(f"{more} more page{'s' * (more != 1)}")
    return f"Not read: {'; '.join(shown)}."


def _ranges(numbers: Sequence[int]) -> str:
    """``[3, 4, 5, 9]`` as ``pages 3-5, 9``."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][-1] == number - 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    word = "pages" if len(set(numbers)) > 1 else "page"
    return f"{word} {', '.join('-'.join(map(str, run)) for run in runs)}"


def _warnings(warnings: Iterable[str]) -> list[str]:
    known = [_one_line(warning) for warning in dict.fromkeys(warnings)]
    said = [warning if warning.endswith((".", "!", "?", "。")) else f"{warning}." for warning in known[:_SHOWN]]
    if len(known) > _SHOWN:
        said.append(f"{len(known) - _SHOWN} more warnings.")
    return said


def _one_line(text: str) -> str:
    return " ".join(text.split())
