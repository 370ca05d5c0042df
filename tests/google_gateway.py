"""Google Cloud Storage's XML API before an object store that speaks S3.

No stand-in that packages carry takes what clients of that API send: one knows no unsigned PUT, the other neither HEAD
nor lists. But Google made the API to be S3's with a few headers of its own, and these are translated here.
"""

import http.client
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final
from urllib.parse import quote, urlsplit

from object_server import ObjectServer

_ONLY_NEW: Final = ("x-goog-if-generation-match", "0"), ("if-none-match", "*")
_META: Final = "x-goog-meta-", "x-amz-meta-"
_OURS: Final = {"host", "authorization", "connection"}  # the token is for Google
_THEIRS: Final = {"transfer-encoding", "connection"}


class GoogleGateway:
    """A listener that passes each request on, in S3's words, and its answer back in Google's."""

    def __init__(self, objects: ObjectServer) -> None:
        there = urlsplit(objects.endpoint).netloc
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Bound", (_Passing,), {"there": there}))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def url(self, prefix: str) -> str:
        """Return what ``MOONSHELF_STORAGE_URL`` would be."""
        nobody = {"disable_oauth": True, "client_email": "", "private_key": "", "private_key_id": ""}
        endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        key = quote(json.dumps(nobody | {"gcs_base_url": endpoint}))
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

    def do_GET(self) -> None:
        headers = dict(self._translated())
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        back = http.client.HTTPConnection(self.there, timeout=30)
        back.request(self.command, self.path, body, headers)
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
