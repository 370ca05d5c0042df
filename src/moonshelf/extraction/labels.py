"""Names of encodings as documents state them, and the codec that reads what is meant (WHATWG Encoding, 4.2)."""

import codecs
import re
from functools import lru_cache

_ALIASES = {  # that Python's codecs lack
    "iso8859-8i": "iso8859-8", "iso8859-8-i": "iso8859-8", "iso8859-8-e": "iso8859-8", "logical": "iso8859-8",
    "visual": "iso8859-8", "iso8859-6-i": "iso8859-6", "iso8859-6-e": "iso8859-6", "csisolatin9": "iso8859-15",
    "sun-eu-greek": "iso8859-7", "koi": "koi8-r", "koi8": "koi8-r", "koi8-ru": "koi8-u", "mac": "mac-roman",
    "csmacintosh": "mac-roman", "x-mac-roman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic", "dos-874": "cp874", "windows-874": "cp874", "windows-31j": "cp932",
    "x-sjis": "cp932", "windows-932": "cp932", "x-euc-jp": "euc-jp", "cseucpkdfmtjapanese": "euc-jp",
    "windows-949": "cp949", "cseuckr": "cp949", "csksc56011987": "cp949", "iso-ir-149": "cp949", "ksc-5601": "cp949",
    "ks-c-5601-1987": "cp949", "ks-c-5601-1989": "cp949", "x-gbk": "gb18030", "csgb2312": "gb18030",
    "gb-2312": "gb18030", "gb-2312-80": "gb18030", "windows-936": "gb18030", "cn-big5": "big5hkscs",
    "x-x-big5": "big5hkscs", "windows-950": "big5hkscs", "unicode-1-1-utf-8": "utf-8", "x-unicode20utf8": "utf-8",
    "unicode": "utf-16", "csunicode": "utf-16", "iso-10646-ucs-2": "utf-16", "ucs-2": "utf-16", "ucs-4": "utf-32",
}  # fmt: skip
_ISO = re.compile(r"^(?:cs)?iso-?8859-?(?=\d)")
_PAGE = re.compile(r"^(?:cp|ibm|dos)-(?=\d)")
_WIDER = {  # what browsers read instead: programs state the narrower and write the wider
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
_NO_TEXT = frozenset({"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined"})  # of Python's own


@lru_cache(maxsize=256)
def codec(label: str) -> str:
    """Return the codec that browsers use for *label*, as Python names it; nothing for what names no encoding."""
    name = _ISO.sub("iso8859-", label.strip().lower().replace("_", "-"))
    try:
        found = codecs.lookup(_ALIASES.get(name, _PAGE.sub("cp", name.removeprefix("x-"))))
        b" ".decode(found.name)  # "base64" is a codec too, but of no text
    except (LookupError, ValueError):
        return ""
    return "" if found.name in _NO_TEXT else _WIDER.get(found.name, found.name)
