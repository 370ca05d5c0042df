"""Code that the dashboard offers to copy, run as whoever copied it would."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clients.stock import node
from live import environment

LANGUAGES = ("Python", "Node", "curl")


def run(language: str, code: str, folder: Path) -> str:
    """Run *code* in *folder* and return what it printed."""
    if language == "Node":
        script = folder / "written" / "snippet.mjs"
        script.parent.mkdir()
        script.write_text(code)
        return node(script, folder=folder, env=environment(), cwd=folder)
    if "jq" in code and not shutil.which("jq"):
        pytest.skip("jq is not installed")
    command = [sys.executable, "-c", code] if language == "Python" else ["bash", "-ec", code]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
