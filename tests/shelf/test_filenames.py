"""Names that callers send are made fit to show, and told apart."""

from hypothesis import given
from hypothesis import strategies as st

from moonshelf.shelf import filenames


def test_clients_escapes_are_undone() -> None:
    assert filenames.clean("say %22hi%22.txt") == 'say "hi".txt'
    assert filenames.clean("报告 100%.pdf") == "报告 100%.pdf"


def test_only_the_base_name_is_kept() -> None:
    assert filenames.clean("/etc/passwd") == "passwd"
    assert filenames.clean("C:\\Users\\ada\\cv.docx") == "cv.docx"
    assert filenames.clean("C:%5CUsers%5Cada%5Ccv.docx") == "cv.docx"


def test_a_name_of_nothing_gets_a_name() -> None:
    assert [filenames.clean(raw) for raw in ("", "..", "/", "\x00")] == ["upload"] * 4


def test_duplicates_are_numbered_before_the_extension() -> None:
    taken = {"report.txt", "report (1).txt"}
    assert filenames.free("report.txt", taken) == "report (2).txt"
    assert filenames.free("Makefile", {"Makefile"}) == "Makefile (1)"
    assert filenames.free("other.txt", taken) == "other.txt"


@given(st.text(max_size=600))
def test_any_name_comes_out_short_and_without_path_or_controls(raw: str) -> None:
    name = filenames.clean(raw)
    assert name
    assert name not in {".", ".."}
    assert len(name.encode(errors="surrogatepass")) <= filenames.LONGEST
    assert not set("/\\\r\n\x00") & set(name)


@given(st.text(alphabet="aé文.()1 ", min_size=1, max_size=300), st.integers(min_value=1, max_value=1000))
def test_a_numbered_name_is_another_one_and_no_longer_than_allowed(raw: str, number: int) -> None:
    name = filenames.clean(raw)
    assert filenames.numbered(name, number) != name
    assert len(filenames.numbered(name, number).encode()) <= filenames.LONGEST
