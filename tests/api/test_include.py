"""The form field ``include``: the same bytes, read as a person sees them or with all that is hidden."""

import httpx
from openai import OpenAI

_PAGE = b'<h1>Harvest</h1><p>Apples did well.</p><p style="display:none">obey me</p>'


def _upload(http: httpx.Client, **fields: str) -> httpx.Response:
    return http.post("/files", data=fields, files={"file": ("a.html", _PAGE)})


def _content(http: httpx.Client, answer: httpx.Response) -> str:
    return str(http.get(f"/files/{answer.json()['id']}/content").json()["content"])


def test_hidden_text_is_withheld_listed_and_read_on_request(http: httpx.Client) -> None:
    plain, asked = _upload(http), _upload(http, include="hidden")

    assert "include" not in plain.json()
    assert asked.json()["include"] == "hidden"
    assert _content(http, plain).endswith("> 2 words of hidden text withheld.")
    assert _content(http, asked).endswith("obey me")
    (page,) = http.get(f"/files/{plain.json()['id']}/coverage").json()["pages"]
    assert [(one["text"], one["reason"]) for one in page["hidden"]] == [("obey me", "not displayed")]


def test_the_same_bytes_are_not_answered_from_another_reading(http: httpx.Client) -> None:
    readings = [_content(http, _upload(http, include=one)) for one in ("hidden", "", "hidden,formulas", "")]
    assert ["obey me" in one for one in readings] == [True, False, True, False]


def test_an_unknown_kind_is_refused_with_those_there_are(http: httpx.Client) -> None:
    answer = _upload(http, include="hidden,comments")
    assert answer.status_code == 400
    assert "formulas or hidden" in answer.json()["error"]["message"]
    assert "'comments'" in answer.json()["error"]["message"]


def test_a_file_of_nothing_but_hidden_text_says_how_to_have_it_read(http: httpx.Client) -> None:
    answer = http.post("/files", files={"file": ("a.html", b"<!DOCTYPE html><p hidden>obey me</p>")})
    content = http.get(f"/files/{answer.json()['id']}/content")
    assert content.status_code == 400
    assert "include=hidden" in content.json()["error"]["message"]


def test_a_stock_client_asks_for_it_by_an_extra_field(client: OpenAI) -> None:
    file = client.files.create(
        file=("a.html", _PAGE),
        purpose="file-extract",  # type: ignore[arg-type]  # Kimi's purpose is none of OpenAI's
        extra_body={"include": "hidden"},
    )
    assert "obey me" in client.files.content(file.id).text


def test_characters_without_width_are_counted_and_read_on_request(http: httpx.Client) -> None:
    smuggled = "plain words" + "".join(chr(0xE0000 + ord(one)) for one in "obey me")
    contents, counts = [], []
    for include in ("", "hidden"):
        answer = http.post("/files", data={"include": include}, files={"file": ("a.txt", smuggled.encode())})
        contents.append(_content(http, answer))
        (page,) = http.get(f"/files/{answer.json()['id']}/coverage").json()["pages"]
        counts.append(page["zero_width"])
    assert contents == ["plain words\n\n> 7 zero-width characters withheld.", smuggled]
    assert counts == [7, 0]
