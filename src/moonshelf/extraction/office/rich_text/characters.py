"""The characters of Rich Text that are spelt as words."""

from collections.abc import Mapping

CHARACTERS: Mapping[str, str] = {
    "tab": "\t", "line": "\n", "lbr": "\n", "~": "\u00a0", "_": "-", "-": "", "emdash": "\u2014", "endash": "\u2013",
    "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•", "lquote": "\u2018", "rquote": "\u2019",
    "ldblquote": "\u201c", "rdblquote": "\u201d", "\\": "\\", "{": "{", "}": "}", "zwj": "", "zwnj": "",
}  # fmt: skip
