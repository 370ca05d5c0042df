"""What is wrong with what an operator wrote, in a sentence that shows no value: it may be a secret."""

from collections.abc import Callable, Collection
from difflib import get_close_matches

from pydantic_core import ErrorDetails

_WORDS = {
    "missing": "is missing",
    "string_pattern_mismatch": "is not written as it has to be",
    "byte_size": "must be a size, e.g. 100MiB",
    "byte_size_unit": "must be a size, e.g. 100MiB",
    "model_type": "must be a table",
    "string_too_short": "is empty",
    "too_short": "is empty",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text in quotation marks",
    "list_type": 'must be a list (["…"], or tables under [[…]])',
}


def complaint(name: str, error: ErrorDetails, known: Collection[str], *, spelt: Callable[[str], str] = str) -> str:
    """Say what is wrong with *name*, or that it is none of *known*; *spelt* tells how a name is written."""
    if error["type"] == "extra_forbidden":
        near = get_close_matches(name, known, n=1)
        return f"{spelt(name)} is not known" + (f"; did you mean {spelt(near[0])}?" if near else ".")
    said = error["msg"].replace("Input should be", "must be").replace("should have", "must have")
    return f"{spelt(name)} {_WORDS.get(error['type'], said)}."
