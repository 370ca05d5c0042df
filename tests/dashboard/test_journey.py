"""A person's way through the dashboard, in a real browser; ``--update-goldens`` makes the docs' pictures on it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from clients.copied import LANGUAGES, run
from live import Live
from samples.papers import line, pdf, text
from samples.sights import RED, corners, film, quarters, same, written
from servers.upstream import STREAM, Script, ScriptedUpstream

Shot = Callable[[Page, str], object]
HOSTILE = '"><img src=x onerror="document.title=1">.txt'
QUESTION = 'How were the "pears"?'


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, upstream: ScriptedUpstream) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("dashboard")
    roster = upstream.roster(folder, {"scripted-large": "", "scripted-eyes": "vision = true\nvideo = true"})
    started = Live(folder / "data", log_level="warning", upstreams=roster).start()
    yield started
    assert started.stop() == 0


@pytest.fixture(scope="module")
def page(browser: Browser, live: Live) -> Iterator[Page]:
    """Enter by the link that the first start printed, as one person with one tab; any script error fails.

    Of the policy's refusals those of scripts count: Playwright's screenshots set a style, which is refused too.
    """
    context = browser.new_context(viewport={"width": 1600, "height": 1000})
    context.set_default_timeout(60_000)
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


def _report() -> bytes:
    """Write a report of two pages, with a table ruled on the first."""
    first = [
        text("Harvest report 2026", 72, 720, size=20),
        text("Apples were many, and pears were few.", 72, 680),
        text("The orchard in numbers", 72, 640, size=15),
        *(line(72, y, 432, y) for y in (620, 596, 572, 548)),
        *(line(x, 548, x, 620) for x in (72, 192, 312, 432)),
    ]
    rows = [("Fruit", "Crates", "Last year"), ("Apple", "120", "96"), ("Pear", "14", "31")]
    for row, cells in enumerate(rows):
        first += [text(cell, 80 + 120 * column, 604 - 24 * row) for column, cell in enumerate(cells)]
    first += [text("A late frost in April took most of the blossom of the pear trees,", 72, 510)]
    first += [text("while the apples on the hill bloomed two weeks later and were spared.", 72, 496)]
    second = [text("What comes next", 72, 720, size=15), text("Forty young trees are planted in March.", 72, 690)]
    return pdf([first, second])


def test_from_files_to_their_text_beside_the_page(page: Page, shot: Shot, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and nothing else")
    for name, data in {"report.pdf": _report(), "notes.md": b"# Notes\n\nA *short* note.\n"}.items():
        (tmp_path / name).write_bytes(data)
    page.set_input_files("#pick", [tmp_path / "report.pdf", tmp_path / "notes.md", broken])
    expect(page.locator("#rows tr[data-status=ok]")).to_have_count(2, timeout=60_000)
    expect(page.locator("#rows tr[data-status=error] .why")).to_contain_text("damaged")
    shot(page, "files")
    page.click("text=broken.pdf")
    expect(page.locator("[role=alert]")).to_contain_text("damaged")
    expect(page.locator("img.sheet")).to_have_count(0)  # there is no picture of it, nor the sign of a broken one
    page.go_back()
    expect(page.locator("#meters")).to_contain_text("3 of 1,000")
    page.fill("input[name=q]", "report")
    expect(page.locator("#rows tr")).to_have_count(1)
    page.click("text=report.pdf")
    expect(page.locator(".words")).to_contain_text("Apples were many")
    picture = page.locator("figure.sheet img")
    page.wait_for_load_state("networkidle")
    assert picture.evaluate("one => one.complete && one.naturalWidth") > 500
    page.locator(".words .block", has_text="Apples were").hover()
    expect(page.locator("rect.place.lit")).to_have_count(1)
    page.mouse.move(5, 5)
    page.locator("rect.place").first.hover()
    expect(page.locator(".words .block.lit")).to_contain_text("Harvest report")
    page.mouse.move(5, 5)
    page.locator(".words .block", has_text="Apples were").focus()
    expect(page.locator("rect.place.lit")).to_have_count(1)
    page.locator(".stage a").first.focus()
    expect(page.locator(".words .block.lit")).to_contain_text("Harvest report")
    shot(page, "file")
    for view, said in {"Markdown": "# Harvest", "Plain text": "Harvest report", "JSON": '"kind":"heading"'}.items():
        page.click(f".tabs >> text={view}")
        expect(page.locator("#view")).to_contain_text(said)


def test_many_files_and_folders_are_dropped_or_chosen_and_deleted_together(
    page: Page, live: Live, tmp_path: Path
) -> None:
    inner = tmp_path / "papers" / "inner"
    inner.mkdir(parents=True)
    for number in range(3):
        (inner.parent / f"letter-{number}.txt").write_text(f"words {number}")
    (inner / "letter-deep.txt").write_text("deep words")
    page.goto(f"{live.url}/dashboard/")
    before = page.locator("#rows tr").count()
    page.set_input_files("#folder", inner.parent)
    expect(page.locator("#rows tr", has_text="letter-")).to_have_count(4)
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            for (const name of ["dropped-1.txt", "dropped-2.txt"]) data.items.add(new File(["dropped words"], name));
            document.querySelector("#drop").dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: data }));
        }"""
    )
    expect(page.locator("#rows tr", has_text="dropped-")).to_have_count(2)
    expect(page.locator("#rows tr[data-status=created]")).to_have_count(0, timeout=60_000)
    assert page.locator("#sending").is_hidden()
    page.fill("input[name=q]", "d-")
    expect(page.locator("#rows tr")).to_have_count(2)
    assert page.locator(".bulk").is_hidden()
    page.check("#all")
    expect(page.locator("#count")).to_have_text("2 chosen")
    page.click("text=Delete chosen")
    page.click("button:text('Delete for good')")
    expect(page.locator(".notice.good")).to_contain_text("2 files deleted")
    assert page.input_value("input[name=q]") == "d-"
    expect(page.locator(".empty")).to_contain_text("Nothing matches")
    page.goto(f"{live.url}/dashboard/?sort=name&status=ok")
    assert page.locator("#rows tr").count() == before + 4 - 1


def test_what_cannot_be_sent_says_why_and_is_sent_again(page: Page, live: Live, tmp_path: Path) -> None:
    page.goto(f"{live.url}/dashboard/")
    page.route("**/dashboard/files", lambda route: route.abort(), times=1)
    (tmp_path / "again.txt").write_text("sent twice")
    (tmp_path / "empty.txt").write_text("")
    page.set_input_files("#pick", [tmp_path / "again.txt", tmp_path / "empty.txt"])
    lost = page.locator("#uploads li", has_text="again.txt")
    expect(lost).to_contain_text("connection broke")
    expect(page.locator("#uploads li", has_text="empty.txt")).to_contain_text("File size is zero")
    expect(page.locator("#sent")).to_have_text("0 of 2 uploaded, 2 not sent")
    lost.locator("text=Try again").click()
    expect(page.locator("#rows tr", has_text="again.txt")).to_have_count(1)


def test_a_question_is_answered_as_it_streams(page: Page, live: Live, upstream: ScriptedUpstream) -> None:
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


def test_an_answer_is_read_where_streams_are_not_iterated_over_as_in_safari(
    page: Page, live: Live, upstream: ScriptedUpstream
) -> None:
    upstream.forget()
    with page.context.new_page() as other:
        other.add_init_script("delete ReadableStream.prototype[Symbol.asyncIterator]")
        other.goto(f"{live.url}/dashboard/playground")
        other.fill("textarea", "Who was it?")
        other.click("button:text('Ask')")
        expect(other.locator(".turn.assistant")).to_have_text("Once upon a time")


def test_an_answer_that_breaks_off_stays_with_a_sentence_below(
    page: Page, live: Live, upstream: ScriptedUpstream
) -> None:
    upstream.forget()
    upstream.answer(Script(STREAM[:2], headers={"content-type": "text/event-stream"}, pause_s=0.5, breaks=True))
    page.goto(f"{live.url}/dashboard/playground")
    page.fill("textarea", "Who was it?")
    page.click("button:text('Ask')")
    expect(page.locator("[role=alert]")).to_have_text(re.compile("ended before the answer did. Please ask again."))
    expect(page.locator(".turn.assistant")).to_contain_text("Once")
    assert page.input_value("textarea") == "Who was it?"


def test_images_and_videos_are_shown_beside_the_question(
    page: Page, shot: Shot, live: Live, upstream: ScriptedUpstream, tmp_path: Path
) -> None:
    data = {"tree.png": written(quarters(), "PNG"), "film.mp4": film([RED])}
    for name, purpose in {"tree.png": "image", "film.mp4": "video"}.items():
        (tmp_path / name).write_bytes(data[name])
        page.goto(f"{live.url}/dashboard/")
        page.locator("select[name=purpose]").first.select_option(purpose)
        page.set_input_files("#pick", tmp_path / name)
        expect(page.locator("#rows tr[data-status=ok]", has_text=name)).to_have_count(1)
    page.click("text=film.mp4")
    page.click("text=Ask about it")
    assert page.locator("label.tick", has=page.locator(":checked")).inner_text().split() == ["film.mp4", "video"]
    for name, kind in {"tree.png": "image", "report.pdf": "text"}.items():
        expect(page.locator("label.tick", has_text=name).locator(".kind")).to_have_text(kind)
        page.check(f"text={name}")
    page.select_option("select[name=model]", "scripted-eyes")
    page.fill("textarea", QUESTION)
    expect(page.locator("#request")).to_contain_text("pears")
    upstream.forget()
    page.click("button:text('Ask')")
    expect(page.locator(".turn.assistant")).to_have_text("Once upon a time")
    page.locator("#choices").evaluate("one => one.scrollTo(0, 0)")
    shot(page, "playground")
    asked = [upstream.received[-1]]
    samples = _copied(page)
    key = _new_key(page, live)
    for language, code in samples.items():
        assert "upon" in run(language, code.replace("sk-…", key), tmp_path)
        asked.append(upstream.received[-1])
    assert len(asked) == len(upstream.received) == 1 + len(LANGUAGES)
    for one in asked:
        document, video, picture, question = one.shown
        assert "Apples were many" in str(document)
        assert video == data["film.mp4"]
        assert isinstance(picture, Image.Image)
        assert same(corners(picture))
        assert question == QUESTION


def _copied(page: Page) -> dict[str, str]:
    """Press each button that copies the request, and return what it put on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    samples = {}
    for language in LANGUAGES:
        sample = page.locator(f"#request [data-sample={language}]")
        if sample.get_attribute("open") is None:
            sample.locator("summary").click()
        sample.locator("[data-copy]").click()
        expect(sample.locator("[data-copy]")).to_have_text("Copied")
        samples[language] = page.evaluate("() => navigator.clipboard.readText()")
    return samples


def _new_key(page: Page, live: Live) -> str:
    page.goto(f"{live.url}/dashboard/keys")
    page.fill("input[name=name]", "copied")
    page.click("button:text('Make key')")
    return page.inner_text("#key")


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


def test_a_name_that_looks_like_markup_is_a_name_on_every_page(page: Page, live: Live, tmp_path: Path) -> None:
    (tmp_path / HOSTILE).write_text("<script>alert(1)</script> text")
    page.goto(f"{live.url}/dashboard/")
    page.set_input_files("#pick", tmp_path / HOSTILE)
    expect(page.locator("#rows tr[data-status=ok]", has_text=HOSTILE)).to_have_count(1, timeout=60_000)
    for place in ("", "playground"):
        page.goto(f"{live.url}/dashboard/{place}")
        expect(page.locator("main").get_by_text(HOSTILE)).to_have_count(1)
        assert page.title().endswith("· Moonshelf")
        assert page.locator("main img").count() == 0, "a file's name became markup"
