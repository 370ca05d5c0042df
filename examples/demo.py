"""See it work: start a server, upload a real PDF, read it back, ask a model about it, stop the server.

``DEMO_CHAT=0`` leaves the model out, and with it the download of its weights (about 490 MB, once).
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from openai import APIConnectionError, APIStatusError, OpenAI

PDF = Path(__file__).with_name("bzip2-manual.pdf")
MOONSHELF = Path(sys.executable).with_name("moonshelf")
HEAD = 700


def main() -> None:
    """Run the demonstration from its first to its last step."""
    with tempfile.TemporaryDirectory(prefix="moonshelf-demo-") as folder, server(Path(folder)) as client:
        content = read(client)
        click.secho(f"\nThe first of its {len(content):,} characters:\n", bold=True)
        click.echo(json.loads(content)["content"][:HEAD] + " …\n")
        if os.environ.get("DEMO_CHAT") == "0":
            click.echo("DEMO_CHAT=0: the model is left out.")
        elif pull():
            ask(client, content)
    click.secho("\nThe server is stopped. Your own: make serve", bold=True)


@contextmanager
def server(folder: Path) -> Iterator[OpenAI]:
    """Run a server on a free port over an empty data folder, and hand out OpenAI's client for it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "server.log"
    command = [str(MOONSHELF), "serve", "--port", str(port), "--data", str(folder / "data")]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603 - our own command
    try:
        key = wait_for_key(process, log)
        client = OpenAI(api_key=key, base_url=f"http://127.0.0.1:{port}/v1")
        wait_until_up(client)
        click.echo(f"A server is up at http://127.0.0.1:{port}/v1")
        yield client
    finally:
        process.terminate()
        process.wait()


def wait_for_key(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Wait for the key that the first start prints."""
    while process.poll() is None:
        if found := re.search(r"sk-\S+", log.read_text()):
            return found[0]
        time.sleep(0.1)
    raise SystemExit(f"The server did not start:\n{log.read_text()}")


def wait_until_up(client: OpenAI) -> None:
    """Wait until the server answers."""
    for _ in range(600):
        try:
            client.files.list()
        except (APIConnectionError, APIStatusError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not answer within a minute.")


def read(client: OpenAI) -> str:
    """Upload the PDF, watch it being read page by page, and return its content."""
    file = client.files.create(file=PDF, purpose="file-extract")  # type: ignore[arg-type] # Kimi's purpose
    with click.progressbar(length=1, label=f"reading {PDF.name}", file=sys.stderr) as bar:
        while str(file.status) == "created":  # Kimi's status, which the SDK's list of them lacks
            pages = getattr(file, "pages_total", None)
            bar.length = pages or 1
            bar.update((getattr(file, "pages_done", 0) if pages else 0) - bar.pos)
            time.sleep(0.1)
            file = client.files.retrieve(file.id)
        bar.update((bar.length or 1) - bar.pos)
    return client.files.content(file.id).text


def pull() -> bool:
    """Fetch the model's weights where they are missing; say in one sentence if that can't be done."""
    done = subprocess.run([MOONSHELF, "models", "pull"], stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - ours
    return done.returncode == 0


def ask(client: OpenAI, content: str) -> None:
    """Ask the embedded model for an introduction, and print its answer as it comes."""
    question = f"Please give a brief introduction of what {PDF.name} is about."
    click.secho(question, bold=True)
    began = time.monotonic()
    first = threading.Event()
    waiting = threading.Thread(target=wait_visibly, args=(first,), daemon=True)
    waiting.start()
    stream = client.chat.completions.create(
        model="kimi-k2-turbo-preview",
        messages=[{"role": "system", "content": content}, {"role": "user", "content": question}],
        max_tokens=200,
        stream=True,
    )
    for chunk in stream:
        if chunk.choices:
            first.set()
            waiting.join()  # or it would wipe the first word away with its own line
            click.echo(chunk.choices[0].delta.content or "", nl=False)
    click.echo(f"\n\n({time.monotonic() - began:.0f} s)")


def wait_visibly(ended: threading.Event) -> None:
    """Count the seconds until the model's first word: it reads some 3,000 tokens on the processor before that."""
    if not sys.stderr.isatty():
        return  # a log is no place to count in
    seconds = 0
    while not ended.wait(1):
        seconds += 1
        click.echo(f"\rthe model is reading: {seconds} s ", nl=False, err=True)
    click.echo("\r" + " " * 40 + "\r", nl=False, err=True)


if __name__ == "__main__":
    main()
