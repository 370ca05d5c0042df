"""Which encoding a text is in that is neither Unicode nor says so: chardet's guess, and what it overlooks."""

import re
from collections import Counter

from moonshelf.extraction import consoles, spelling

BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
SHIFTS = re.compile(rb"\x1b(?:\$[@ABC(]|\$\)C|\(J)")
"""ISO 2022 writes Japanese, Korean and Chinese in ASCII's own bytes."""

_WINDOW = 200_000  # bytes that chardet looks at
_LEAD = 40  # of them before the first byte that tells anything: much ASCII makes it guess Latin letters
_EXOTIC = frozenset({"utf-7", "hz"})  # their marks are ordinary in source code: "a+AGE-b", "x = ~{a}"
_SURE = 0.15  # chardet's confidence below which only encodings still in use count: "ü" alone is no proof of cp862
_IN_USE = frozenset({
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "tis-620",
    "cp932", "cp949", "euc_kr", "euc_jis_2004", "gb18030", "big5hkscs", "koi8-r", "koi8-u", "shift_jis_2004",
    "iso8859-1", "iso8859-2", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-9", "iso8859-15",
})  # fmt: skip
_OUT_OF_USE = frozenset(("cp437", "cp737", "cp850", "cp852", "cp858", "cp862", "cp866", "mac-roman", "mac-greek"))
_OLDER = 0.5  # weight of a guess in one of those
_RARE = frozenset(("kz1048", "ptcp154", "cp1006", "hp-roman8"))  # which need much to be believed
_JAPANESE = ("cp932", "euc_jp")
_KANA, _BEYOND = re.compile("[\u3041-\u30fe]"), re.compile("[^\x00-\x7f]")
_FEW, _KANA_SHARE = 3, 4  # kana, and characters beyond ASCII to each at most
_OFTEN_IN_JAPANESE = frozenset(
    "日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校"
    "語土木聞食車何南万毎白天母火右読友左休父雨会同事自社発者地業方新場員立開手力問代明動京目通言理体田主題意不作用度"
    "強公持野以思家世多正安院心界教文元重近考画海売知道集別物使品計死特私始朝運終台広住真有口少町料工建空急止送切転研"
    "足究楽起着店病質待試族銀早映親験英医仕味字答夜音注帰古歌買図週室歩風紙黒花春赤青館屋色走秋夏習駅洋旅服曜飲県市区"
    "所号齢氏藤鈴佐伊渡辺加吉松井村林清崎橋池阪府郎美太和部課株式番数量合価格在庫商客様表内"
)
_KANJI = re.compile(rb"[\xb0-\xfe][\xa1-\xfe]")
_SECOND_LEVEL = b"\xd0"  # where the rare kanji of EUC-JP begin, and in GB 2312 a quarter of what is written
_ENOUGH, _OFTEN_SHARE = 8, 0.35  # kanji, and the share of them that has to be frequent
_RARELY = 20  # kanji to each rare one, at least
_SPELT = 4_000  # bytes whose words are looked at
_WELL, _HARDLY = 0.6, 0.02  # shares of the words
_PIECES, _LINES = 48, 4  # from its beginning, and of so many lines each
_CERTAIN = 0.5  # of a piece; texts in several bytes a character have twice that, and no others so easily
_WESTERN, _NEARLY = "cp1252", 0.45  # as likely as that, measured on phrases in twenty languages, it is the one
_ICELANDIC = re.compile(rb"[\xd0\xde\xf0\xfe]")  # eth and thorn, which in Turkish and Lithuanian are frequent letters
_SIGNS = re.compile(rb"[A-Za-z\xc0-\xff][\xa1\xa6\xac\xb1\xb3\xb5\xb6\xb9\xbb-\xbe](?=[a-z\xe0-\xff])")
"""Signs of cp1252 inside a word, as fractions and angle quotes: letters of Central Europe."""
_NO_ACCIDENT = 2  # signs inside words; one may be a slip
_EXTENDED = {  # on Windows: the same and more
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-8": "cp1255", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "iso8859-13": "cp1257", "tis-620": "cp874", "euc_kr": "cp949",
}  # fmt: skip
# On Windows: the same with some letters elsewhere.
_MOVED = {"iso8859-2": "cp1250", "iso8859-5": "cp1251", "iso8859-6": "cp1256", "iso8859-7": "cp1253"}
_WITH_SIGNS = frozenset({"cp1252", "cp1254", "cp1257"})  # Windows' pages in which two letters of ISO 8859-2 are signs
_ONLY_WINDOWS = re.compile(rb"[\x80-\x9f]")  # controls in ISO's
_SIGNS_1250 = re.compile(rb"[A-Za-z\xc0-\xff](?:[\xb1\xb6]|[\xb5\xbb](?=[a-z\xe0-\xff]))")
"""Letters as in "są" or "oťaž", which are signs of cp1250."""
_CARONS = re.compile(rb"[\xb9\xbe]")  # "š" and "ž"; in cp1250 "ą", but Polish has others, and the "ľ" of Slovak
_OFTEN = 5  # so many are carons, and no odd letters of cp1250
_POLISH = re.compile(rb"[\xb3\xbf\xea\xf1]")  # "ł", "ż", "ę" and "ń"
_ELSEWHERE = re.compile(rb"[\xbe\xc8\xe1\xe8\xec\xed\xf0\xf8\xf9\xfd]")  # letters that Polish has none of
_IN_WORD = re.compile(
    rb"[A-Za-z\xc0-\xff](?:[\xb9\xbf](?=[a-z\xbf\xe0-\xff])|\xbe)"
)  # "¹", "¿" and "¾" where no sign is
_WINDOWS_IN_WORD = re.compile(rb"[A-Za-z\xc0-\xff][\x9a\x9e](?=[a-z\xe0-\xff])")  # the same in all pages of Windows
_BESIDE = re.compile(rb"[a-z\xe0-\xff][\xe8\xec\xf8\xf9]|[\xe8\xec\xf8\xf9][a-z\xe0-\xff]")
"""What is "č" in cp1250 and "è" in cp1252, and so on, beside a letter."""
_SHARE = 25  # runs beyond ASCII to each such letter, at most, where they are letters
_MAC = re.compile(rb"[\x80-\x9f](?=[\xdf-\xfe])|(?<=[\xe0-\xfe])\xdf")  # capitals before letters, and "я" behind one
_WINDOWS = re.compile(rb"[\xc0-\xde](?=[\xe0-\xff])|(?<=[\xe0-\xfe])\xff")  # the same in cp1251


def guess(data: bytes) -> str:
    """Return the encoding that *data* is likely in."""
    tells = BEYOND_ASCII.search(data) or SHIFTS.search(data)  # after megabytes of plain ASCII, it may be
    start = max(0, tells.start() - _LEAD) if tells else 0
    sample = _telling(data[start : start + _WINDOW]).replace(b"\0", b"")  # strays, at which chardet sees no text
    if evident := _in_kana(sample) or _in_kanji(sample) or consoles.code_page(sample):
        return evident
    found = _settled(_detected(sample, _SURE) or _of_pieces(sample), data)
    return found if found and _spelt(sample, found) >= _WELL else _likeliest(sample)


def _detected(sample: bytes, least: float) -> str:
    """Return the encoding that chardet sees, nothing where it is not *least* sure."""
    import chardet  # noqa: PLC0415  heavy: loads its models

    found = chardet.detect(sample, compat_names=False, exclude_encodings=_EXOTIC)
    name, sure = found["encoding"] or "utf-8", found["confidence"] or 0
    return name if sure >= (_CERTAIN if name in _RARE else least) else ""


def _in_kana(sample: bytes) -> str:
    """Return the encoding of Japanese in which *sample* is full of kana, as by chance nothing is."""
    for encoding in _JAPANESE:
        text = sample.decode(encoding, "replace")
        kana = len(_KANA.findall(text))
        if kana >= _FEW and text.count("\ufffd") <= 1 and kana * _KANA_SHARE >= len(_BEYOND.findall(text)):
            return encoding
    return ""


def _in_kanji(sample: bytes) -> str:
    """Return EUC-JP where names or a table in it have no kana: in the same bytes Chinese is spread over rare kanji."""
    kanji = _KANJI.findall(sample[:_SPELT])
    rare = sum(one >= _SECOND_LEVEL for one in kanji)
    if len(kanji) < _ENOUGH or rare * _RARELY > len(kanji):
        return ""
    often = sum(one.decode("euc_jp", "replace") in _OFTEN_IN_JAPANESE for one in kanji)
    return "euc_jp" if often >= _OFTEN_SHARE * len(kanji) else ""


def _of_pieces(sample: bytes) -> str:
    """Return what most pieces of a longer text are in, if they agree.

    One broken byte keeps chardet from seeing any encoding of Chinese, Japanese or Korean; most pieces have none.
    """
    lines = sample.splitlines(keepends=True)
    pieces = [b"".join(lines[at : at + _LINES]) for at in range(0, min(len(lines), _PIECES * _LINES), _LINES)]
    votes = Counter(filter(None, (_detected(piece, _CERTAIN) for piece in pieces)))
    chosen, count = max(votes.items(), key=lambda vote: vote[1], default=("", 0))
    return chosen if count * 2 > len(pieces) > 1 else ""


def _telling(window: bytes) -> bytes:
    """Leave out lines of nothing but ASCII, rulers and code above all: chardet counts them against any language."""
    return b"".join(line for line in window.splitlines(keepends=True) if not line.isascii()) or window


def _likeliest(sample: bytes) -> str:
    """Guess of a few words: most are in a language of Western Europe, unless another is much likelier."""
    import chardet  # noqa: PLC0415  heavy: loads its models

    every = chardet.detect_all(sample, ignore_threshold=True, compat_names=False, exclude_encodings=_EXOTIC)
    sure: dict[str, float] = {}
    for one in every:
        if (stated := one["encoding"] or "") in _IN_USE | _OUT_OF_USE:
            name = _settled(stated, sample)
            weight = _spelt(sample, name) ** 2 * (1 if stated in _IN_USE else _OLDER)
            sure[name] = max(sure.get(name, 0), (one["confidence"] or 0) * weight)
    if len(_SIGNS.findall(sample)) >= _NO_ACCIDENT:
        sure.pop(_WESTERN, None)
    best = max(sure, key=lambda one: sure[one], default="utf-8")
    enough = 1 if _ICELANDIC.search(sample) else _NEARLY
    return _WESTERN if sure.get(_WESTERN, 0) > enough * sure.get(best, 0) else best


def _spelt(sample: bytes, encoding: str) -> float:
    """Return which share of the words of *sample* look like words in *encoding*; hardly any of none."""
    return max(spelling.well_spelt(sample[:_SPELT].decode(encoding, "replace")), _HARDLY)


def _settled(encoding: str, data: bytes) -> str:
    """Choose between an ISO encoding and what Windows made of it, by what *data* has."""
    encoding = _EXTENDED.get(encoding, encoding)
    if encoding == "shift_jis_2004" and _decodes(data, "cp932"):
        return "cp932"  # whose backslash and tilde are no yen sign and overline
    if encoding == "mac-cyrillic" and len(_WINDOWS.findall(data)) > len(_MAC.findall(data)):
        return "cp1251"  # in which one byte has no letter, so that a stray one rules it out for chardet
    if _ONLY_WINDOWS.search(data):
        return "cp1250" if encoding == _WESTERN and _has_carons(data) else _MOVED.get(encoding, encoding)
    if encoding in _WITH_SIGNS and _is_frequent(len(_IN_WORD.findall(data)), data):
        encoding = "cp1250"
    return "iso8859-2" if encoding == "cp1250" and _is_standard(data) else encoding


def _is_standard(data: bytes) -> bool:
    """Tell whether a text of Central Europe is in ISO's encoding: "š" and "ž" of cp1250 are controls there."""
    carons = len(_CARONS.findall(data))
    if _SIGNS_1250.search(data) or carons >= _OFTEN:
        return True
    return bool(carons) and not _POLISH.search(data) and bool(_ELSEWHERE.search(data))


def _has_carons(data: bytes) -> bool:
    """Tell whether a text for Western Europe has "š" or "ž" as often as if "è" were a "č"."""
    return _is_frequent(len(_WINDOWS_IN_WORD.findall(data)), data) and _is_frequent(len(_BESIDE.findall(data)), data)


def _is_frequent(count: int, data: bytes) -> bool:
    return bool(count) and count * _SHARE >= len(BEYOND_ASCII.findall(data))


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
