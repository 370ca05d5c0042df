"""The bundled model, for machines that have no model server: a child process that is there while it is needed."""

import asyncio
import importlib.util
import json
import os
import platform
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

import structlog

from moonshelf.errors import Unavailable
from moonshelf.errors.installation import NoLocalModel
from moonshelf.limits.turns import Turns

_log = structlog.get_logger()

_START_S: Final = 120.0
"""Most seconds that loading may take: 2-5 on an idle machine with the weights in memory, more from a slow disk."""

# Spinning threads would take the processor from the readers of files, for no gain with one generation at a time.
_ENVIRONMENT: Final = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}

_INHERITED: Final = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""Variables the child gets; the others may be keys of model servers."""


@dataclass(frozen=True)
class Address:
    """Where the child listens, and the key that keeps the machine's other users out."""

    base_url: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class LocalModel:
    """A model by its name, and where its files lie on this machine, if they are there."""

    name: str
    weights: Path
    projector: Path | None = None  # makes tokens of pictures; none: it reads text only
    context_length: int = 32_768

    @property
    def vision(self) -> bool:
        """Whether it sees."""
        return self.projector is not None

    @property
    def complete(self) -> bool:
        """Whether its files are there."""
        return self.weights.is_file() and (self.projector is None or self.projector.is_file())


class Embedded:
    """Runs one model: started on first need, one answer at a time, ended when idle, started again if it died.

    Every method belongs to one event loop.
    """

    def __init__(
        self, model: LocalModel, *, max_tokens: int = 1_024, threads: int | None = None, idle_s: float = 600
    ) -> None:
        """*max_tokens* end an answer for which the caller names no limit."""
        self.model = model
        self._max_tokens = max_tokens
        self._threads = threads or os.cpu_count() or 1
        self._idle_s = idle_s
        self._turns = Turns()
        self._process: Process | None = None
        self._address: Address | None = None
        self._ending: asyncio.TimerHandle | None = None

    def lack(self) -> str | None:
        """Say what is missing to serve, in a sentence with the remedy; None if nothing is."""
        if importlib.util.find_spec("xllamacpp") is None:
            return (
                "The embedded model's library is not installed: run pip install '.[local]' in Moonshelf's "
                "folder, or name a model server in MOONSHELF_UPSTREAMS."
            )
        if not _processor_fits():
            return (
                "The embedded model needs a processor with AVX2, which this machine's lacks: name a model server "
                "in MOONSHELF_UPSTREAMS."
            )
        if not self.model.complete:
            command = f"moonshelf models pull {self.model.name}" if self.model.vision else "moonshelf models pull"
            return (
                f"The weights of {self.model.name} are not on this machine: run `{command}`, or name a model server in "
                "MOONSHELF_UPSTREAMS."
            )
        return None

    @asynccontextmanager
    async def turn(self, account: str) -> AsyncIterator[Address]:
        """Wait until *account* may use the model, and have it run for the length of the context.

        Raises ``NoLocalModel`` if something is missing, ``Unavailable`` if it doesn't start.
        """
        if lack := self.lack():
            raise NoLocalModel(lack)
        async with self._turns.take(account):
            if self._ending is not None:
                self._ending.cancel()
            try:
                yield await self._running()
            finally:
                self._ending = asyncio.get_running_loop().call_later(self._idle_s, self._end)

    async def close(self) -> None:
        """End the child and wait until it is gone."""
        if self._ending is not None:
            self._ending.cancel()
        process = self._process
        self._end()
        if process is not None:
            await process.wait()

    def _end(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()  # it holds nothing worth saving
            _log.info("embedded.ended", model=self.model.name, pid=self._process.pid)
        self._process = self._address = None

    async def _running(self) -> Address:
        if self._address is None or self._process is None or self._process.returncode is not None:
            self._end()
            self._address = await self._start()
        return self._address

    async def _start(self) -> Address:
        started = asyncio.get_running_loop().time()
        # -P: a folder that happens to be called like a module must not be imported from where we were started.
        self._process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "moonshelf.models.llama"), stdin=PIPE, stdout=PIPE, env=_environment()
        )
        key = secrets.token_urlsafe(24)
        try:
            async with asyncio.timeout(_START_S):
                line = await self._talk(process, key)
        except TimeoutError:
            line = b""
        except BaseException:
            self._end()  # whoever waited gave up: half a start helps nobody
            raise
        if not line:
            self._end()
            _log.error("embedded.failed", model=self.model.name, exit_status=await process.wait())
            raise Unavailable(f"The embedded model {self.model.name}")
        seconds = round(asyncio.get_running_loop().time() - started, 1)
        _log.info("embedded.started", model=self.model.name, pid=process.pid, seconds=seconds)
        return Address(json.loads(line)["address"] + "/v1", key)

    async def _talk(self, process: Process, key: str) -> bytes:
        """Tell the child what to run; its answer is empty if it ends before it serves."""
        given = {
            "weights": str(self.model.weights),
            "projector": str(self.model.projector or ""),
            "name": self.model.name,
            "key": key,  # over the pipe: arguments can be read by every user of the machine
            "context_length": self.model.context_length,
            "threads": self._threads,
            "max_tokens": self._max_tokens,
        }
        cast("asyncio.StreamWriter", process.stdin).write(json.dumps(given).encode() + b"\n")
        return await cast("asyncio.StreamReader", process.stdout).readline()


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | _ENVIRONMENT


def _processor_fits() -> bool:
    """Whether the library's code can run; without AVX2 it would die of an illegal instruction."""
    flags = Path("/proc/cpuinfo")
    return platform.machine() not in {"x86_64", "AMD64"} or not flags.exists() or "avx2" in flags.read_text()
