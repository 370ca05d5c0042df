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
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0x7E: "∼",
    0xA2: "′", 0xA3: "≤", 0xA4: "⁄", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓",
    0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷",
    0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xCC: "⊂",
    0xCD: "⊆", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xD5: "∏",
    0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDD: "⇑", 0xDE: "⇒",
    0xDF: "⇓", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_WINGDINGS: Mapping[int, str] = {
    0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑",
    0x76: "❖", 0x77: "◆", 0x9F: "•", 0xA7: "▪", 0xA8: "□", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑",
    0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_PRIVATE = re.compile("[\uf020-\uf0ff]")


def shown(text: str, font: str) -> str:
    """Return *text* with what *font* shows in place of private characters, which stay where nobody can tell."""
    return _PRIVATE.sub(lambda one: character(ord(one[0]), font) or one[0], text)


def character(code: int, font: str) -> str:
    """Return what *font* shows for *code*; empty where nobody can tell."""
    place = code - _PRIVATE_USE if _PRIVATE_USE <= code <= _PRIVATE_USE + 0xFF else code
    name = font.lower().rpartition("+")[2]  # what is before it names a part of the font, as PDF has it
    if "wingdings" in name:
        return _WINGDINGS.get(place, "")
    if name.startswith("symbol"):
        return _SYMBOL.get(place, chr(place) if place < 0x7F else "")  # noqa: PLR2004 - as ASCII but for the letters
    return "" if code >= _PRIVATE_USE or code < 0x20 else chr(code)  # noqa: PLR2004 - no control characters
