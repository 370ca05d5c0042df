"""Characters of fonts that give letters other shapes: Symbol is Greek, Wingdings are pictures."""

# ruff: noqa: RUF001 - characters that look like others are what these tables are about

import re
from collections.abc import Mapping

_PRIVATE_USE = 0xF000  # where Office maps the 256 characters of such a font
_GREEK = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ",
        strict=True,
    )
)
_SYMBOL: Mapping[int, str] = {ord(latin): greek for latin, greek in _GREEK.items()} | {
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0x7E: "∼", 0xA0: "€",
    0xA1: "ϒ", 0xA2: "′", 0xA3: "≤", 0xA4: "⁄", 0xA5: "∞", 0xA6: "ƒ", 0xA7: "♣", 0xA8: "♦", 0xA9: "♥", 0xAA: "♠",
    0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓",
    0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷",
    0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xBF: "↵", 0xC0: "ℵ", 0xC1: "ℑ", 0xC2: "ℜ", 0xC3: "℘", 0xC4: "⊗",
    0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xC9: "⊃", 0xCA: "⊇", 0xCB: "⊄", 0xCC: "⊂",
    0xCD: "⊆", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xD5: "∏",
    0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDD: "⇑", 0xDE: "⇒",
    0xDF: "⇓", 0xE0: "◊", 0xE1: "⟨", 0xE2: "®", 0xE3: "©", 0xE4: "™", 0xE5: "∑", 0xF1: "⟩", 0xF2: "∫",
} | dict(zip((*range(0xE6, 0xF0), *range(0xF3, 0xFF)), "⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭", strict=True))  # fmt: skip
_WINGDINGS: Mapping[int, str] = {
    0x22: "✂", 0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x36: "⌛", 0x3F: "✍", 0x41: "✌", 0x45: "☜", 0x46: "☞", 0x47: "☝",
    0x48: "☟", 0x4A: "☺", 0x4C: "☹", 0x4E: "☠", 0x51: "✈", 0x52: "☼", 0x54: "❄", 0x56: "✞", 0x58: "✠", 0x59: "✡",
    0x5A: "☪", 0x5B: "☯", 0x5D: "☸", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x74: "⧫",
    0x75: "◆", 0x76: "❖", 0x77: "◆", 0x78: "⌧", 0x7A: "⌘", 0x7B: "❀", 0x7C: "✿", 0x7D: "❝", 0x7E: "❞", 0x80: "⓪",
    0x8B: "⓿", 0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA4: "◉", 0xA5: "◎", 0xA7: "▪", 0xA8: "□", 0xAA: "✦", 0xAB: "★",
    0xAC: "✶", 0xAD: "✴", 0xAE: "✹", 0xAF: "✵", 0xB1: "⌖", 0xB2: "⟡", 0xB5: "✪", 0xB6: "✰", 0xD5: "⌫", 0xD6: "⌦",
    0xD8: "➢", 0xDC: "➲", 0xDF: "←", 0xE0: "→", 0xE1: "↑",
    0xE2: "↓", 0xE3: "↖", 0xE4: "↗", 0xE5: "↙", 0xE6: "↘", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩",
    0xF3: "⬄", 0xF4: "⇳", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    **dict(zip(range(0x5E, 0x6A), "♈♉♊♋♌♍♎♏♐♑♒♓", strict=True)),
    **dict(zip(range(0x81, 0x8B), "①②③④⑤⑥⑦⑧⑨⑩", strict=True)),
    **dict(zip(range(0x8C, 0x96), "❶❷❸❹❺❻❼❽❾❿", strict=True)),
}  # fmt: skip
_WINGDINGS_2: Mapping[int, str] = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x69: "⓪", 0x74: "⓿", 0x96: "•", 0x97: "●",
    0xA2: "■", 0xA3: "□",
    **dict(zip(range(0x6A, 0x74), "①②③④⑤⑥⑦⑧⑨⑩", strict=True)),
    **dict(zip(range(0x75, 0x7F), "❶❷❸❹❺❻❼❽❾❿", strict=True)),
}  # fmt: skip
_WEBDINGS: Mapping[int, str] = {
    0x33: "◀", 0x34: "▶", 0x35: "▲", 0x36: "▼", 0x61: "✔", 0x63: "□", 0x67: "■", 0x69: "ℹ", 0x6E: "●", 0x72: "✖",
    0x59: "♥",
}  # fmt: skip
_DINGBATS: Mapping[int, str] = {  # of ITC Zapf Dingbats, in whose order Unicode's are
    **{code: chr(0x2701 - 0x21 + code) for code in range(0x21, 0x7F)},
    **{code: chr(0x2761 - 0xA1 + code) for code in range(0xA1, 0xFF)},
    **dict(zip(range(0xAC, 0xB6), "①②③④⑤⑥⑦⑧⑨⑩", strict=True)),
    0x25: "☎", 0x2A: "☛", 0x2B: "☞", 0x48: "★", 0x6C: "●", 0x6E: "■", 0x73: "▲", 0x74: "▼", 0x75: "◆", 0x77: "◗",
    0xA8: "♣", 0xA9: "♦", 0xAA: "♥", 0xAB: "♠", 0xD5: "→", 0xD6: "↔", 0xD7: "↕",
}  # fmt: skip
_BY_NAME = (  # what a font's name has in it
    (re.compile("wingdings *2"), _WINGDINGS_2),
    (re.compile("wingdings(?! *3)"), _WINGDINGS),
    (re.compile("webdings"), _WEBDINGS),
    (re.compile("zapf ?dingbats|monotype sorts|^dingbats"), _DINGBATS),
)
PRIVATE = re.compile("[\uf020-\uf0ff]")
"""A character that its font alone tells."""


def private(text: str) -> bool:
    """Tell whether *text* has characters that a font alone tells."""
    return bool(PRIVATE.search(text))


def draws(font: str) -> bool:
    """Tell whether *font* gives letters other shapes."""
    return character(ord("l"), font) != "l"


def shown(text: str, font: str) -> str:
    """Return *text* with what *font* shows in place of private characters, which stay where nobody can tell."""
    return PRIVATE.sub(lambda one: character(ord(one[0]), font) or one[0], text)


def character(code: int, font: str) -> str:
    """Return what *font* shows for *code*; empty where nobody can tell."""
    place = code - _PRIVATE_USE if _PRIVATE_USE <= code <= _PRIVATE_USE + 0xFF else code
    name = font.lower().rpartition("+")[2]  # what is before it names a part of the font, as PDF has it
    for named, signs in _BY_NAME:
        if named.search(name):
            return signs.get(place, " " if place == 0x20 else "")  # noqa: PLR2004 - a space is one in all
    if name.startswith("symbol"):
        return _SYMBOL.get(place, chr(place) if place < 0x7F else "")  # noqa: PLR2004 - as ASCII but for the letters
    return "" if code >= _PRIVATE_USE or code < 0x20 else chr(code)  # noqa: PLR2004 - no control characters
