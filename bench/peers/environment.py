"""The environment that other libraries are installed into, so that they meet none of our own dependencies."""

import subprocess
import sys
from pathlib import Path

_ENVIRONMENT = Path(__file__).parent.parent.parent / ".venv-peers"
PYTHON = _ENVIRONMENT / "bin" / "python"


def install(*libraries: str) -> None:
    """Make the environment where there is none, and add what it lacks."""
    if not PYTHON.exists():
        ours = f"--python={sys.executable}"  # the interpreter that reads ours
        subprocess.run(["uv", "venv", "--quiet", ours, _ENVIRONMENT], check=True)  # noqa: S607 the Makefile sees to uv
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", PYTHON, *libraries], check=True)  # noqa: S607 as above
