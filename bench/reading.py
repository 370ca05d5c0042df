"""Read a folder of PDFs in this process and write NAME.md for each: quality and speed with no server between.

Run as ``python bench/reading.py FOLDER OUT [--ocr fast|accurate]``.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from moonshelf.errors import ExtractionError
from moonshelf.extraction import layout
from moonshelf.extraction.facts import Line, PageFacts, Raster, Tools
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.pages import ocr, pdf


def main() -> None:
    """Read, write, and print pages a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--ocr", choices=["fast", "accurate"])
    given = parser.parse_args()
    tools = Tools(recognise=ocr.load(given.ocr) if given.ocr else _blind)
    given.out.mkdir(parents=True, exist_ok=True)
    pages, began, cpu = 0, time.monotonic(), time.process_time()
    for path in sorted(given.folder.glob("*.pdf")):
        pages += _read(path, given.out / f"{path.stem}.md", tools)
    wall, cpu = time.monotonic() - began, time.process_time() - cpu
    print(f"{pages} pages, {pages / wall:.1f} a second, {pages / cpu:.1f} a CPU second")


def _read(path: Path, out: Path, tools: Tools) -> int:
    with path.open("rb") as source:
        try:
            opened = pdf.open_text(source, tools)
            facts: list[PageFacts] = [opened.read(number) for number in range(1, len(opened) + 1)]
        except ExtractionError as error:
            print(f"{path.name}: {error}")
            return 0
    out.write_text(to_markdown(layout.assemble(facts, opened.metadata)), encoding="utf-8")
    opened.close()
    return len(facts)


def _blind(_raster: Raster) -> Sequence[Line]:
    """Recognise nothing: what text layers alone give."""
    return []


if __name__ == "__main__":
    main()
