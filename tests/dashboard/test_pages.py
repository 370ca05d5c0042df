"""Every page, full of what people have: it is light, fits, keeps nobody out, runs nothing foreign, needs no script."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from clients.browser import chromium, serious_violations
from live import Live
from patience import until
from samples.papers import pdf, text
from samples.sights import BLUE, GREEN, RED, film, quarters, sign, written
from servers.upstream import ScriptedUpstream

PASSWORD = "correct horse battery"  # noqa: S105 - of accounts that live for one test
HOSTILE = '<img src=x onerror="window.pwned=1">'
LIGHT = 100_000  # bytes as they are, before any compression, without the pictures of pages
Shot = Callable[[Page, str], object]


@dataclass(frozen=True)
class Full:
    """A server whose first account has a lot of everything."""

    live: Live
    state: StorageState
    pages: dict[str, str]


def _mail() -> bytes:
    head = "From: Ada <ada@example.org>\nTo: Ben <ben@example.org>\nSubject: Harvest\nMIME-Version: 1.0\n"
    body = f"--x\nContent-Type: text/html\n\n<p>See the list. {HOSTILE.replace('<', '&lt;')}</p>\n"
    attached = "--x\nContent-Type: text/html\nContent-Disposition: attachment; filename=list.html\n\n"
    table = "<table><tr><th>Fruit<th>Tons<tr><td>Apple<td>12</table>"
    return f"{head}Content-Type: multipart/mixed; boundary=x\n\n{body}{attached}{table}\n--x--\n".encode()


def _archive() -> bytes:
    into = BytesIO()
    with ZipFile(into, "w") as archive:
        archive.writestr("notes.txt", "Apples did well.")
        archive.writestr("folder/page.html", "<h1>Harvest</h1><p>Apples did <b>very</b> well.</p><ul><li>one</ul>")
    return into.getvalue()


def _dense() -> list[str]:
    words = "Many words are on this page, and all are shown. " * 2
    return [text(words, 40, 760 - 9 * number, size=7) for number in range(80)]


def _files() -> dict[str, bytes]:
    lines = "".join(f"{n},{'long cell ' * 4},<b>{n}</b>,世界\n" for n in range(4_000))
    return {
        "dense.pdf": pdf([_dense()] * 45, title=HOSTILE),
        "sheet.csv": f"number,words,markup,more\n{lines}".encode(),
        "chinese.txt": "没有解析出内容世界和平\n".encode() * 4_000,
        "letter.eml": _mail(),
        "pack.zip": _archive(),
        "scan.png": sign("Harvest report"),
        "film.mp4": film([RED, GREEN, BLUE], each_s=1),
        "broken.pdf": b"%PDF-1.7 and nothing else",
        f"{HOSTILE.replace('/', '_')}.txt": f"{HOSTILE} <script>window.pwned=1</script> [x](javascript:pwned)".encode(),
    }


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, browser: Browser, upstream: ScriptedUpstream) -> Iterator[Full]:
    folder = tmp_path_factory.mktemp("pages")
    roster = upstream.roster(folder, {"scripted-large": ""})
    live = Live(folder / "data", log_level="warning", upstreams=roster, upload_wait_s=0).start()
    context = browser.new_context()
    page = context.new_page()
    link = re.search(r"Dashboard (\S+)", live.log.read_text())
    assert link
    page.goto(link[1])
    page.fill("input[name=password]", PASSWORD)
    page.click("text=Set password and enter")
    page.wait_for_url("**/dashboard/")
    with _visitor(live, context) as client:
        _fill(client)
        ids = _read(client)
    pages = {name: f"/dashboard/{path}" for name, path in _places(ids).items()}
    yield Full(live, context.storage_state(), pages)
    context.close()
    assert live.stop() == 0


def _visitor(live: Live, context: BrowserContext) -> httpx.Client:
    cookie = next(one for one in context.cookies() if one["name"] == "moonshelf_session")
    headers = {"cookie": f"moonshelf_session={cookie['value']}"}
    return httpx.Client(base_url=f"{live.url}/dashboard", headers=headers, timeout=60)


def _fill(client: httpx.Client) -> None:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get("/keys").text)
    assert found
    csrf = {"csrf": found[1]}
    for name, data in _files().items():
        assert client.post("/files", params=csrf, files={"file": (name, data)}).status_code == 303, name
    for number in range(22):
        name = f"{'a rather long name of a file ' * 4}{number}.txt"
        client.post("/files", params=csrf, files={"file": (name, b"short")})
    image = {"file": ("shown.png", written(quarters(), "PNG"))}
    assert client.post("/files", params=csrf, data={"purpose": "image"}, files=image).status_code == 303
    for number in range(42):
        name = HOSTILE if number == 41 else f"key {number}"
        client.post("/keys", data=csrf | {"name": name, "scope": ["read", "chat"], "days": "30"})
    for number in range(26):
        name = HOSTILE if number == 25 else f"somebody-with-a-name-{number}@example.org"
        client.post("/admin/users", data=csrf | {"name": name, "role": "member"})


def _read(client: httpx.Client) -> dict[str, str]:
    """Wait until all is read, and return the ids by name."""
    until(lambda: 'class="empty"' in client.get("/", params={"status": "created"}).text)
    found = {}
    for name in _files():
        rows = client.get("/", params={"q": name[:12], "sort": "oldest"}).text
        found[name] = re.findall(r'href="/dashboard/files/(file_\w+)"', rows)[0]
    found["shown.png"] = re.findall(r'href="/dashboard/files/(file_\w+)"', client.get("/", params={"q": "shown"}).text)[
        0
    ]
    return found


def _places(ids: dict[str, str]) -> dict[str, str]:
    files = {f"file {name}": f"files/{file_id}" for name, file_id in ids.items()}
    views = {f"{name} as {view}": f"files/{ids[name]}?page=1&view={view}" for name, view in _VIEWS}
    own = {
        "files": "",
        "keys": "keys",
        "playground": "playground",
        "usage": "usage?span=year",
        "account": "account",
        "sign in": "sign-in",
    }
    all_ = {
        "admin": "admin",
        "somebody": "admin?q=IMG",
        "all usage": "usage?span=month&of=all",
        "frames": f"files/{ids['film.mp4']}/frames",
    }
    return own | all_ | files | views


_VIEWS = [("dense.pdf", "json"), ("chinese.txt", "text")]


_SHOWN = {"usage": "usage", "admin": "admin", "account": "account", "file pack.zip": "archive", "sign in": "sign-in"}


def _context(full: Full, browser: Browser) -> BrowserContext:
    return browser.new_context(
        viewport={"width": 1600, "height": 1000}, storage_state=full.state, reduced_motion="reduce"
    )


def test_every_page_fits_and_keeps_nobody_out(full: Full, shot: Shot, browser: Browser) -> None:
    context = _context(full, browser)
    page = context.new_page()
    foreign: list[str] = []
    page.on("pageerror", lambda error: foreign.append(str(error)))
    page.on("console", lambda said: foreign.append(said.text) if "script-src" in said.text else None)
    for name, path in full.pages.items():
        page.set_viewport_size({"width": 1600, "height": 1000})
        page.emulate_media(color_scheme="light")
        page.goto(f"{full.live.url}{path}", wait_until="load")
        assert page.evaluate("() => window.pwned") is None, name
        assert page.locator("img[src=x]").count() == 0, name
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 1600, name
        assert serious_violations(page) == [], name
        if name in _SHOWN:
            shot(page, _SHOWN[name])
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 360, "height": 800})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360, name
        assert serious_violations(page) == [], name
        if name == "files":
            shot(page, "files-narrow-dark")
    context.close()
    assert foreign == []


def test_any_file_can_be_asked_about_however_many_there_are(full: Full, browser: Browser) -> None:
    context = _context(full, browser)
    page = context.new_page()
    page.goto(f"{full.live.url}{full.pages['playground']}")
    page.locator("#choices input").first.check()
    expect(page.locator("#choices label", has_text="sheet.csv")).to_have_count(0)
    page.fill("input[name=q]", "sheet")
    page.check("text=sheet.csv")
    expect(page.locator("#choices input:checked")).to_have_count(2)  # what was chosen before stays chosen
    expect(page.locator("#request")).to_contain_text(full.pages["file sheet.csv"].rpartition("/")[2])
    context.close()


def test_every_page_is_light(full: Full, browser: Browser) -> None:
    context = _context(full, browser)
    page = context.new_page()
    weights = {}
    for name, path in full.pages.items():
        page.goto(f"{full.live.url}{path}", wait_until="load")
        weights[name] = page.evaluate(_WEIGHT)
    context.close()
    assert {name: weight for name, weight in weights.items() if weight >= LIGHT} == {}
    assert min(weights.values()) > 15_000, "what pages are made of was not counted"


_WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((one) => !/[/]pages[/][0-9]|[/]frames[/][0-9]|[/]events|inline=1/.test(one.name))
    .reduce((sum, one) => sum + one.decodedBodySize, 0)"""


def test_every_page_says_the_same_without_scripts(full: Full, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=full.state)
    plain = context.new_page()
    said = {
        "file dense.pdf": "Many words are on this page",
        "file sheet.csv": "long cell",
        "file letter.eml": "Attachment: list.html",
        "file pack.zip": "folder/page.html",
        "file broken.pdf": "damaged",
        "file shown.png": "640 by 480 pixels",
        "frames": "00:00:02",
        "playground": "client.chat.completions.create",
        "usage": "corrupt document",
        "admin": "made an account",
        "keys": "key 40",
        "account": "Change the password",
    }
    for name, words in said.items():
        plain.goto(f"{full.live.url}{full.pages[name]}")
        expect(plain.locator("main")).to_contain_text(words)
    plain.goto(f"{full.live.url}/dashboard/")
    (tmp_path / "plain.txt").write_text("plain words")
    plain.set_input_files("#pick", tmp_path / "plain.txt")
    plain.click("button:text('Upload')")
    expect(plain.locator("#rows")).to_contain_text("plain.txt")
    plain.fill("input[name=q]", "plain")
    plain.click("button:text('Show')")
    expect(plain.locator("#rows tr")).to_have_count(1)
    plain.check("#rows input[type=checkbox]")
    plain.click("text=Delete chosen")
    plain.click("button:text('Delete for good')")
    expect(plain.locator(".notice.good")).to_contain_text("1 file deleted")
    context.close()


def test_a_film_shows_its_frames_and_an_attachment_is_one(full: Full, browser: Browser) -> None:
    context = _context(full, browser)
    page = context.new_page()
    page.goto(f"{full.live.url}{full.pages['file film.mp4']}")
    frames = page.locator(".frames img")
    expect(frames).to_have_count(12)
    page.wait_for_load_state("networkidle")
    assert frames.first.evaluate("one => one.complete && one.naturalWidth") == 64
    page.goto(f"{full.live.url}{full.pages['file letter.eml']}")
    expect(page.locator(".letterhead")).to_contain_text("ada@example.org")
    expect(page.locator(".member", has_text="Attachment: list.html").locator("td, th")).to_have_count(4)
    page.goto(f"{full.live.url}{full.pages['file pack.zip']}")
    assert page.locator(".member summary").all_inner_texts() == ["notes.txt", "folder/page.html"]
    expect(page.locator(".member strong")).to_have_text("very")
    page.goto(f"{full.live.url}{full.pages['file scan.png']}")
    expect(page.locator(".told").first).to_contain_text("OCR")
    expect(page.locator(".legend")).to_contain_text("OCR")
    page.uncheck(".show-ocr")
    expect(page.locator("rect.place.ocr").first).to_be_hidden()
    context.close()


def test_a_row_tells_pages_done_and_time_left_while_its_file_is_read(
    full: Full, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "long.pdf").write_bytes(pdf([_dense()] * 300))
    context = _context(full, browser)
    page = context.new_page()
    page.goto(f"{full.live.url}/dashboard/")
    page.evaluate(_RECORD)
    page.set_input_files("#pick", tmp_path / "long.pdf")
    page.wait_for_function("() => new Set(window.counted.map((one) => one.split(' ')[0])).size > 1", timeout=30_000)
    done = [int(one.partition(" ")[0]) for one in page.evaluate("() => window.counted")]
    assert done == sorted(done)
    assert done[0] < done[-1] <= 300
    page.locator("#rows tr", has_text="long.pdf").locator("input").check()
    page.click("text=Delete chosen")
    page.click("button:text('Delete for good')")
    expect(page.locator(".notice.good")).to_contain_text("1 file deleted")
    context.close()


_RECORD = """() => {
    window.counted = [];
    new MutationObserver(() => {
        const said = document.querySelector("#rows .status")?.textContent.match(/\\d+ of 300 pages, \\d+ (s|min) left/);
        if (said && said[0] !== window.counted.at(-1)) window.counted.push(said[0]);
    }).observe(document.body, { childList: true, subtree: true });
}"""


def test_the_queue_is_drawn_anew_while_an_admin_looks(full: Full, browser: Browser) -> None:
    context = _context(full, browser)
    page = context.new_page()
    page.goto(f"{full.live.url}/dashboard/admin")
    with page.expect_response("**/dashboard/admin/line") as answer:
        page.evaluate("() => { document.querySelector('#line').textContent = 'old' }")
    assert answer.value.ok
    expect(page.locator("#line")).to_contain_text("Slices waiting")
    page.select_option("select[name=action]", "key.created")
    page.wait_for_url("**action=key.created**")
    expect(page.locator("tbody td[data-label=What]").first).to_have_text("made a key")
    context.close()


def test_without_a_browser_ci_fails_and_others_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="chromium"), chromium():
        pass
    monkeypatch.setenv("CI", "true")
    with pytest.raises(AssertionError, match="CI must have Chromium"), chromium():
        pass
