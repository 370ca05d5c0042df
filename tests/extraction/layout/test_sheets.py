"""Sheets and accounts: rows of figures, sums and names of several rows, with few rules or none."""

from extraction.layout import typeset
from moonshelf.extraction import layout
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import boxes


def test_rules_above_sums_are_no_table_without_what_the_figures_are_of() -> None:
    rows = [["", "2023", "2022"], ["Revenue", "12,400", "11,870"], ["Cost", "(7,310)", "(7,002)"]]
    rows += [["Gross profit", "5,090", "4,868"], ["Expenses", "(2,007)", "(1,989)"], ["Net income", "3,083", "2,879"]]
    sums = [typeset.level(y, 170, 340) for y in (156, 196)]
    facts = PageFacts(1, 612, 792, runs=tuple(typeset.rows(rows)), rules=tuple(sums))
    (table,) = layout.assemble([facts], {}).pages[0].blocks
    assert typeset.texts(table.cells) == rows


def test_a_name_half_way_between_two_rows_does_not_make_them_one() -> None:
    rows = [["Day", "Hour", "Subject"], ["", "08:00", "Maths"], ["", "09:00", "Art"], ["", "10:00", "Music"]]
    rows += [["", "08:00", "Biology"], ["", "09:00", "English"]]
    names = [typeset.run("Monday", 80, 140), typeset.run("Tuesday", 80, 190)]
    facts = PageFacts(1, 612, 792, runs=(*typeset.rows(rows), *names))
    (table,) = layout.assemble([facts], {}).pages[0].blocks
    read = [[text for text in row if text] for row in typeset.texts(table.cells)]
    assert [row[-2:] for row in read] == [row[1:] for row in rows]
    assert sorted(text for row in read for text in row[:-2]) == ["Day", "Monday", "Tuesday"]


def _sheet() -> tuple[list[list[str]], list[Run]]:
    """Return the cells of a sheet without borders, and where they stand: names at the left, figures at the right."""
    rows = [["Article", "Unit", "Stock", "Price", "Value"]]
    rows += [
        [f"Southern {n}", "box" if n % 3 else "pieces", str(3 * n + 1), f"{n + 2}.5", str(n * 9 + 2)] for n in range(9)
    ]
    placed = list[Run]()
    for number, row in enumerate(rows):
        for words, left, right in zip(row, (72, 134, 168, 200, 230), (0, 0, 197, 228, 262), strict=True):
            one = typeset.run(words, left, 100 + 13 * number)
            figures = right and number
            placed.append(typeset.run(words, right - boxes.width(one.box), 100 + 13 * number) if figures else one)
    return rows, placed


def test_a_sheet_without_borders_is_one_table_though_cells_and_names_all_but_touch() -> None:
    rows, runs = _sheet()
    (table,) = layout.assemble([PageFacts(1, 612, 792, runs=tuple(runs))], {}).pages[0].blocks
    assert typeset.texts(table.cells) == rows
