"""Read a folder of PDFs with one other library and write NAME.md for each; runs in the peers' own environment.

Run as ``python bench/peers/pdf.py NAME FOLDER OUT``. Prints seconds, reading only; those of opendataloader hold the
start of its Java.
"""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

Read = Callable[[str], str]


def _liteparse() -> Read:
    from liteparse import LiteParse  # noqa: PLC0415 heavy: one peer a process

    parser = LiteParse(ocr_enabled=False, output_format="markdown", quiet=True)
    return lambda path: parser.parse(path).text


def _pdf_inspector() -> Read:
    from pdf_inspector import process_pdf  # type: ignore[import-not-found]  # noqa: PLC0415 in the peers' environment

    return lambda path: process_pdf(path).markdown or ""


def _markitdown() -> Read:
    from markitdown import MarkItDown  # type: ignore[import-not-found]  # noqa: PLC0415 in the peers' environment

    converter = MarkItDown()
    return lambda path: str(converter.convert(path).text_content)


def _kreuzberg() -> Read:
    from kreuzberg import (  # type: ignore[import-not-found]  # noqa: PLC0415 in the peers' environment
        ExtractionConfig,
        extract_file_sync,
    )

    config = ExtractionConfig(output_format="markdown")
    return lambda path: str(extract_file_sync(path, config=config).content)


PEERS: Mapping[str, Callable[[], Read]] = {
    "liteparse": _liteparse,
    "pdf-inspector": _pdf_inspector,
    "markitdown": _markitdown,
    "kreuzberg": _kreuzberg,
}


def main() -> None:
    """Read every PDF."""
    name, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    print(_opendataloader(folder, out) if name == "opendataloader" else _one_by_one(name, folder, out))


def _opendataloader(folder: Path, out: Path) -> float:
    """Read all at once, as each call starts a Java of its own."""
    from opendataloader_pdf import convert  # type: ignore[import-not-found]  # noqa: PLC0415 in the peers' environment

    began = time.monotonic()
    paths = [str(path) for path in sorted(folder.glob("*.pdf"))]
    convert(paths, output_dir=str(out), format="markdown", image_output="off", quiet=True)
    return time.monotonic() - began


def _one_by_one(name: str, folder: Path, out: Path) -> float:
    """Read file after file; one that fails is said and scores nothing."""
    read, spent = PEERS[name](), 0.0
    for path in sorted(folder.glob("*.pdf")):
        began = time.monotonic()
        try:
            text = read(str(path))
        except Exception as error:  # noqa: BLE001 other people's libraries raise anything
            print(f"{name}: {path.name}: {error!r}"[:200], file=sys.stderr)
            continue
        finally:
            spent += time.monotonic() - began
        (out / f"{path.stem}.md").write_text(text, encoding="utf-8")
    return spent


if __name__ == "__main__":
    main()
