"""Numbers in English words, as lists of contracts have them: Article One, First."""

_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_ONES = (
    "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
    "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
)  # fmt: skip
_TENS = ("Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")
_UNLIKE = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
_ORDINALS_OF_OTHERS = (("ve", "fth"), ("ty", "tieth"), ("", "th"))  # endings of cardinals, and what these become


def cardinal(number: int) -> str:
    """Write one, two, three; figures from a hundred on."""
    if not 0 <= number < 100:  # noqa: PLR2004 - lists are shorter
        return str(number)
    if number < len(_ONES):
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones].lower()}" if ones else "")


def ordinal(number: int) -> str:
    """Write first, second, third; from a hundred on 101st."""
    words = cardinal(number)
    before, dash, last = words.rpartition("-")
    told = _UNLIKE.get(last.lower())
    if told is None and words.isdigit():
        return short_ordinal(number)
    if told is None:
        ending, becomes = next(one for one in _ORDINALS_OF_OTHERS if last.endswith(one[0]))
        told = last.removesuffix(ending) + becomes
    return before + dash + (told if dash else told.capitalize())


def short_ordinal(number: int) -> str:
    """Write 1st, 2nd, 3rd."""
    teens = number % 100 in range(11, 14)
    return f"{number}{'th' if teens else _ENDINGS.get(number % 10, 'th')}"
