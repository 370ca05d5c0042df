"""Fields of Word without a result: what equations, symbols and buttons show stands in their instruction."""

import re

from moonshelf.extraction.notation.symbol_fonts import character

_EQ = re.compile(r"\s*EQ\s", re.IGNORECASE)
_BUTTON = re.compile(
    r"\s*(?:MACRO|GOTO)BUTTON\s+(?:\"[^\"]*\"|\S+)\s+(.*)", re.IGNORECASE | re.DOTALL
)  # a macro [Name]
_FORMAT = re.compile(r"\\\*\s*(?:\"[^\"]*\"|\S+)")  # \* jc2 \* "Font:SimSun" \* hps10
_FRACTION = re.compile(r"\\f\s?\(([^(),;]*)[,;]([^(),;]*)\)", re.IGNORECASE)
_COMMAND = re.compile(r"\\[a-z]{1,2}(?:\s?-?[0-9]{1,3}(?=\s?[\\(]))?", re.IGNORECASE)  # \o\ad(\s\up 9(...),...)
_SYMBOL = re.compile(r"\s*SYMBOL\s+(0x[0-9a-f]{1,4}|[0-9]{1,5})(?![0-9a-z])", re.IGNORECASE)  # 97 \f "Symbol" \s 12
_FONT = re.compile(r"\\f\s*\"?([^\"\\]+)", re.IGNORECASE)
_SURROGATES = range(0xD800, 0xE000)
_PARTING = re.compile(r"(?<!\\)[(),;]+")


def shown(instruction: str) -> str:
    """Return the words of an EQ field or of a button, the character of a SYMBOL field; nothing of any other."""
    if button := _BUTTON.match(instruction):
        return "".join(one for one in button[1] if one >= " ").strip()
    if symbol := _SYMBOL.match(instruction):
        font = _FONT.search(instruction)
        return _character(int(symbol[1], 16 if symbol[1][:2] in ("0x", "0X") else 10), font[1] if font else "")
    if not _EQ.match(instruction):
        return ""
    text = _FORMAT.sub(" ", _EQ.sub("", instruction, count=1))
    text = _PARTING.sub(" ", _COMMAND.sub("", _FRACTION.sub(r"\1/\2", text)))
    return " ".join(text.replace("\\", "").split())


def _character(code: int, font: str) -> str:
    """Return what *font* shows for *code*, of which those below 256 are Windows'."""
    if code in _SURROGATES:
        return ""
    told = character(code, font)
    return bytes([code]).decode("cp1252", "ignore") if "\x80" <= told <= "\x9f" else told
