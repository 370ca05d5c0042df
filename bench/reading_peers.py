"""Quality of reading PDF through a running server, with other libraries beside it in the same run.

    python bench/reading_peers.py DATA [odl zh olm scan]

DATA holds ``score_pdf.py`` and, for each set, ``pdf/SET/pdf/*.pdf`` with its truth; ``MOONSHELF_BENCH_DATA`` may name
it instead. The peers and what the scorer needs are installed into an environment of their own, ``.venv-peers``.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from shutil import which

import httpx

from peers import environment
from speed import Server, serving

SETS = ("odl", "zh", "olm")
PEERS = ("liteparse", "pdf-inspector", "markitdown", "kreuzberg", *(["opendataloader"] if which("java") else []))
LIBRARIES = ("liteparse", "pdf-inspector", "markitdown[pdf]", "kreuzberg", "opendataloader-pdf")
NEEDED = (*LIBRARIES, "rapidfuzz", "apted", "lxml", "beautifulsoup4")
WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\W_]+")  # each ideograph is one
TAG = re.compile(r"</?(?:table|thead|tbody|t[rhd]|br)\b[^<>]*>")


def main() -> None:
    """Print a table for each set."""
    given = sys.argv[1:] or [os.environ.get("MOONSHELF_BENCH_DATA", "")]
    data = Path(given[0])
    if not (data / "score_pdf.py").is_file():
        raise SystemExit(f"{str(data)!r} holds no score_pdf.py. Say where the documents are: make bench-reading DATA=…")
    environment.install(*NEEDED)
    with serving() as server:
        readers: dict[str, Callable[[Path, Path], float]] = {"moonshelf": partial(ours, server)}
        readers |= {name: partial(theirs, name) for name in PEERS}
        for name in given[1:] or SETS:
            compare(data, name, readers)


def compare(data: Path, name: str, readers: Mapping[str, Callable[[Path, Path], float]]) -> None:
    """Print what each reader scores on one set, and how long it took beside the first."""
    folder = data / "pdf" / name / "pdf"
    first = 0.0
    for reader, read in readers.items():
        with tempfile.TemporaryDirectory() as out:
            seconds = read(folder, Path(out))
            scores = score(data, name, Path(out)) | words(data / "pdf" / name / "gt", Path(out))
        if not first:
            first = seconds
            print(f"\n| {name} | {' | '.join(scores)} | time |\n|---|{'---|' * (len(scores) + 1)}")
        print(f"| {reader} | {' | '.join(scores.values())} | {seconds / first:.2f} |", flush=True)


def ours(server: Server, folder: Path, out: Path) -> float:
    """Upload each PDF, write down its content, and return the seconds this took."""
    began = time.monotonic()
    with server.client() as client:
        for path in sorted(folder.glob("*.pdf")):
            with path.open("rb") as source:
                sent = client.post("/files", files={"file": (path.name, source)}, data={"purpose": "file-extract"})
            content = client.get(f"/files/{sent.raise_for_status().json()['id']}/content", timeout=300)
            if content.status_code == httpx.codes.OK:
                (out / f"{path.stem}.md").write_text(content.json()["content"], encoding="utf-8")
    return time.monotonic() - began


def theirs(name: str, folder: Path, out: Path) -> float:
    """Let a peer read in a process of its own and return the seconds it says it took."""
    script = Path(__file__).parent / "peers" / "pdf.py"
    done = subprocess.run(
        [environment.PYTHON, script, name, folder, out], check=True, stdout=subprocess.PIPE, text=True
    )
    return float(done.stdout.splitlines()[-1])


def words(truth: Path, out: Path) -> dict[str, str]:
    """Return how many words were written for each in the truth, marks of tables aside, where there is a truth."""
    if not truth.is_dir():
        return {}
    wanted = sum(_words(path) for path in truth.glob("*.md"))
    return {"words": f"{sum(_words(path) for path in out.glob('*.md')) / wanted:.3f}"}


def _words(path: Path) -> int:
    return len(WORD.findall(TAG.sub(" ", path.read_text(encoding="utf-8"))))


def score(data: Path, name: str, out: Path) -> dict[str, str]:
    """Return the figures of one reader on one set."""
    arguments = ["--set", name, "--pred", str(out), "--data", str(data / "pdf"), "--json"]
    done = subprocess.run(
        [environment.PYTHON, data / "score_pdf.py", *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    figures: dict[str, object] = json.loads(done.stdout)
    kept = {key: value for key, value in figures.items() if key not in {"set", "docs", "n", "missing_names"}}
    return {key: f"{value:.3f}" if isinstance(value, float) else str(value) for key, value in kept.items()}


if __name__ == "__main__":
    main()
