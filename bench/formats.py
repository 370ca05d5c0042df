"""Strings found in files of every format through a running server, with other libraries beside it in the same run.

    python bench/formats.py CORPUS [--only docx,xlsx] [--peers extractous,kreuzberg,markitdown,undoc]

CORPUS holds ``FORMAT/name`` and ``expected.json``: a list of ``{"file": ..., "must_contain": [...]}``. Every file goes
through the server, damaged and locked ones too, and what came of them is counted; the tables are of those with
expected strings. The peers are installed into an environment of their own, ``.venv-peers``.
"""

import argparse
import json
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import httpx

from formats_report import OURS, Case, Result, report
from peers import environment
from sources import words
from speed import Server, serving

PEERS = ("extractous", "kreuzberg", "markitdown", "undoc")
NEEDED = ("extractous", "kreuzberg", "markitdown[all]", "undoc")
ROUNDS = 5
PATIENCE_S = 30.0
_A_CODE = 3  # words that are no sentence yet
LONGEST_S = 300.0  # that a file may take through the server
OUTCOMES = ("ok", "refused with a sentence", "refused without one", "5xx", "time-out")
Reader = Callable[[Sequence[Path]], Iterator[Result]]


def main() -> None:
    """Print the tables, the strings that were not found, and what came of all files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--peers", default=",".join(PEERS))
    given = parser.parse_args()
    names = [path.relative_to(given.corpus).as_posix() for path in sorted(given.corpus.glob("*/*")) if path.is_file()]
    if given.only:
        names = [name for name in names if name.split("/")[0] in given.only.split(",")]
    with serving() as server:
        read = dict(zip(names, ours(server, [given.corpus / name for name in names]), strict=True))
    listed = json.loads((given.corpus / "expected.json").read_text(encoding="utf-8"))
    expected = {one["file"]: one["must_contain"] for one in listed if one["file"] in read}
    report(cases(given.corpus, expected, read, [name for name in given.peers.split(",") if name]))
    counts = Counter(one.outcome for one in read.values())
    print(f"Of {len(read)} files: " + ", ".join(f"{counts[one]} {one}" for one in OUTCOMES) + ".")
    for name, one in read.items():
        if one.outcome in OUTCOMES[2:]:
            print(f"{one.outcome}: {name}")


def cases(
    corpus: Path, expected: Mapping[str, Sequence[str]], read: Mapping[str, Result], names: Sequence[str]
) -> list[Case]:
    """Have the peers of these *names*, and our readers alone, read the files that strings are *expected* of."""
    if names:
        environment.install(*NEEDED)
    files = [corpus / name for name in expected]
    readers = {name: theirs(name, files * ROUNDS) for name in names}
    readers[OURS] = theirs(OURS, files * ROUNDS, python=Path(sys.executable))
    timed = in_turns(readers, len(files))
    alone = timed.pop(OURS)
    return [
        Case(
            name,
            strings,
            results={OURS: read[name]} | {peer: found[place] for peer, found in timed.items()},
            alone=alone[place],
            words=words.counted(corpus / name),
        )
        for place, (name, strings) in enumerate(expected.items())
    ]


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


def theirs(name: str, files: Sequence[Path], *, python: Path = environment.PYTHON) -> Generator[Result]:
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
        [python, Path(__file__).parent / "peers" / "formats.py", name],
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


if __name__ == "__main__":
    main()
