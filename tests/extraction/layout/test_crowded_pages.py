"""Pages full of words, strokes and areas that overlap are laid out, and no letter of them is lost.

Hypothesis prefers pages with little on them; what these found was found by none of its.
"""

from random import Random

import pytest

from moonshelf.extraction import layout
from moonshelf.extraction.facts import Fill, PageFacts, Rule, Run

_WORDS = ["a", "12", "word", "检测", "two words here", "long text that runs over much of the page"]


def _page(random: Random) -> PageFacts:
    width, height = random.choice([(612, 792), (100, 80), (300, 60)])
    step = random.choice([1, 3, 10, 20])

    def place() -> tuple[int, int]:
        return round(random.uniform(-5, width) / step) * step, round(random.uniform(-5, height) / step) * step

    def run() -> Run:
        (x, y), size = place(), random.choice([4, 8, 12, 20])
        return Run(random.choice(_WORDS), (x, y, x + random.choice([1, 5, 20, 60, 200]), y + size), size)

    def rule() -> Rule:
        (x, y), length = place(), random.choice([5, 40, 100, 300])
        return Rule((x, y, x + length, y) if random.random() < 0.6 else (x, y, x, y + length))

    def fill() -> Fill:
        x, y = place()
        far = (x + random.choice([4, 30, 100, 400]), y + random.choice([4, 10, 20, 60]))
        return Fill((x, y, *far), random.choice(["1a4f8b", "eeeeee"]))

    return PageFacts(
        1,
        width,
        height,
        runs=tuple(run() for _ in range(random.choice([3, 20, 80]))),
        rules=tuple(rule() for _ in range(random.choice([0, 3, 10, 40]))),
        fills=tuple(fill() for _ in range(random.choice([0, 3, 10, 60]))),
    )


@pytest.mark.parametrize("seed", range(8))
def test_a_crowded_page_is_laid_out(seed: int) -> None:
    random = Random(seed)  # noqa: S311 no secret
    for _ in range(25):
        page = _page(random)
        document = layout.assemble([page], {})
        assert not document.warnings
        blocks = document.pages[0].blocks
        said = "".join(block.marker + block.text + "".join(cell.text for cell in block.cells) for block in blocks)
        assert _letters(said) == _letters("".join(run.text for run in page.runs))


def test_a_page_whose_layout_goes_wrong_keeps_its_lines_and_says_so() -> None:
    broken = [Run("below", (72, 120, 102, 132), 10), Run("Above", (72, 100, 102, 112), 10)]
    never = Rule((72, 90, 540, 90), color="zzzzzz")
    sound = PageFacts(1, 612, 792, runs=(Run("Another page.", (72, 100, 150, 112), 10),))
    document = layout.assemble([sound, PageFacts(2, 612, 792, runs=tuple(broken), rules=(never,))], {})
    assert [" ".join(block.text for block in page.blocks) for page in document.pages] == [
        "Another page.",
        "Above below",
    ]
    assert document.warnings == (
        "The columns and tables of page 2 could not be told; its lines are given from top to bottom.",
    )


def _letters(text: str) -> list[str]:
    return sorted("".join(text.split()))
