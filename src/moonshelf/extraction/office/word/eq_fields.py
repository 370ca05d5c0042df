"""EQ fields of Word, which have no result: what they show stands in their instruction, among commands."""

import re

_EQ = re.compile(r"\s*EQ\s", re.IGNORECASE)
_FORMAT = re.compile(r"\\\*\s*(?:\"[^\"]*\"|\S+)")  # \* jc2 \* "Font:SimSun" \* hps10
_FRACTION = re.compile(r"\\f\s?\(([^(),;]*)[,;]([^(),;]*)\)", re.IGNORECASE)
_COMMAND = re.compile(r"\\[a-z]{1,2}(?:\s?-?[0-9]{1,3}(?=\s?[\\(]))?", re.IGNORECASE)  # \o\ad(\s\up 9(...),...)
_PARTING = re.compile(r"(?<!\\)[(),;]+")


def shown(instruction: str) -> str:
    """Return the words of an EQ field; nothing of any other."""
    if not _EQ.match(instruction):
        return ""
    text = _FORMAT.sub(" ", _EQ.sub("", instruction, count=1))
    text = _PARTING.sub(" ", _COMMAND.sub("", _FRACTION.sub(r"\1/\2", text)))
    return " ".join(text.replace("\\", "").split())
