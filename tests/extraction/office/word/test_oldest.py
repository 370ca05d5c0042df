"""Documents of Word 6 and 95."""

import struct
from collections.abc import Sequence

from extraction.blocks import texts
from extraction.tools import TOOLS
from moonshelf.extraction.office.word.binary import extract
from samples.compound_files import ole


def oldest(text: bytes, *, flags: int = 0, fonts: Sequence[int] = (), **fields: tuple[int, int]) -> list[str]:
    """Read a document of Word 6 whose fonts have these charsets; *fields* are numbers and where its header has them."""
    main = bytearray(0x300)
    struct.pack_into("<HHHHHH", main, 0, 0xA5DC, 0x65, 0, 0x0409, 0, flags)
    table = b"".join(bytes((6, 0, 0, 0, charset, 0)) + b"F" for charset in fonts)
    struct.pack_into("<IIII", main, 0x18, 0x300, 0x300 + len(text), 0, 0)
    struct.pack_into("<II", main, 0xD0, 0x300 + len(text), 2 + len(table))
    for at, number in fields.values():
        struct.pack_into("<H", main, at, number)
    return texts(extract(ole({"WordDocument": bytes(main) + text + b"\0\0" + table}), TOOLS))


def test_word_6_gives_its_text_in_the_code_page_of_its_language_or_machine() -> None:
    russian = "Филин\rщит\x07июль\x07\x07".encode("cp1251")
    assert oldest(russian, language=(0x06, 0x0419)) == ["Филин", "щит\tиюль"]
    assert oldest("l\u2019\u00e9t\u00e9".encode("mac-roman"), machine=(0x12, 1)) == ["l\u2019\u00e9t\u00e9"]


def test_word_6_is_read_by_the_alphabet_of_a_font_unless_only_accents_are_written() -> None:
    assert oldest("четыре балла".encode("cp1251"), fonts=(0, 2, 204)) == ["четыре балла"]
    assert oldest("un été “à Élancourt”".encode("cp1252"), fonts=(0, 2, 204)) == ["un été “à Élancourt”"]


def test_word_95_of_east_asia_keeps_two_bytes_a_letter() -> None:
    codes = [one.encode("cp949") for one in "새로 만들기"] + [b"\x93", b"A", b"\x94"]
    swapped = b"".join(code.rjust(2, b"\0")[::-1] for code in codes)
    assert oldest(swapped, flags=0x1000, fonts=(0, 129)) == ["새로 만들기“A”"]


def test_word_6_puts_what_was_saved_in_pieces_in_its_order() -> None:
    text = b"second first "
    pieces = b"\1\2\0xx\2" + struct.pack("<IIIIHIHHIH", 28, 0, 6, 12, 0, 0x307, 0, 0, 0x300, 0)
    table = {"at": (0x160, 0x300 + len(text)), "length": (0x164, len(pieces))}
    assert oldest(text + pieces, flags=0x0004, **table) == ["first second"]
