"""What the docs tell people to type works."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from live import ROOT
from moonshelf.cli import main

PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "examples/README.md",
    ROOT / "bench/README.md",
]


def _commands(pattern: str) -> set[str]:
    return {found for page in PAGES for found in re.findall(pattern, page.read_text())}


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = _commands(r"(?m)(?:^|`)(?:DEMO_CHAT=0 |sudo )?make (?:-C /\S+ )?([a-z-]+)(?=[`\s])")
    assert {"demo", "test", "serve", "install"} <= named <= targets


def test_make_uses_the_uv_that_it_fetched_where_pip_may_not_install_any(tmp_path: Path) -> None:
    fetched = tmp_path / "venv-uv" / "bin" / "uv"
    fetched.parent.mkdir(parents=True)
    fetched.touch(mode=0o755)
    make = ["make", "--silent", "--eval", 'say: ; @echo "$(UV)"', "say", f"VENV={tmp_path}/venv", "PYTHON=python3"]
    said = subprocess.run(make, cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(fetched)


def test_every_moonshelf_command_that_is_named_exists() -> None:
    for command in _commands(r"`moonshelf ([a-z]+(?: (?:create|list|revoke|pull))?)"):
        assert CliRunner().invoke(main, [*command.split(), "--help"]).exit_code == 0, command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, _, heading in re.findall(r"\]\(([^)#:]*)(#([^)]+))?\)", page.read_text()):
        there = page.parent / target if target else page
        assert there.exists(), target
        if heading:
            assert heading in _headings(there), f"{target}#{heading}"


def _headings(page: Path) -> set[str]:
    """Name the headings of a page as links do."""
    found = re.findall(r"(?m)^#+ (.+)$", page.read_text())
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_what_the_code_cites_of_the_wire_is_told() -> None:
    page = (ROOT / "docs" / "wire.md").read_text()
    told = set(re.findall(r"(?m)^## (\d)\.", page))
    told |= {f"2.{number}" for number in re.findall(r"(?m)^(\d)\. ", page)}
    cited: set[str] = set()
    for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        for numbers in re.findall(r"wire\.md (\d(?:\.\d)?(?: and \d)?)", path.read_text()):
            cited |= set(numbers.split(" and "))
    assert {"1", "2.4", "7"} <= cited <= told


def test_the_readmes_python_is_the_example_that_the_tests_run() -> None:
    readme, example = ((ROOT / name).read_text() for name in ("README.md", "examples/single_file.py"))
    for line in (
        "client.files.create(file=",
        "client.files.content(file_id=file_object.id).text",
        "kimi-k2-turbo-preview",
    ):
        assert line in readme
        assert line in example


def test_the_chart_shows_the_tables_beside_it() -> None:
    drawn = subprocess.run([sys.executable, ROOT / "bench/chart.py"], capture_output=True, text=True, check=True).stdout
    assert drawn == (ROOT / "docs/images/quality.svg").read_text(), "draw it anew: bench/chart.py says how"


def test_the_page_of_benches_says_what_each_of_them_is() -> None:
    told = set(re.findall(r"`(\w+\.py)`", (ROOT / "bench/README.md").read_text()))
    assert told == {path.name for path in (ROOT / "bench").glob("*.py")}
