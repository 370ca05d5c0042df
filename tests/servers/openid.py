"""A small OpenID provider on a loopback port: it signs real tokens, and lies where a test tells it to."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "moonshelf-test", "s3cret of: the client"
Claims = dict[str, Any]  # Any: JSON


class OpenIdServer:
    """Whoever comes is let in as *person*; ``lies`` replace claims of the next tokens, None takes one away."""

    def __init__(self) -> None:
        self.person: Claims = {}
        self.lies: Claims = {}
        self.algorithm = "RS256"
        self.only_userinfo = False
        self.refuses = ""
        self.keys_answer: tuple[int, Claims] | None = None  # instead of its keys
        self.in_pieces = False  # each answer comes in two
        self.elsewhere: Claims = {}  # addresses that it describes itself by instead of its own
        self.described = 0  # how often it was asked who it is
        self.told: Claims | None = None  # who somebody is, when it is asked, if not the same
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.signs_with = self.key
        self.exchanges: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": self}))
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def be(self, subject: str, **claims: object) -> None:
        """Let the next people in as this one, and be honest again."""
        self.person = {"sub": subject, "email": f"{subject}@example.org", "email_verified": True, **claims}
        self.lies, self.algorithm, self.signs_with, self.only_userinfo = {}, "RS256", self.key, False
        self.refuses, self.keys_answer, self.in_pieces, self.told = "", None, False, None

    def describe(self) -> Claims:
        places = {
            "authorization": "authorize?p=in",
            "token": "token",
            "userinfo": "userinfo",
            "end_session": "end?p=out",
        }
        ends = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in places.items()}
        self.described += 1
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **ends, **self.elsewhere}

    def keys(self) -> tuple[int, Claims]:
        return self.keys_answer or (200, {"keys": [self.key.as_dict(private=False)]})

    def authorize(self, asked: dict[str, str]) -> str:
        """Return the address to go back to."""
        answer = {"state": asked["state"], "iss": self.issuer}
        if self.refuses:
            answer["error"] = self.refuses
        else:
            answer["code"] = secrets.token_urlsafe(16)
            self._codes[answer["code"]] = asked
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """Change a code for tokens, once, for whoever proves to be the client that began."""
        self.exchanges.append(form)
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = _coded(digest).decode()
        if (unquote(name), unquote(secret)) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": self._token(asked)}

    def _token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        said = {"sub": self.person["sub"]} if self.only_userinfo else self.person
        claims = {"iss": self.issuer, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": asked["nonce"], **said}
        told = {name: value for name, value in {**claims, **self.lies}.items() if value is not None}
        if self.algorithm != "RS256":
            return _forged(self.algorithm, told, self.key.as_pem(private=False))
        return jwt.encode({"alg": "RS256", "kid": self.signs_with.kid}, told, KeySet([self.signs_with]))


class _Handler(BaseHTTPRequestHandler):
    provider: OpenIdServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                self._json(200, self.provider.describe())
            case "/keys":
                self._json(*self.provider.keys())
            case "/userinfo":
                self._json(200, self.provider.told or self.provider.person)
            case "/authorize":
                self.send_response(302)
                self.send_header("location", self.provider.authorize(_flat(parts.query)))
                self.send_header("content-length", "0")
                self.end_headers()
            case _:
                self._json(404, {})

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["content-length"])).decode()
        self._json(*self.provider.exchange(_flat(form), self.headers.get("authorization", "")))

    def _json(self, status: int, said: Claims) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.provider.in_pieces:
            self.wfile.write(body[:9])
            time.sleep(0.1)
            body = body[9:]
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _forged(algorithm: str, told: Claims, public: bytes) -> str:
    """Sign as anybody can who knows the public key: not at all, or with that key as the secret of an HMAC."""
    header = {"alg": algorithm, "kid": "first"}
    body = b".".join(_coded(json.dumps(part).encode()) for part in (header, told))
    signature = hmac.digest(public, body, "sha256") if algorithm == "HS256" else b""
    return b".".join((body, _coded(signature))).decode()


def _coded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
