"""Numbers in the digits of East Asia: written one by one, or as they are read aloud."""

import msgspec

_LONGEST_COUNTED = 12  # figures: up to hundreds of thousands of millions
_GROUP = 4  # figures that are counted alike


class Script(msgspec.Struct, frozen=True):
    """How one language writes: *units* from ten on, *groups* of four figures each."""

    digits: str
    units: str = "十百千"
    groups: str = "万亿"
    says_one: bool = True  # before ten, hundred and thousand
    says_none: bool = True  # between figures that count

    def figures(self, number: str) -> str:
        """Write digit by digit."""
        return "".join([self.digits[int(one)] for one in number])

    def said(self, number: str) -> str:
        """Write as people count in lists and say of days: twelve begins with ten, and not with one ten."""
        text = self.counted(number)
        return text[1:] if text.startswith("一十") else text

    def counted(self, number: str) -> str:
        """Write as it is read aloud: 101 is one hundred and one."""
        number = number.lstrip("0")
        if not number or len(number) > _LONGEST_COUNTED:
            return self.figures(number or "0")
        text, skipped = "", False
        for place, digit in zip(range(len(number) - 1, -1, -1), number, strict=True):
            group, power = divmod(place, _GROUP)
            if digit != "0":
                text += self.digits[0] if skipped and self.says_none else ""
                text += self.digits[int(digit)] if digit != "1" or not power or self.says_one else ""
                text += self.units[power - 1] if power else ""
            skipped = digit == "0"
            if not power and group and number[max(len(number) - place - _GROUP, 0) : len(number) - place].strip("0"):
                text += self.groups[group - 1]
                skipped = False
        return text


_PLAIN = "〇一二三四五六七八九"
CHINESE = Script(_PLAIN)
CHINESE_LEGAL = Script("零壹贰叁肆伍陆柒捌玖", "拾佰仟")
TAIWANESE = Script(_PLAIN, groups="萬億")
TAIWANESE_LEGAL = Script("零壹貳參肆伍陸柒捌玖", "拾佰仟", "萬億")
JAPANESE = Script(_PLAIN, groups="万億", says_one=False, says_none=False)
JAPANESE_LEGAL = Script("〇壱弐参四伍六七八九", "拾百阡", "萬億", says_none=False)
KOREAN = Script("영일이삼사오육칠팔구", "십백천", "만억", says_one=False, says_none=False)
WIDE = Script("０１２３４５６７８９")  # noqa: RUF001 - as wide as ideographs
