"""Uploads in parts that several requests complete or cancel at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import httpx

_SAID = {"filename": "a.txt", "bytes": 8, "purpose": "file-extract"}
_REFUSALS = {200: None, 400: "invalid_request_error", 409: "conflict_error"}


def _begun(http: httpx.Client) -> tuple[str, list[str]]:
    upload = str(http.post("/uploads", json=_SAID).json()["id"])
    sent = [http.post(f"/uploads/{upload}/parts", files={"data": ("a", data)}) for data in (b"some", b"text")]
    return upload, [part.json()["id"] for part in sent]


def test_they_leave_one_file_or_none_and_each_is_told_which(http: httpx.Client) -> None:
    def ask(what: str) -> httpx.Response:
        return http.post(f"/uploads/{upload}/{what}", json={"part_ids": parts})

    with ThreadPoolExecutor(8) as pool:
        for wanted in [["complete"] * 8] * 6 + [[*["complete"] * 4, "cancel", *["complete"] * 3]] * 6:
            upload, parts = _begun(http)
            answers = list(pool.map(ask, wanted))
            made = {one.json()["file"]["id"] for one in answers if "file" in one.json()}
            ended = [one for one in answers if one.json().get("status") == "cancelled"]
            assert len(made) + len(ended) == 1
            for one in answers:
                assert one.json().get("error", {}).get("type") == _REFUSALS.get(one.status_code, "")
            if made:
                assert ask("complete").json()["file"]["id"] in made
