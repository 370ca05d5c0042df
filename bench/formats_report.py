"""What readers found in files of every format, and how long they took: two tables, and what was not found."""

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from sources import words

OURS = "moonshelf"
MARKS = (
    (re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)"), r"\1"),
    (re.compile(r"\[\^[^\]\s]{1,20}\]|</?[A-Za-z][^<>]{0,2000}>"), ""),
)
WITHHELD = re.compile(r"\d+ words? of hidden text withheld\.")


@dataclass(frozen=True)
class Result:
    """What one reader made of one file."""

    text: str
    seconds: float
    outcome: str = ""  # where a server read it


@dataclass(frozen=True)
class Case:
    """A file of the corpus: the strings expected in it, and what each reader made of it."""

    name: str
    strings: Sequence[str]
    results: Mapping[str, Result]  # ours through the server
    alone: Result  # our reader in a warm process, as the peers are
    words: int | None  # of the source, where they can be counted

    @cached_property
    def missing(self) -> Mapping[str, Sequence[str]]:
        """The strings that each reader missed."""
        return {reader: missing(self.strings, one.text) for reader, one in self.results.items()}

    @cached_property
    def withheld(self) -> bool:
        """Whether something was missed, and our content says that hidden text was withheld."""
        return bool(self.missing[OURS] and WITHHELD.search(self.results[OURS].text[-2000:]))

    def found(self, reader: str) -> int:
        """Return how many strings a reader found."""
        return len(self.strings) - len(self.missing[reader])

    def counted(self, reader: str) -> int:
        """Return how many it should have found: of ours, none of those that were withheld."""
        return self.found(reader) if reader == OURS and self.withheld else len(self.strings)


def report(cases: Sequence[Case]) -> None:
    """Print both tables, a row for each format, and the strings that we did not find."""
    formats: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        formats[case.name.split("/")[0]].append(case)
    rows = [*sorted(formats.items()), ("all", list(cases))]
    readers = list(cases[0].results)
    print(_head(["format", "files", "strings", *readers, "words to source"]))
    for name, group in rows:
        print(_row([name, *_found(group, readers)]))
    print(
        "\n" + _head(["format", "server ms", "readers ms", "quickest peer", "best peer", "readers to quickest, best"])
    )
    for name, group in rows:
        print(_row([name, *_times(group, readers)]))
    print()
    for case in cases:
        for one in case.missing[OURS]:
            print(f"{'withheld as hidden' if case.withheld else 'not found'}: {case.name}: {one[:100]!r}")


def _found(cases: Sequence[Case], readers: Iterable[str]) -> list[str]:
    shares = []
    for reader in readers:
        found = sum(one.found(reader) for one in cases)
        shares.append(f"{found / sum(one.counted(reader) for one in cases):.3f}" if found else "-")
    return [str(len(cases)), str(sum(len(one.strings) for one in cases)), *shares, _words_to_source(cases)]


def _times(cases: Sequence[Case], readers: Iterable[str]) -> list[str]:
    """Return our medians, those of the quickest peer and of the best, which found most, and ours beside theirs.

    A peer is timed on the files that it got any content of, and so are we beside it: to fail takes no time.
    """
    read = {reader: [one for one in cases if one.results[reader].text.strip()] for reader in readers if reader != OURS}
    found = {peer: sum(one.found(peer) for one in some) for peer, some in read.items()}
    times = {peer: median(one.results[peer].seconds for one in read[peer]) for peer, count in found.items() if count}
    rivals = [
        min(times, key=lambda peer: times[peer], default=""),
        min(times, key=lambda peer: (-found[peer], times[peer]), default=""),
    ]
    return [
        f"{1000 * median(one.results[OURS].seconds for one in cases):.1f}",
        f"{1000 * median(one.alone.seconds for one in cases):.1f}",
        *(_rival(peer, times[peer], len(read[peer]), len(cases)) if peer else "-" for peer in rivals),
        ", ".join(
            f"{median(one.alone.seconds for one in read[peer]) / times[peer]:.2f}" if peer else "-" for peer in rivals
        ),
    ]


def _rival(name: str, seconds: float, files: int, of: int) -> str:
    return f"{name} {1000 * seconds:.1f}" + (f" ({files} of {of} files)" if files < of else "")


def _words_to_source(cases: Iterable[Case]) -> str:
    """Hold the words of what was read against those of the sources that can be counted."""
    known = [(one.results[OURS].text, one.words) for one in cases if one.words is not None]
    source = sum(count for text, count in known if text)
    return f"{sum(words.emitted(text) for text, _ in known) / source:.2f}" if source else "-"


def _head(names: Sequence[str]) -> str:
    return _row(names) + "\n|" + "---|" * len(names)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def letters(text: str) -> str:
    """Letters and digits only: white space, punctuation and marks are a matter of taste."""
    return "".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text)))


def missing(strings: Sequence[str], text: str) -> list[str]:
    """Return the strings that neither the text holds nor what a reader sees of it."""
    seen = text
    for pattern, instead in MARKS:
        seen = pattern.sub(instead, seen)
    views = [letters(one) for one in (text, html.unescape(text), html.unescape(seen))]
    return [one for one in strings if not any(letters(html.unescape(one)) in view for view in views)]
