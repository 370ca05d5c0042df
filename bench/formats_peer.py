"""Read files with one other library: paths come on standard input, a line of JSON goes out for each.

Run as ``python bench/formats_peer.py kreuzberg|markitdown|undoc`` in the peers' own environment.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping

Read = Callable[[str], str]


def _kreuzberg() -> Read:
    from kreuzberg import extract_file_sync  # type: ignore[import-not-found]  # noqa: PLC0415 in the peers' environment

    return lambda path: str(extract_file_sync(path).content)


def _markitdown() -> Read:
    from markitdown import MarkItDown  # type: ignore[import-not-found]  # noqa: PLC0415 in the peers' environment

    converter = MarkItDown()
    return lambda path: str(converter.convert(path).text_content)


def _undoc() -> Read:
    import undoc  # type: ignore[import-not-found]  # noqa: PLC0415 in the peers' environment

    return lambda path: str(undoc.parse_file(path).to_markdown())


PEERS: Mapping[str, Callable[[], Read]] = {"kreuzberg": _kreuzberg, "markitdown": _markitdown, "undoc": _undoc}


def main() -> None:
    """Answer path by path; what can't be read is an empty text."""
    read = PEERS[sys.argv[1]]()
    out = sys.stdout
    sys.stdout = sys.stderr  # libraries print
    for line in sys.stdin:
        began = time.monotonic()
        try:
            text = read(line.rstrip("\n"))
        except BaseException:  # noqa: BLE001 other people's libraries raise anything, and panic
            text = ""
        out.write(json.dumps({"text": text, "seconds": time.monotonic() - began}) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
