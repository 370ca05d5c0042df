"""The app is plain ASGI: it serves the same on uvicorn."""

from pathlib import Path

from moonshelf.settings import Settings
from served import served


def test_an_upload_is_read_on_uvicorn(tmp_path: Path) -> None:
    with served(Settings(data=tmp_path / "data", workers=1)) as http:
        made = http.post("/files", files={"file": ("a.txt", b"on uvicorn")}).json()
        assert http.get(f"/files/{made['id']}/content").json()["content"].strip() == "on uvicorn"
