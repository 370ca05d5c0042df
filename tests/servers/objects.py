"""A real object store that speaks S3, from a wheel, started by the tests."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from patience import PATIENCE_S, until

_WEED = str(Path(sys.executable).with_name("weed"))
_MAY = ["Admin", "Read", "Write", "List", "Tagging"]
_CALLERS = [
    {"name": "anonymous", "actions": _MAY},
    {"name": "shelf", "actions": _MAY, "credentials": [{"accessKey": "shelf", "secretKey": "secret"}]},
]
_GRPC = 10_000  # each of its ports has a sister that much higher


class ObjectServer:
    """One server with one bucket; every caller may do everything, but whoever signs must do it right."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self._address = address
        self._home = Path(tempfile.mkdtemp(prefix="moonshelf-objects-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._ports = _low_ports(4)

    @property
    def endpoint(self) -> str:
        return f"http://{self._address}:{self._ports[0]}"

    def url(self, prefix: str) -> str:
        """Return what ``MOONSHELF_STORAGE_URL`` would be."""
        return f"{self._url(prefix)}&skip_signature=true"

    def signed(self, prefix: str) -> str:
        """Return the same for somebody with a key."""
        return f"{self._url(prefix)}&access_key_id=shelf&secret_access_key=secret"

    def start(self) -> "ObjectServer":
        s3, master, volume, filer = self._ports
        command = f"server -dir={self._home} -ip={self._address} -ip.bind={self._address}"
        command += f" -s3 -s3.port={s3} -master.port={master} -volume.port={volume} -filer.port={filer}"
        (self._home / "callers.json").write_text(json.dumps({"identities": _CALLERS}))
        command += f" -s3.config={self._home / 'callers.json'} -s3.port.iceberg=0 -s3.port.lance=0 -volume.max=4"
        command += " -master.volumeSizeLimitMB=256 -master.telemetry=false"
        command += " -master.electionTimeout=1s -master.heartbeatInterval=100ms"  # or a restart takes twenty seconds
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen([_WEED, *command.split()], stdout=log, stderr=log, cwd=self._home)
        until(self._takes, told=self._said)
        return self

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def stop(self) -> None:
        if self._process is not None:
            self.kill()
        shutil.rmtree(self._home, ignore_errors=True)
        for port in self._ports:
            for left in _sockets(port):
                left.unlink(missing_ok=True)

    def _url(self, prefix: str) -> str:
        return f"s3://shelf/{prefix}?endpoint={self.endpoint}&region=us-east-1"

    def _said(self) -> str:
        return (self._home / "log").read_text()[-4000:]

    def _takes(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._said()
        try:
            httpx.put(f"{self.endpoint}/shelf", timeout=5)
            return httpx.put(f"{self.endpoint}/shelf/ready", content=b"ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


def _low_ports(count: int) -> list[int]:
    """Find free ports whose sisters are free too, below those that the kernel gives to outgoing connections."""
    found: list[int] = []
    for port in range(11_000 + time.monotonic_ns() % 9_000, 11_000 + _GRPC):
        if all(_free(one) for one in (port, port + _GRPC)) and not _sockets(port):
            found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("not enough free ports")


def _sockets(port: int) -> list[Path]:
    """List what a server at *port* leaves when it is killed: another user's server can't take its place."""
    its_own = Path("/tmp")  # noqa: S108 where it puts them itself
    return [left for one in (port, port + _GRPC) for left in its_own.glob(f"seaweedfs-*-{one}.sock")]


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
