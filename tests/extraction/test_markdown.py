"""A document rendered for a model."""

from hypothesis import given
from hypothesis import strategies as st

from moonshelf.extraction.document import Block, Cell, Coverage, Document, Kind, Page
from moonshelf.extraction.markdown import to_markdown, to_text


def of(*blocks: Block) -> Document:
    return Document((Page(1, blocks),))


def table(*cells: Cell) -> Document:
    return of(Block(Kind.TABLE, cells=cells))


@given(st.text().filter(str.strip))
def test_a_text_file_comes_back_verbatim(text: str) -> None:
    document = of(Block(Kind.PARAGRAPH, text))
    assert to_markdown(document) == to_text(document) == text


def test_headings_paragraphs_and_pages_are_parted_by_blank_lines() -> None:
    first = Page(1, (Block(Kind.HEADING, "Title\nof two lines", level=1), Block(Kind.PARAGRAPH, "One.")))
    second = Page(2, (Block(Kind.HEADING, "Deep", level=9), Block(Kind.PARAGRAPH, " ")))
    assert to_markdown(Document((first, second))) == "# Title of two lines\n\nOne.\n\n###### Deep"


def test_running_headers_and_footers_are_left_out() -> None:
    blocks = Block(Kind.HEADER, "ACME"), Block(Kind.PARAGRAPH, "Body"), Block(Kind.FOOTER, "7")
    assert to_markdown(of(*blocks)) == "Body"


def test_lists_nest_below_the_text_of_their_parent() -> None:
    items = ("10.", 0, "ten"), ("•", 1, "bullet"), ("", 3, "deep\nsecond line"), ("11.", 0, "eleven")
    blocks = [Block(Kind.LIST, text, level=level, marker=marker) for marker, level, text in items]
    expected = "10. ten\n    - bullet\n      - deep\n        second line\n11. eleven"
    assert to_markdown(of(*blocks)) == expected


def test_a_marker_markdown_does_not_know_is_kept_as_text() -> None:
    assert to_markdown(of(Block(Kind.LIST, "first", marker="(a)"))) == "- (a) first"
    assert to_text(of(Block(Kind.LIST, "first", marker="(a)"))) == "(a) first"


def test_a_simple_table_is_drawn_with_pipes() -> None:
    document = table(Cell(0, 0, "a|b", header=True), Cell(0, 1, "two\nlines", header=True), Cell(1, 1, "x"))
    assert to_markdown(document) == "| a\\|b | two<br>lines |\n| --- | --- |\n|  | x |"
    assert to_text(document) == "a|b\ttwo lines\n\tx"


def test_a_table_with_spans_is_html() -> None:
    document = table(Cell(0, 0, "<wide>", column_span=2, header=True), Cell(1, 0, "l"), Cell(1, 1, "r"))
    expected = '<table>\n<tr><th colspan="2">&lt;wide&gt;</th></tr>\n<tr><td>l</td><td>r</td></tr>\n</table>'
    assert to_markdown(document) == expected


def test_rows_without_cells_are_not_drawn_however_many() -> None:
    document = table(Cell(0, 0, "top", row_span=2**30), Cell(2**30, 5, "far corner"))
    assert to_markdown(document) == "| top |  |\n| --- | --- |\n|  | far corner |"


def test_raised_figures_stay_raised_in_html() -> None:
    cells = (Cell(0, 0, "10<sup>6</sup> m < 1", column_span=2), Cell(1, 0, "H<sub>2</sub>O"), Cell(1, 1, "<sup"))
    rendered = to_markdown(Document((Page(1, (Block(Kind.TABLE, cells=cells),)),)))
    assert rendered == (
        '<table>\n<tr><td colspan="2">10<sup>6</sup> m &lt; 1</td></tr>\n'
        "<tr><td>H<sub>2</sub>O</td><td>&lt;sup</td></tr>\n</table>"
    )


def test_html_rows_fill_places_that_no_cell_covers() -> None:
    cells = Cell(0, 0, "a", row_span=2), Cell(0, 1, "b"), Cell(0, 2, "c"), Cell(1, 2, "d")
    assert "<tr><td></td><td>d</td></tr>" in to_markdown(table(*cells))


def test_a_long_diagonal_of_cells_is_drawn_without_the_empty_square() -> None:
    document = table(*(Cell(number, number, "x") for number in range(50_000)))
    assert len(to_markdown(document)) < 1_000_000


def test_a_fence_is_longer_than_any_inside() -> None:
    document = of(Block(Kind.CODE, "a\n````\nb", language="md"))
    assert to_markdown(document) == "`````md\na\n````\nb\n`````"


def test_formulas_are_marked_when_they_are_latex() -> None:
    assert to_markdown(of(Block(Kind.FORMULA, r"\frac{1}{2}"))) == "$$\n\\frac{1}{2}\n$$"
    assert to_markdown(of(Block(Kind.FORMULA, "1 + 1 = 2"))) == "1 + 1 = 2"


def test_notes_sheets_and_slides_show_what_they_are() -> None:
    blocks = Block(Kind.SHEET, "Costs"), Block(Kind.SLIDE, "1: Plan"), Block(Kind.NOTE, "See.", marker="2")
    assert to_markdown(of(*blocks)) == "## Costs\n\n## 1: Plan\n\n[^2]: See."


def failed(number: int, why: str) -> Page:
    return Page(number, coverage=Coverage(failure=why))


def test_pages_not_read_and_words_withheld_are_said_in_one_line() -> None:
    pages = failed(3, "the page is broken."), Page(4, coverage=Coverage(words_hidden=12)), failed(7, "out of\nmemory")
    expected = "> Not read: page 3 (the page is broken); page 7 (out of memory). 12 words of hidden text withheld. Odd."
    assert to_markdown(Document(pages, warnings=("Odd", "Odd"))) == expected


def test_five_hundred_failed_pages_are_named_as_a_range() -> None:
    pages = tuple(failed(number, "too slow") for number in range(1, 501) if number != 250)
    assert to_markdown(Document(pages)) == "> Not read: pages 1-249, 251-500 (too slow)."


def test_many_different_failures_and_warnings_are_counted() -> None:
    pages = tuple(failed(number, f"reason {number}") for number in range(1, 101))
    said = to_text(Document(pages, warnings=tuple(f"Warning {number}." for number in range(20))))
    assert "page 8 (reason 8); 92 more pages." in said
    assert said.endswith("Warning 7. 12 more warnings.")
