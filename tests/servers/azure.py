"""Azurite, Microsoft's own stand-in for Azure's Blob storage, from npm, started by the tests."""

import base64
import hashlib
import hmac
import subprocess
import tempfile
from email.utils import formatdate
from urllib.parse import quote, urlencode

import httpx

from clients import stock
from live import free_port
from patience import PATIENCE_S, until

_ACCOUNT = "devstoreaccount1"
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="  # Azurite's, public
_VERSION = "2023-11-03"


class AzureServer:
    """One server with one container; it knows its one account by its key, and checks every signature."""

    def __init__(self) -> None:
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, prefix: str) -> str:
        """Return what ``MOONSHELF_STORAGE_URL`` would be."""
        key = quote(_KEY, safe="")
        return f"az://shelf/{prefix}?endpoint={self._endpoint}&account_name={_ACCOUNT}&account_key={key}"

    def signed(self, prefix: str, rights: str) -> str:
        """Return the same for whoever holds a signature that grants *rights* alone, by their letters."""
        ends, version, fields = "2999-01-01T00:00:00Z", "2020-12-06", [""] * 7
        granted = [rights, "", ends, f"/blob/{_ACCOUNT}/shelf", "", "", "https,http", version, "c", *fields]
        digest = hmac.new(base64.b64decode(_KEY), "\n".join(granted).encode(), hashlib.sha256).digest()
        said = {"sp": rights, "se": ends, "spr": "https,http", "sv": version, "sr": "c"}
        key = urlencode({**said, "sig": base64.b64encode(digest).decode()}, quote_via=quote)
        return f"az://shelf/{prefix}?endpoint={self._endpoint}&account_name={_ACCOUNT}&sas_key={quote(key, safe='')}"

    def start(self) -> "AzureServer":
        main = stock.packages() / "azurite" / "dist" / "src" / "blob" / "main.js"
        options = ["--inMemoryPersistence", "--disableTelemetry", "--silent", "--blobPort", str(self._port)]
        self._process = subprocess.Popen([str(stock.NODE), str(main), *options], cwd=tempfile.gettempdir())
        until(self._makes_container)
        return self

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)

    @property
    def _endpoint(self) -> str:
        return f"http://127.0.0.1:{self._port}/{_ACCOUNT}"

    def _makes_container(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None
        date = formatdate(usegmt=True)
        signed = f"x-ms-date:{date}\nx-ms-version:{_VERSION}\n/{_ACCOUNT}/{_ACCOUNT}/shelf\nrestype:container"
        digest = hmac.new(base64.b64decode(_KEY), ("PUT" + "\n" * 12 + signed).encode(), hashlib.sha256).digest()
        headers = {"x-ms-date": date, "x-ms-version": _VERSION, "content-length": "0"}
        headers["authorization"] = f"SharedKey {_ACCOUNT}:{base64.b64encode(digest).decode()}"
        try:
            answer = httpx.put(f"{self._endpoint}/shelf?restype=container", headers=headers, timeout=5)
        except httpx.TransportError:
            return False
        assert answer.status_code == 201, answer.text
        return True
