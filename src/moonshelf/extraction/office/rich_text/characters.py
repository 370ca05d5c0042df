"""The characters of Rich Text: code pages by the numbers of fonts' charsets, and characters that are spelt as words."""

from collections.abc import Mapping

CHARSETS: Mapping[int, str] = {
    0: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5hkscs",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 255: "cp437",
}  # fmt: skip
CHARACTERS: Mapping[str, str] = {
    "tab": "\t", "line": "\n", "lbr": "\n", "~": "\u00a0", "_": "-", "-": "", "emdash": "\u2014", "endash": "\u2013",
    "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•", "lquote": "\u2018", "rquote": "\u2019",
    "ldblquote": "\u201c", "rdblquote": "\u201d", "\\": "\\", "{": "{", "}": "}", "zwj": "", "zwnj": "",
}  # fmt: skip
