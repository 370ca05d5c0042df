"""Whatever is uploaded, the server answers; nothing in a file is ever a 5xx."""

import random
from concurrent.futures import ThreadPoolExecutor

import httpx

from live import ROOT, Live

PDF = (ROOT / "examples" / "bzip2-manual.pdf").read_bytes()
NAMES = [
    *(
        "a.pdf",
        "a.docx",
        "a.doc",
        "a.xlsx",
        "a.xls",
        "a.pptx",
        "a.ppt",
        "a.html",
        "a.epub",
        "a.png",
        "a.jpeg",
        "a.tiff",
    ),
    *("a.txt", "a.json", "a.csv", "a.svg", "a.eml", "a", "a.unknown"),
]
HEADS = [
    *(b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"),
    *(b"II*\x00", b"GIF89a", b"BM", b"RIFF\x00\x00\x00\x00WEBP", b"<html>", b"{\\rtf1", b"\x1f\x8b", b"\xff\xfe", b""),
]


def _hostile(chance: random.Random) -> tuple[str, bytes]:
    kind = chance.randrange(3)
    if kind == 0:
        data = chance.choice(HEADS) + chance.randbytes(chance.randint(1, 3000))
    elif kind == 1:
        data = PDF[: chance.randint(1, len(PDF))]
    else:
        damaged = bytearray(PDF)
        for _ in range(50):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        data = bytes(damaged)
    return chance.choice(NAMES), data


def test_damaged_mislabelled_and_random_files_end_as_ok_or_error_with_a_sentence(server: Live) -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same files each time
    files = [_hostile(chance) for _ in range(60)]
    key = server.key()

    def send(file: tuple[str, bytes]) -> None:
        with server.http(key) as http:
            answer = http.post("/files", files={"file": file})
            assert answer.status_code == 200, (file[0], answer.text)
            _settled(http, answer.json()["id"])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, files))
    assert httpx.get(f"{server.url}/readyz", timeout=30).status_code == 200


def _settled(http: httpx.Client, file_id: str) -> None:
    answer = http.get(f"/files/{file_id}/content")
    body = http.get(f"/files/{file_id}").json()
    assert body["status"] in {"ok", "error"}
    if body["status"] == "error":
        assert len(body["status_details"]) > 20
        assert "Traceback" not in body["status_details"]
        assert answer.json()["error"]["message"] == f"text extract error: {body['status_details']}"
    else:
        assert answer.json()["content"].strip()
