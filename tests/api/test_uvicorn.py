"""The app is plain ASGI: it serves the same on uvicorn."""

from pathlib import Path

from api.conftest import Backend
from moonshelf.settings import Settings
from served import served


def test_an_upload_is_read_on_uvicorn(tmp_path: Path, backend: Backend) -> None:
    with served(Settings.model_validate({"data": tmp_path / "data", "workers": 1} | backend())) as http:
        made = http.post("/files", files={"file": ("a.txt", b"on uvicorn")}).json()
        assert http.get(f"/files/{made['id']}/content").json()["content"].strip() == "on uvicorn"
