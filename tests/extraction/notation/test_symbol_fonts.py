"""Characters of fonts that give letters other shapes are those that are shown."""

import pytest

from moonshelf.extraction.notation import symbol_fonts


@pytest.mark.parametrize(
    ("text", "font", "shown"),
    [
        ("30\uf0b0 \uf0b1 \uf061", "BIOPPG+Symbol", "30\u00b0 \u00b1 \u03b1"),
        ("\uf0fc done", "ABCDEE+Wingdings-Regular", "\u2713 done"),
        ("\uf06e\uf020\uf0a7", "Wingdings", "■ ▪"),
        ("\uf06e\uf0fc", "Wingdings 2", "⑤\uf0fc"),  # whose pictures are others
        ("\uf06e", "Wingdings 3", "\uf06e"),
        ("\uf06e\uf0ac", "ITC Zapf Dingbats", "■①"),
        ("\uf061\uf06e", "Webdings", "✔●"),
        ("\uf0e6\uf0fe", "Symbol", "⎛⎭"),
        ("\uf0b0", "Verdana", "\uf0b0"),  # nobody can tell
        ("\uf0ff", "Symbol", "\uf0ff"),
    ],
)
def test_private_characters_become_what_their_font_shows(text: str, font: str, shown: str) -> None:
    assert symbol_fonts.shown(text, font) == shown
