"""Tokens of a file are estimated as those of its text are; of a long one from samples, within a few per cent."""

import io

from moonshelf.models.tokens import estimate, estimate_file


def test_a_file_costs_what_its_text_does() -> None:
    for text in ("", "\x00", "one line", "世界, 2026\n" * 100_000):
        assert estimate_file(io.BytesIO(text.encode())) == estimate(text)


def test_a_long_file_is_estimated_from_all_along_it() -> None:
    text = "plain words and then " * 300_000 + "1,234.5\t" * 800_000 + "世界" * 1_000_000  # 18 MB
    exact = estimate(text)
    assert abs(estimate_file(io.BytesIO(text.encode())) - exact) < 0.05 * exact
