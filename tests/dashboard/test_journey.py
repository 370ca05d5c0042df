"""A person's way through the dashboard, in a real browser; ``--update-goldens`` makes the docs' pictures on it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from browser import chromium, serious_violations
from live import ROOT, Live
from papers import pdf, text
from scripted_upstream import STREAM, Script, ScriptedUpstream

IMAGES = ROOT / "docs" / "images"
Shot = Callable[[Page, str], object]
HOSTILE = '"><img src=x onerror="document.title=1">.txt'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, upstream: ScriptedUpstream) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("dashboard")
    roster = upstream.roster(folder, {"scripted-large": ""})
    started = Live(folder / "data", log_level="warning", upstreams=roster).start()
    yield started
    assert started.stop() == 0


@pytest.fixture(scope="module")
def page(browser: Browser, live: Live) -> Iterator[Page]:
    """Enter by the link that the first start printed, as one person with one tab; any script error fails.

    Of the policy's refusals those of scripts count: Playwright's screenshots set a style, which is refused too.
    """
    context = browser.new_context(viewport={"width": 1600, "height": 1000})
    context.set_default_timeout(8_000)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if "script-src" in said.text else None)
    link = re.search(r"Dashboard (\S+)", live.log.read_text())
    assert link
    opened.goto(link[1])
    opened.fill("input[name=password]", "correct horse battery")
    opened.click("text=Set password and enter")
    opened.wait_for_url("**/dashboard/")
    yield opened
    assert errors == []
    context.close()


def _papers(folder: Path) -> list[Path]:
    said = [text("Harvest report 2026", 72, 720, size=20), text("Apples were many, and pears were few.", 72, 660)]
    report = pdf([said])
    files = {
        "report.pdf": report,
        "notes.md": b"# Notes\n\nA *short* note.\n",
        HOSTILE: b"<script>alert(1)</script> text",
    }
    for name, data in files.items():
        (folder / name.replace("/", "_")).write_bytes(data)
    return [folder / name.replace("/", "_") for name in files]


@pytest.fixture(scope="module")
def shot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shot:
    """Take a screenshot by name; into the docs only when they are to be made anew."""
    anew = request.config.getoption("--update-goldens")
    folder = IMAGES if anew else tmp_path_factory.mktemp("images")
    return lambda page, name: page.screenshot(path=folder / f"{name}.png")


def test_from_files_to_their_text_beside_the_page(page: Page, shot: Shot, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and nothing else")
    page.set_input_files("#pick", [*_papers(tmp_path), broken])
    expect(page.locator("#rows tr[data-status=ok]")).to_have_count(3, timeout=30_000)
    expect(page.locator("#rows tr[data-status=error] .why")).to_contain_text("damaged")
    expect(page.locator("#meters")).to_contain_text("4 of 1,000")
    assert page.title() == "Files · Moonshelf"
    assert page.locator("#rows img").count() == 0, "a file's name became markup"
    shot(page, "files")
    page.fill("input[name=q]", "report")
    expect(page.locator("#rows tr")).to_have_count(1)
    page.click("text=report.pdf")
    expect(page.locator(".words")).to_contain_text("Apples were many")
    picture = page.locator("figure.sheet img")
    page.wait_for_load_state("networkidle")
    assert picture.evaluate("one => one.complete && one.naturalWidth") > 500
    page.locator(".words .block", has_text="Apples").hover()
    expect(page.locator("rect.place.lit")).to_have_count(1)
    page.mouse.move(5, 5)
    page.locator("rect.place").first.hover()
    expect(page.locator(".words .block.lit")).to_contain_text("Harvest report")
    shot(page, "file")
    for view, said in {"Markdown": "# Harvest", "Plain text": "Harvest report", "JSON": '"kind":"heading"'}.items():
        page.click(f".tabs >> text={view}")
        expect(page.locator("#view")).to_contain_text(said)


def test_a_question_is_answered_as_it_streams(page: Page, shot: Shot, live: Live, upstream: ScriptedUpstream) -> None:
    upstream.forget()
    upstream.answer(Script(chunks=STREAM, headers={"content-type": "text/event-stream"}, pause_s=0.05))
    page.goto(f"{live.url}/dashboard/playground")
    page.check("text=report.pdf")
    page.fill("textarea", "How were the pears?")
    page.click("button:text('Ask')")
    expect(page.locator(".turn.assistant")).to_have_text("Once upon a time")
    sent = upstream.received[-1].json
    assert "Apples were many" in sent["messages"][0]["content"]
    assert sent["messages"][-1] == {"role": "user", "content": "How were the pears?"}
    expect(page.locator("#request")).to_contain_text("How were the pears?")
    assert "cookie" not in upstream.received[-1].headers
    shot(page, "playground")


def test_a_key_is_made_used_and_revoked(page: Page, shot: Shot, live: Live) -> None:
    page.goto(f"{live.url}/dashboard/keys")
    page.fill("input[name=name]", "<b>laptop</b>")
    page.uncheck("input[value=write]")
    page.click("button:text('Make key')")
    value = page.inner_text("#key")
    shot(page, "keys")
    headers = {"authorization": f"Bearer {value}"}
    assert httpx.get(f"{live.url}/v1/files", headers=headers).status_code == 200
    refused = httpx.post(f"{live.url}/v1/files", headers=headers, files={"file": ("a.txt", b"a")})
    assert refused.status_code == 403
    assert "write" in refused.json()["error"]["message"]
    page.goto(f"{live.url}/dashboard/keys")
    row = page.locator("tr", has_text="<b>laptop</b>")
    expect(row).to_contain_text("just now")
    row.locator("summary").click()
    row.locator("text=Revoke for good").click()
    expect(page.locator("tr", has_text="laptop")).to_have_count(0)
    page.wait_for_timeout(1100)  # what was trusted a moment ago is trusted for a second
    assert httpx.get(f"{live.url}/v1/files", headers=headers).status_code == 401


@pytest.mark.parametrize("width", [360, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_and_keeps_nobody_out(
    page: Page, shot: Shot, browser: Browser, live: Live, width: int, scheme: str
) -> None:
    page.goto(f"{live.url}/dashboard/")
    file = page.locator("a", has_text="report.pdf").first.get_attribute("href")
    state = page.context.storage_state()
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        storage_state=state,
    )
    other = context.new_page()
    for path in (
        "/dashboard/",
        file,
        "/dashboard/keys",
        "/dashboard/playground",
        "/dashboard/usage",
        "/dashboard/admin",
    ):
        other.goto(f"{live.url}{path}")
        other.wait_for_timeout(100)
        assert other.evaluate("() => document.documentElement.scrollWidth") <= width, path
        assert serious_violations(other) == [], path
        if width == 1600 and scheme == "light" and path in {"/dashboard/usage", "/dashboard/admin"}:
            shot(other, path.rpartition("/")[2])
    if width == 360 and scheme == "dark":
        other.goto(f"{live.url}/dashboard/")
        shot(other, "files-narrow-dark")
    context.close()


def test_pages_are_light_and_work_without_scripts(page: Page, browser: Browser, live: Live, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    sizes: list[int] = []
    plain.on("response", lambda answer: sizes.append(len(answer.body())) if "/pages/" not in answer.url else None)
    plain.goto(f"{live.url}/dashboard/")
    assert sum(sizes) < 100_000
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
    expect(plain.locator("#rows")).not_to_contain_text("plain.txt")
    context.close()
