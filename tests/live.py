"""A real server as a real process, started and stopped by the tests."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import httpx
from openai import OpenAI

from moonshelf import db
from moonshelf.people.accounts import Accounts
from moonshelf.people.keys import Keys
from patience import PATIENCE_S, until

MOONSHELF = str(Path(sys.executable).with_name("moonshelf"))
ROOT = Path(__file__).parent.parent


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**settings: object) -> dict[str, str]:
    """Take this process's environment without what would change a server, and add *settings*."""
    changes = ("MOONSHELF_", "OPENAI_", "PYTHONDONTWRITEBYTECODE")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(changes)}
    return ours | {f"MOONSHELF_{name.upper()}": str(value) for name, value in settings.items()}


class Live:
    """A server over *data*; settings are those of ``MOONSHELF_*`` without the prefix, in lower case."""

    def __init__(self, data: Path, **settings: object) -> None:
        self.data = data
        self._host = "127.0.0.1"
        self.log = data.with_suffix(".log")
        self.port = free_port()
        self._settings: Mapping[str, object] = {"workers": 2} | settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def elsewhere(self) -> bool:
        """Tell whether other processes do the reading."""
        return self._settings["workers"] == 0

    @property
    def database_url(self) -> str:
        return str(self._settings.get("database_url", f"sqlite:///{self.data / 'moonshelf.sqlite'}"))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def public(self) -> "Live":
        """Have it know the address it is reached at."""
        self._settings = {**self._settings, "public_url": self.url}
        return self

    def at(self, host: str) -> "Live":
        """Have it listen on another address than 127.0.0.1."""
        self._host = host
        return self

    def start(self) -> "Live":
        self.launch()
        self.wait_ready()
        return self

    def launch(self) -> None:
        """Start it, and wait for nothing."""
        command = [MOONSHELF, "serve", "--host", self._host, "--port", str(self.port)]
        command += ["--data", str(self.data)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=environment(**self._settings), stdout=log, stderr=subprocess.STDOUT, cwd="/"
            )

    def wait_ready(self) -> None:
        """Wait until it reads uploads."""
        until(partial(self._answers, "readyz"), told=self.log.read_text)

    def wait_alive(self) -> None:
        """Wait until it answers at all."""
        until(partial(self._answers, "healthz"), told=self.log.read_text)

    def _answers(self, what: str) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()
        try:
            return httpx.get(f"{self.url}/{what}", timeout=10).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> int:
        """End the server gently and return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE_S)

    def kill(self) -> None:
        """End the server as a power failure would: at once."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def key(self, account: str | None = None, *, role: str = "member") -> str:
        """Make an account and a key for it, beside the running server as the command line does."""
        database = db.connect(self.database_url)
        accounts = Accounts(database)
        owner = accounts.create(account or f"test-{time.monotonic_ns()}", role=role)
        value = Keys(database).create(owner.id)
        database.close()
        return value

    def openai(self, key: str | None = None, *, max_retries: int = 0) -> OpenAI:
        """Return OpenAI's own client for this server."""
        return OpenAI(api_key=key or self.key(), base_url=f"{self.url}/v1", max_retries=max_retries)

    def spooled(self) -> list[Path]:
        """List what lies in the spool: bodies on their way to the storage."""
        return [path for path in (self.data / "spool").rglob("*") if path.is_file() and path.suffix != ".lock"]

    def http(self, key: str | None = None) -> httpx.Client:
        """Return a plain client for this server."""
        headers = {"authorization": f"Bearer {key or self.key()}"}
        return httpx.Client(base_url=f"{self.url}/v1", headers=headers, timeout=PATIENCE_S)


class Reader:
    """A ``moonshelf worker`` as a process of its own, which reads for servers that share its database."""

    def __init__(
        self, data: Path, *, settings: Mapping[str, object], concurrency: int = 2, within: tuple[str, ...] = ()
    ) -> None:
        """*within* is a command that starts it somewhere else: in a network namespace, say."""
        self.log = data.with_suffix(".log")
        self._within = within
        self._data = data
        self._concurrency = concurrency
        self._settings = settings
        self._started = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> "Reader":
        self._started += 1
        command = [
            *self._within,
            MOONSHELF,
            "worker",
            "--concurrency",
            str(self._concurrency),
            "--data",
            str(self._data),
        ]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=environment(**self._settings), stdout=log, stderr=subprocess.STDOUT, cwd="/"
            )
        return self

    def wait_ready(self) -> None:
        """Wait until it would read; its ``log_level`` must be info."""
        until(self._ready, told=self.log.read_text)

    def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()
        return self.log.read_text().count("worker.ready") >= self._started

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> int:
        """End it gently and return its exit code."""
        self.signal(signal.SIGTERM)
        assert self._process is not None
        return self._process.wait(PATIENCE_S)

    def kill(self) -> None:
        """End it as a power failure would: at once."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE_S)
