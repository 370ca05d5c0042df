"""Draw the overall scores in the tables of docs/quality.md.

python bench/chart.py > docs/images/quality.svg
"""

import re
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "quality.md"
ROW = re.compile(r"^\| (?P<reader>[\w-]+) \| (?P<overall>\d\.\d+) \|", re.MULTILINE)
PANEL, BAR, NAMES, LENGTH = 230, 22, 105, 150  # pixels: a set's width, a row's height, the names', and that of 1.0
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #333 }
  .set { font-weight: 600 }
  .name { text-anchor: end }
  rect { fill: #b6bcc6 }
  .moonshelf { fill: #2f6fde }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd }
    rect { fill: #5b6270 }
    .moonshelf { fill: #6ea0f5 }
  }
"""


def main() -> None:
    """Print the chart."""
    print(drawn(PAGE.read_text(encoding="utf-8")))


def drawn(page: str) -> str:
    """Return the SVG of all tables of *page* that score readers on a set, one beside the other."""
    tables = [table for table in page.split("\n\n") if re.match(r"\| `\w+` \| overall \|", table)]
    scores = [{row["reader"]: float(row["overall"]) for row in ROW.finditer(table)} for table in tables]
    names = list(dict.fromkeys(name for one in scores for name in one))
    panels = [
        _panel(table.split("`")[1], one, names, left=NAMES + PANEL * place)
        for place, (table, one) in enumerate(zip(tables, scores, strict=True))
    ]
    width, height = NAMES + PANEL * len(panels), BAR * (len(names) + 1)
    labels = [
        f'<text class="name" x="{NAMES - 8}" y="{BAR * row + 15}">{name}</text>' for row, name in enumerate(names, 1)
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    return "\n".join([head, f"<style>{STYLE}</style>", *labels, *panels, "</svg>"])


def _panel(name: str, scores: dict[str, float], names: list[str], *, left: int) -> str:
    drawn = [f'<text class="set" x="{left}" y="15">{name}</text>']
    for row, reader in enumerate(names, 1):
        top, score = BAR * row, scores.get(reader)
        if score is None:
            continue
        length = round(LENGTH * score)
        drawn.append(f'<rect class="{reader}" x="{left}" y="{top + 3}" width="{length}" height="{BAR - 6}" rx="2"/>')
        drawn.append(f'<text x="{left + length + 6}" y="{top + 15}">{score:.3f}</text>')
    return "\n".join(drawn)


if __name__ == "__main__":
    main()
