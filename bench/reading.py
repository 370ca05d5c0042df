"""Read a folder of PDFs in this process and write NAME.md for each: quality and speed with no server between.

Run as ``python bench/reading.py FOLDER OUT [--ocr fast|accurate] [--rounds N]``. Digital pages are those for which the
recogniser is not asked. The time of a file is shared by its pages alike, and of several rounds the quickest counts.
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from moonshelf.errors import ExtractionError
from moonshelf.extraction import layout
from moonshelf.extraction.document import Kind
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.pages import pdf
from moonshelf.extraction.pages.recognition import ocr
from moonshelf.extraction.tools import Line, Raster, Recognise, Tools


class Pace(NamedTuple):
    """Processor time of a file, and its pages: all, the digital ones, and of these the ones without tables."""

    seconds: float
    pages: int
    digital: int
    plain: int


def main() -> None:
    """Read, write, and print pages a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--ocr", choices=["fast", "accurate"])
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    recognise = ocr.load(given.ocr) if given.ocr else _blind
    given.out.mkdir(parents=True, exist_ok=True)
    began, best = time.monotonic(), dict[Path, Pace]()
    for _ in range(given.rounds):
        for path in sorted(given.folder.glob("*.pdf")):
            pace = _read(path, given.out / f"{path.stem}.md", recognise)
            best[path] = min(pace, best.get(path, pace))
    pages = sum(pace.pages for pace in best.values())
    print(f"{pages} pages, {given.rounds * pages / (time.monotonic() - began):.1f} a second; a CPU second:")
    print(f"  all {_rate((one.pages, one) for one in best.values())}")
    print(f"  digital {_rate((one.digital, one) for one in best.values())}")
    print(f"  digital without tables {_rate((one.plain, one) for one in best.values())}")


def _rate(counted: Iterable[tuple[int, Pace]]) -> str:
    shares = [(count, pace.seconds * count / max(1, pace.pages)) for count, pace in counted]
    pages, seconds = (sum(column) for column in zip(*shares, strict=True))
    return f"{pages / max(seconds, 0.001):.1f} ({pages} pages)"


def _read(path: Path, out: Path, recognise: Recognise) -> Pace:
    asked: list[Raster] = []
    facts: list[PageFacts] = []
    after: list[int] = []  # each page, how often the recogniser has been asked

    def counted(raster: Raster) -> Sequence[Line]:
        asked.append(raster)
        return recognise(raster)

    began = time.process_time()
    with path.open("rb") as source:
        try:
            opened = pdf.open_text(source, Tools(recognise=counted))
            for number in range(1, len(opened) + 1):
                facts.append(opened.read(number))
                after.append(len(asked))
        except ExtractionError as error:
            print(f"{path.name}: {error}")
            return Pace(0.0, 0, 0, 0)
    document = layout.assemble(facts, opened.metadata)
    out.write_text(to_markdown(document), encoding="utf-8")
    opened.close()
    spent = time.process_time() - began
    digital = [page for page, (before, now) in zip(document.pages, pairwise([0, *after]), strict=True) if before == now]
    plain = [page for page in digital if all(block.kind is not Kind.TABLE for block in page.blocks)]
    return Pace(spent, len(facts), len(digital), len(plain))


def _blind(_raster: Raster) -> Sequence[Line]:
    """Recognise nothing: what text layers alone give."""
    return []


if __name__ == "__main__":
    main()
