"""Strings found in files of every format through a running server, with other libraries beside it in the same run.

    python bench/formats.py CORPUS [--only docx,xlsx] [--peers kreuzberg,markitdown,undoc]

CORPUS holds ``FORMAT/name`` and ``expected.json``: a list of ``{"file": ..., "must_contain": [...]}``. Every file goes
through the server, damaged and locked ones too, and what came of them is counted; the table is of those with expected
strings. The peers are installed into an environment of their own, ``.venv-peers``.
"""

import argparse
import html
import json
import re
import select
import subprocess
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

import httpx

import source_words
from speed import Server, serving

PEERS = ("kreuzberg", "markitdown", "undoc")
NEEDED = ("kreuzberg", "markitdown[all]", "undoc")
ENVIRONMENT = Path(__file__).parent.parent / ".venv-peers"
PYTHON = ENVIRONMENT / "bin" / "python"
ROUNDS = 5
PATIENCE_S = 30.0
_A_CODE = 3  # words that are no sentence yet
LONGEST_S = 300.0  # that a file may take through the server
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
    outcome: str = ""  # of ``OUTCOMES``, where a server read it


OUTCOMES = ("ok", "refused with a sentence", "refused without one", "5xx", "time-out")
Reader = Callable[[Sequence[Path]], Iterator[Result]]


def main() -> None:
    """Print the table, and the strings that were not found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--peers", default=",".join(PEERS))
    given = parser.parse_args()
    only = set(filter(None, given.only.split(",")))
    listed = json.loads((given.corpus / "expected.json").read_text(encoding="utf-8"))
    expected = {one["file"]: one["must_contain"] for one in listed if not only or one["file"].split("/")[0] in only}
    peers = [name for name in given.peers.split(",") if name]
    if peers:
        install()
    files = [given.corpus / name for name in expected]
    every = [
        path for path in sorted(given.corpus.glob("*/*")) if path.is_file() and (not only or path.parent.name in only)
    ]
    with serving() as server:
        read = dict(zip(every, ours(server, every), strict=True))
    results = {"moonshelf": [read[path] for path in files]}
    readers = {name: theirs(name, files * ROUNDS) for name in peers}
    readers["moonshelf"] = theirs("moonshelf", files * ROUNDS, python=Path(sys.executable))
    timed = in_turns(readers, len(files))
    alone = timed.pop("moonshelf")
    results |= timed
    report(expected, results, alone, [source_words.words(path) for path in files])
    counts = Counter(one.outcome for one in read.values())
    print(f"Of {len(every)} files: " + ", ".join(f"{counts[one]} {one}" for one in OUTCOMES) + ".")
    for path, one in read.items():
        if one.outcome in OUTCOMES[2:]:
            print(f"{one.outcome}: {path.relative_to(given.corpus)}")


def install() -> None:
    """Make the peers' environment, and see that what this bench needs is in it."""
    if not PYTHON.exists():
        subprocess.run(["uv", "venv", "--quiet", ENVIRONMENT], check=True)  # noqa: S607 the Makefile sees to uv
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", PYTHON, *NEEDED], check=True)  # noqa: S607 as above


def ours(server: Server, files: Sequence[Path]) -> Iterator[Result]:
    """Upload each file, take its content, delete it."""
    with server.client() as client:
        for path in files:
            began = time.monotonic()
            try:
                answer = uploaded(client, path)
                file_id = str(answer.json()["id"]) if answer.is_success else ""
                answer = content(client, file_id, until=began + LONGEST_S) if file_id else answer
                text = str(answer.json()["content"]) if answer.is_success else ""
                yield Result(text, time.monotonic() - began, outcome(answer))
                if file_id:
                    client.delete(f"/files/{file_id}")
            except httpx.TimeoutException:
                yield Result("", time.monotonic() - began, "time-out")


def uploaded(client: httpx.Client, path: Path) -> httpx.Response:
    """Upload a file to be read."""
    return client.post("/files", data={"purpose": "file-extract"}, files={"file": (path.name, path.read_bytes())})


def content(client: httpx.Client, file_id: str, *, until: float) -> httpx.Response:
    """Return the answer that has the content of a file, or says why it has none."""
    answer = client.get(f"/files/{file_id}/content")
    while answer.status_code == httpx.codes.CONFLICT and time.monotonic() < until:
        answer = client.get(f"/files/{file_id}/content")
    return answer


def outcome(answer: httpx.Response) -> str:
    """Say what came of a file by the last *answer* on it."""
    if answer.is_success:
        return "ok"
    if answer.status_code == httpx.codes.CONFLICT:
        return "time-out"
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return "5xx"
    said = str(answer.json()["error"]["message"]).split()
    return "refused with a sentence" if len(said) > _A_CODE else "refused without one"


def in_turns(readers: Mapping[str, Generator[Result]], files: int) -> dict[str, list[Result]]:
    """Let each reader read every file once, in several rounds; the quickest reading of a file counts.

    A server does not read one file many times in a row, and a slow minute of the machine is everybody's.
    """
    rounds: dict[str, list[list[Result]]] = {name: [] for name in readers}
    for _ in range(ROUNDS):
        for name, results in readers.items():
            rounds[name].append(list(islice(results, files)))
    for results in readers.values():
        results.close()
    return {
        name: [min(one, key=lambda result: result.seconds) for one in zip(*read, strict=True)]
        for name, read in rounds.items()
    }


def theirs(name: str, files: Sequence[Path], *, python: Path = PYTHON) -> Generator[Result]:
    """Have one peer read the files; on one that it hangs or dies on, once, it is started anew for the next."""
    peer: subprocess.Popen[str] | None = None
    fatal: set[Path] = set()
    try:
        for path in files:
            if path in fatal:
                yield Result("", PATIENCE_S)
                continue
            if peer is None or peer.poll() is not None:
                peer = started(name, python)
            found = asked(peer, path)
            if found is None:
                peer.kill()
                peer.wait()
                fatal.add(path)
            yield found or Result("", PATIENCE_S)
    finally:
        if peer is not None:
            peer.kill()
            peer.wait()


def started(name: str, python: Path) -> "subprocess.Popen[str]":
    """Start one peer."""
    return subprocess.Popen(
        [python, Path(__file__).with_name("formats_peer.py"), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def asked(peer: "subprocess.Popen[str]", path: Path) -> Result | None:
    """Return what a peer answers, if it does in time."""
    assert peer.stdin is not None
    assert peer.stdout is not None
    try:
        peer.stdin.write(f"{path}\n")
        peer.stdin.flush()
    except BrokenPipeError:
        return None
    ready, _, _ = select.select([peer.stdout], [], [], PATIENCE_S)
    line = peer.stdout.readline() if ready else ""
    return Result(**json.loads(line)) if line else None


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


def report(
    expected: Mapping[str, Sequence[str]],
    results: Mapping[str, Sequence[Result]],
    alone: Sequence[Result],
    words: Sequence[int | None],
) -> None:
    """Print found shares by format, ours first; times through the server and of the readers *alone*; *words*.

    Those are the words of the sources. The best peer is the one that finds most, the quicker one where two find as
    many.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(expected):
        groups[name.split("/")[0]].append(place)
    lacking = {
        reader: [missing(strings, one.text) for strings, one in zip(expected.values(), found, strict=True)]
        for reader, found in results.items()
    }
    withheld = [
        bool(gone and WITHHELD.search(one.text[-2000:]))
        for gone, one in zip(lacking["moonshelf"], results["moonshelf"], strict=True)
    ]
    row = partial(_row, list(expected.values()), results, alone, words, lacking, withheld)
    print(
        f"| format | files | strings | {' | '.join(results)} "
        "| server ms | readers ms | quickest peer | best peer | readers to quickest, best | words to source |"
    )
    print(f"|---|---|---|{'---|' * len(results)}---|---|---|---|---|---|")
    for name, places in sorted(groups.items()):
        print(row(name, places))
    print(row("all", list(range(len(expected)))))
    for place, (name, gone) in enumerate(zip(expected, lacking["moonshelf"], strict=True)):
        for one in gone:
            print(f"{'withheld as hidden' if withheld[place] else 'not found'}: {name}: {one[:100]!r}")


def _row(
    strings: Sequence[Sequence[str]],
    results: Mapping[str, Sequence[Result]],
    alone: Sequence[Result],
    words: Sequence[int | None],
    lacking: Mapping[str, Sequence[Sequence[str]]],
    withheld: Sequence[bool],
    name: str,
    places: Sequence[int],
) -> str:
    counted = {
        reader: (
            sum(len(strings[one]) - len(lacking[reader][one]) for one in places),
            sum(len(strings[one]) for one in places)
            - (sum(len(lacking[reader][one]) for one in places if withheld[one]) if reader == "moonshelf" else 0),
        )
        for reader in results
    }
    shares = [f"{found / of:.3f}" if found else "-" for found, of in counted.values()]
    reading = [one for one, (found, _) in counted.items() if found]
    times = {one: median(results[one][place].seconds for place in places) for one in reading}
    others = [one for one in reading if one != "moonshelf"]
    medians = [median(one.seconds for one in (results["moonshelf"][place] for place in places))]
    medians.append(median(alone[place].seconds for place in places))
    rivals = [
        min(others, key=lambda one: times[one], default=""),
        min(others, key=lambda one: (-counted[one][0], times[one]), default=""),
    ]
    cells = [
        name,
        str(len(places)),
        str(sum(len(strings[one]) for one in places)),
        *shares,
        *(f"{1000 * one:.1f}" for one in medians),
        *(f"{one} {1000 * times[one]:.1f}" if one else "-" for one in rivals),
        ", ".join(f"{medians[1] / times[one]:.2f}" if one else "-" for one in rivals),
        _words_to_source(results["moonshelf"], words, places),
    ]
    return f"| {' | '.join(cells)} |"


def _words_to_source(ours: Sequence[Result], words: Sequence[int | None], places: Sequence[int]) -> str:
    """Hold the words of what was read against those of the sources that can be counted."""
    known = [(ours[place].text, words[place] or 0) for place in places if words[place] is not None]
    source = sum(count for text, count in known if text)
    return f"{sum(source_words.emitted(text) for text, _ in known) / source:.2f}" if source else "-"


if __name__ == "__main__":
    main()
