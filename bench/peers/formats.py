"""Read files with one library: paths come on standard input, a line of JSON goes out for each.

Seconds are those of processors, of all threads of this process: what else runs on the machine is not counted. A peer
that remembers what it has read is told not to.

Run as ``python bench/peers/formats.py extractous|kreuzberg|markitdown|undoc`` in the peers' own environment, or as
``… moonshelf`` in ours: its readers alone, in one warm process as the peers are, without server, database or confined
child.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping

Read = Callable[[str], str]


def _extractous() -> Read:
    from extractous import Extractor  # type: ignore[import-not-found]  # noqa: PLC0415 in the peers' environment

    whole = Extractor().set_extract_string_max_length(2**31 - 1)
    return lambda path: str(whole.extract_file_to_string(path)[0])


def _kreuzberg() -> Read:
    from kreuzberg import (  # type: ignore[import-not-found]  # noqa: PLC0415 in the peers' environment
        ExtractionConfig,
        extract_file_sync,
    )

    fresh = ExtractionConfig(use_cache=False)
    return lambda path: str(extract_file_sync(path, config=fresh).content)


def _markitdown() -> Read:
    from markitdown import MarkItDown  # type: ignore[import-not-found]  # noqa: PLC0415 in the peers' environment

    converter = MarkItDown()
    return lambda path: str(converter.convert(path).text_content)


def _undoc() -> Read:
    import undoc  # type: ignore[import-not-found]  # noqa: PLC0415 in the peers' environment

    return lambda path: str(undoc.parse_file(path).to_markdown())


def _moonshelf() -> Read:
    from moonshelf.extraction import markdown, nested, registry, sniffing  # noqa: PLC0415 in our environment
    from moonshelf.extraction.coverage import zero_width  # noqa: PLC0415 in our environment
    from moonshelf.extraction.format import Flowing  # noqa: PLC0415 as above
    from moonshelf.extraction.tools import Limits, Tools  # noqa: PLC0415 as above

    tools = Tools(recognise=lambda _raster: (), read=nested.reader(registry.find, Limits()))

    def read(path: str) -> str:
        with open(path, "rb") as source:  # noqa: PTH123 to make a Path of it would count as reading, and no peer has to
            one = registry.find(sniffing.media_type(source, path))
            assert isinstance(one, Flowing), "formats of pages have a bench of their own"
            return markdown.to_markdown(zero_width.without(one.extract(source, tools)))

    return read


PEERS: Mapping[str, Callable[[], Read]] = {
    "extractous": _extractous,
    "kreuzberg": _kreuzberg,
    "markitdown": _markitdown,
    "moonshelf": _moonshelf,
    "undoc": _undoc,
}


def main() -> None:
    """Answer path by path; what can't be read is an empty text."""
    read = PEERS[sys.argv[1]]()
    out = sys.stdout
    sys.stdout = sys.stderr  # libraries print
    for line in sys.stdin:
        text, seconds = timed(read, line.rstrip("\n"))
        out.write(json.dumps({"text": text, "seconds": seconds}) + "\n")
        out.flush()


def timed(read: Read, path: str) -> tuple[str, float]:
    """Return what is read, and the seconds of processors that it took."""
    began = time.process_time()
    try:
        text = read(path)
    except BaseException:  # noqa: BLE001 other people's libraries raise anything, and panic
        text = ""
    return text, time.process_time() - began


if __name__ == "__main__":
    main()
