"""Read a folder of PDFs in this process and write NAME.md for each: quality and speed with no server between.

Run as ``python bench/reading.py FOLDER OUT [--ocr fast|accurate] [--rounds N]``. Digital pages are those for which the
recogniser is not asked. What is done for a whole file is shared by its pages alike, and of several rounds the quickest
counts.
"""

import argparse
import time
from collections.abc import Iterable, Sequence
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


class Paced(NamedTuple):
    """Processor time of one page, with its share of what is done for all pages of its file."""

    seconds: float
    digital: bool
    plain: bool  # without tables


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
    began, best = time.monotonic(), dict[Path, Sequence[Paced]]()
    for _ in range(given.rounds):
        for path in sorted(given.folder.glob("*.pdf")):
            pages = _read(path, given.out / f"{path.stem}.md", recognise)
            best[path] = min(pages, best.get(path, pages), key=_total)
    every = [page for pages in best.values() for page in pages]
    print(f"{len(every)} pages, {given.rounds * len(every) / (time.monotonic() - began):.1f} a second; a CPU second:")
    print(f"  all {_rate(every)}")
    print(f"  digital {_rate([page for page in every if page.digital])}")
    print(f"  digital without tables {_rate([page for page in every if page.plain])}")


def _total(pages: Iterable[Paced]) -> float:
    return sum(page.seconds for page in pages)


def _rate(pages: Sequence[Paced]) -> str:
    return f"{len(pages) / max(_total(pages), 0.001):.1f} ({len(pages)} pages)"


def _read(path: Path, out: Path, recognise: Recognise) -> Sequence[Paced]:
    asked: list[Raster] = []
    facts: list[PageFacts] = []
    own: list[tuple[float, bool]] = []  # of each page: time, and whether nothing was recognised

    def counted(raster: Raster) -> Sequence[Line]:
        asked.append(raster)
        return recognise(raster)

    began = time.process_time()
    with path.open("rb") as source:
        try:
            opened = pdf.open_text(source, Tools(recognise=counted))
            for number in range(1, len(opened) + 1):
                before, start = len(asked), time.process_time()
                facts.append(opened.read(number))
                own.append((time.process_time() - start, len(asked) == before))
        except ExtractionError as error:
            print(f"{path.name}: {error}")
            return []
    document = layout.assemble(facts, opened.metadata)
    out.write_text(to_markdown(document), encoding="utf-8")
    opened.close()
    shared = (time.process_time() - began - sum(seconds for seconds, _ in own)) / len(own)
    return [
        Paced(seconds + shared, digital, digital and all(block.kind is not Kind.TABLE for block in page.blocks))
        for page, (seconds, digital) in zip(document.pages, own, strict=True)
    ]


def _blind(_raster: Raster) -> Sequence[Line]:
    """Recognise nothing: what text layers alone give."""
    return []


if __name__ == "__main__":
    main()
