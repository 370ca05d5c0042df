"""Read a folder of PDFs with one other library and write NAME.md for each; runs in the peers' own environment.

Run as ``python bench/peer.py liteparse|pdf-inspector|markitdown|kreuzberg FOLDER OUT``. Prints seconds, reading only.
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
    """Read every PDF; one that fails is said and scores nothing."""
    name, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
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
    print(spent)


if __name__ == "__main__":
    main()
