"""Google Cloud Storage's XML API before an object store that speaks S3.

No stand-in that packages carry takes what clients of that API send: one knows no unsigned PUT, the other neither HEAD
nor lists. But Google made the API to be S3's with a few headers of its own, and these are translated here. What Google
checks is checked here too: tokens that a service account signs by itself, and its signatures of URLs (V4, RSA).
"""

import hashlib
import http.client
import json
from base64 import urlsafe_b64decode
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from servers.objects import ObjectServer

_ONLY_NEW: Final = ("x-goog-if-generation-match", "0"), ("if-none-match", "*")
_META: Final = "x-goog-meta-", "x-amz-meta-"
_OURS: Final = {"host", "authorization", "connection"}  # the token is for Google
_THEIRS: Final = {"transfer-encoding", "connection"}
_SIGNED: Final = "X-Goog-"  # begins the names of what a signed URL says
_HOST: Final = "storage.googleapis.com"  # what obstore signs for, wherever it sends
_ACCOUNT: Final = "shelf@moonshelf.iam.gserviceaccount.com"


class GoogleGateway:
    """A listener that passes each request on, in S3's words, and its answer back in Google's."""

    def __init__(self, objects: ObjectServer) -> None:
        there = urlsplit(objects.endpoint).netloc
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        bound = type("_Bound", (_Passing,), {"there": there, "key": self._key.public_key()})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def url(self, prefix: str) -> str:
        """Return what ``MOONSHELF_STORAGE_URL`` would be."""
        endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        written = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        account = {"client_email": _ACCOUNT, "private_key": written.decode(), "private_key_id": "1"}
        key = quote(json.dumps(account | {"type": "service_account", "gcs_base_url": endpoint}))
        return f"gs://shelf/{prefix}?base_url={endpoint}&service_account_key={key}"

    def start(self) -> "GoogleGateway":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    there = ""
    key: rsa.RSAPublicKey

    def do_GET(self) -> None:
        if not self._signed() and not self._authorized():
            self.send_error(403)
            return
        headers = dict(self._translated())
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        back = http.client.HTTPConnection(self.there, timeout=30)
        back.request(self.command, self._path(), body, headers)
        answer = back.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _THEIRS:
                self.send_header(name.lower().replace(_META[1], _META[0]), value)
        if answer.getheader("content-length") is None:
            self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        back.close()

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _translated(self) -> list[tuple[str, str]]:
        given = [(name.lower(), value) for name, value in self.headers.items() if name.lower() not in _OURS]
        asked, meant = _ONLY_NEW
        return [meant if one == asked else (one[0].replace(*_META), one[1]) for one in given]

    def _path(self) -> str:
        """Give what was asked for without its signature, which is Google's."""
        path, query = self._asked()
        kept = {name: value for name, value in query.items() if not name.startswith(_SIGNED)}
        return f"{path}?{urlencode(kept)}" if kept else path

    def _asked(self) -> tuple[str, dict[str, str]]:
        asked = urlsplit(self.path)
        return asked.path, dict(parse_qsl(asked.query, keep_blank_values=True))

    def _signed(self) -> bool:
        """Tell whether the URL is signed as Google's page on V4 signatures says, and still good."""
        path, query = self._asked()
        signature, signed = query.pop(f"{_SIGNED}Signature", ""), query.get(f"{_SIGNED}SignedHeaders")
        if signed != "host" or query.get(f"{_SIGNED}Algorithm") != "GOOG4-RSA-SHA256":
            return False
        at, scope = query[f"{_SIGNED}Date"], query[f"{_SIGNED}Credential"].removeprefix(f"{_ACCOUNT}/")
        said = urlencode(sorted(query.items()), quote_via=quote, safe="-_.~")
        canonical = f"{self.command}\n{path}\n{said}\nhost:{_HOST}\n\nhost\nUNSIGNED-PAYLOAD"
        text = f"GOOG4-RSA-SHA256\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        age_s = (datetime.now(UTC) - datetime.strptime(at, "%Y%m%dT%H%M%S%z")).total_seconds()
        return age_s <= int(query[f"{_SIGNED}Expires"]) and self._wrote(text.encode(), bytes.fromhex(signature))

    def _authorized(self) -> bool:
        """Tell whether the request has a token that the account signed."""
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        text, _, signature = token.rpartition(".")
        return self._wrote(text.encode(), urlsafe_b64decode(signature + "=="))

    def _wrote(self, text: bytes, signature: bytes) -> bool:
        with suppress(InvalidSignature):
            self.key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
            return True
        return False
