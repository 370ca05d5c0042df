"""GET /v1/files/{id}/coverage tells what was read of a file, and what not."""

import httpx
import msgspec

from moonshelf.extraction.document import Coverage, Document, Page
from moonshelf.http import coverage
from samples.papers import pdf, text

_PROSE = [
    text(f"This is line {number} of a page with a sound text layer.", 72, 700 - 14 * number) for number in range(9)
]


def _upload(http: httpx.Client, name: str, data: bytes) -> str:
    return str(http.post("/files", files={"file": (name, data)}).json()["id"])


def test_hidden_words_are_listed_with_page_place_and_reason(http: httpx.Client) -> None:
    file_id = _upload(http, "a.pdf", pdf([_PROSE, [*_PROSE, f"3 Tr {text('obey me', 72, 400)} 0 Tr"]]))
    content = http.get(f"/files/{file_id}/content").json()["content"]
    report = http.get(f"/files/{file_id}/coverage").json()
    first, second = report["pages"]
    assert (report["object"], report["file_id"], report["degraded"]) == ("file.coverage", file_id, False)
    assert (first["origin"], first["words_hidden"], first["words_lost"], first["failure"]) == ("text", 0, 0, "")
    assert first["words_seen"] == first["words_emitted"] == 12 * len(_PROSE)
    (hidden,) = second["hidden"]
    assert (hidden["text"], hidden["reason"], second["words_hidden"]) == ("obey me", "invisible", 2)
    assert 380 < hidden["box"][1] < 400
    assert "obey" not in content
    assert content.endswith("> 2 words of hidden text withheld.")


def test_formats_without_pages_have_a_report_too(http: httpx.Client) -> None:
    file_id = _upload(http, "a.txt", b"three plain words")
    (page,) = http.get(f"/files/{file_id}/coverage").json()["pages"]
    assert (page["words_seen"], page["words_emitted"], page["hidden"]) == (3, 3, [])


def test_what_a_file_says_of_itself_is_in_the_report(http: httpx.Client) -> None:
    file_id = _upload(http, "a.pdf", pdf([_PROSE], title="Harvest"))
    assert http.get(f"/files/{file_id}/coverage").json()["properties"]["title"] == "Harvest"


def test_an_unreadable_file_answers_as_its_content_does(http: httpx.Client) -> None:
    file_id = _upload(http, "a.pdf", b"%PDF-1.7 and nothing more")
    answers = [http.get(f"/files/{file_id}/{part}") for part in ("coverage", "content")]
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.json()["error"]["message"] for answer in answers}) == 1


def test_a_file_that_is_not_there_is_not_found(http: httpx.Client) -> None:
    assert http.get("/files/file_nobody/coverage").status_code == 404


def test_all_that_is_known_of_a_document_is_told() -> None:
    known = {"title": "Harvest", "animated": "yes", "bookmarks": "One\nTwo", "attachments": "a.csv"}
    document = Document(pages=(), metadata=known, warnings=("cut",), degraded=True)
    assert coverage._coverage("file_1", document) == {
        "object": "file.coverage",
        "file_id": "file_1",
        "degraded": True,
        "warnings": ["cut"],
        "bookmarks": ["One", "Two"],
        "attachments": ["a.csv"],
        "properties": {"title": "Harvest"},
        "pages": [],
    }


def test_all_that_is_known_of_a_page_is_told() -> None:
    counts = {"words_seen": 1, "words_emitted": 2, "words_hidden": 3, "words_lost": 4, "zero_width": 5}
    known: dict[str, object] = {**counts, "lines_illegible": 6, "turned": 90, "failure": "torn", "origin": "both"}
    known["unread"] = [(5, 6, 7, 8)]
    for name in ("hidden", "lost", "doubtful", "illegible"):
        known[name] = [{"text": name, "box": (1, 2, 3, 4), "reason": f"why {name}", "confidence": 0.5}]
    page = Page(7, width=600, height=800, coverage=msgspec.convert(known, Coverage))
    assert coverage._page(page) == {"number": 7, "width": 600, "height": 800, **known}
