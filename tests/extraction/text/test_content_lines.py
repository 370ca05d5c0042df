"""Calendars and address cards: folded, escaped and packed lines."""

import base64
import time
from io import BytesIO

import pytest

from extraction.tools import TOOLS, nesting
from moonshelf.extraction.document import Document
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.text.content_lines import extract

PICTURE = base64.b64encode(bytes(range(256)) * 7).decode()


def read(*lines: str, members: int = 20) -> Document:
    return extract(BytesIO("\r\n".join(lines).encode()), nesting(members=members))


def content(*lines: str) -> str:
    return to_markdown(read(*lines))


def test_folded_lines_are_whole_words() -> None:
    event = content("BEGIN:VEVENT", "SUMMARY:Harvest of ap", " ples", "LOCATION:The", "\t barn", "END:VEVENT")
    assert event == "BEGIN:VEVENT\r\nSUMMARY:Harvest of apples\r\nLOCATION:The barn\r\nEND:VEVENT"


def test_what_is_escaped_is_meant() -> None:
    event = content(r"DESCRIPTION:Bring baskets\, ladders\; no C:\\dogs\nAnn\NBen", r"X:\x")
    assert event == "DESCRIPTION:Bring baskets, ladders; no C:\\dogs\nAnn\nBen\r\nX:\\x"


def test_cards_of_2_1_are_quoted_printable_and_keep_spaces_and_backslashes() -> None:
    card = content(
        "VERSION:2.1",
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96=",
        "l;Ann",
        "item1.NOTE;quoted-printable;CHARSET=windows-1252:na=EFve=0D=0Atwo lines",
        "ADR;HOME:;;Long",
        "  Lane\\;1;C:\\new",
        'TEL;X="a:b;ENCODING=QUOTED-PRINTABLE":=41',
    )
    assert card == (
        "VERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Öl;Ann\r\n"
        "item1.NOTE;quoted-printable;CHARSET=windows-1252:naïve\r\ntwo lines\r\n"
        "ADR;HOME:;;Long  Lane;1;C:\\new\r\n"
        'TEL;X="a:b;ENCODING=QUOTED-PRINTABLE":=41'
    )


@pytest.mark.parametrize(
    "photo",
    [
        [
            "PHOTO;ENCODING=b;TYPE=JPEG:" + PICTURE[:60],
            *(f" {PICTURE[at : at + 74]}" for at in range(60, len(PICTURE), 74)),
        ],
        ["PHOTO;JPEG;BASE64:", *(PICTURE[at : at + 76] for at in range(0, len(PICTURE), 76)), ""],
        [f"LOGO;ENCODING=BASE64;TYPE=PNG:{PICTURE}"],
        [f"X-ICON;BASE64:{PICTURE}"],
    ],
)
def test_pictures_are_left_out_and_told(photo: list[str]) -> None:
    card = content("FN:Ann", *photo, "TEL:1")
    head = photo[0].split(":")[0]
    blank = "\r\n" if photo[-1] == "" else ""
    assert card == (
        f"FN:Ann\r\n{head}:[\u2026]{blank}\r\nTEL:1\n\n> A file that is spelt out in the text, 2 KB, was left out."
    )


def test_texts_in_base64_are_read() -> None:
    name = base64.b64encode("Ångström;Æsa".encode()).decode()
    assert content(f"N;CHARSET=UTF-8;ENCODING=BASE64:{name}") == "N;CHARSET=UTF-8;ENCODING=BASE64:Ångström;Æsa"


def test_attached_files_are_read_below() -> None:
    packed = base64.b64encode(b"ladders: 3").decode()
    attached = 'ATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME="li;st.txt":' + packed
    assert content(attached, "SUMMARY:Harvest") == (
        'ATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME="li;st.txt":[\u2026]\r\nSUMMARY:Harvest\n\n'
        "## Attachment: li;st.txt\n\nladders: 3"
    )
    bare = f"ATTACH;ENCODING=BASE64:{packed}"
    several = read(bare, bare, bare, members=2)
    assert to_markdown(several).count("## Attachment: without a name") == 2
    assert several.warnings == ("Attachments after the first 2 were left out.",)
    assert "Attachments" not in str(read(bare, bare, members=2).warnings)


@pytest.mark.parametrize(
    ("encoding", "names"),
    [("gbk", ["王;小明", "李;娜", "张;伟", "刘;洋"]), ("shift_jis", ["田中;太郎", "鈴木;花子", "佐藤;健"])],
)
def test_names_that_do_not_say_their_encoding_tell_it_together(encoding: str, names: list[str]) -> None:
    lines = ["".join(f"={byte:02X}" for byte in name.encode(encoding)) for name in names]
    text = to_markdown(read(*(f"N;ENCODING=QUOTED-PRINTABLE:{line}" for line in lines)))
    assert [name for name in names if name not in text] == []


@pytest.mark.parametrize(
    "line",
    [
        "A" + ";B" * 500_000 + ":",
        'A;"' * 300_000,
        "A;ENCODING=QUOTED-PRINTABLE:" + "=\r\n" * 300_000,
        "A;ENCODING=QUOTED-PRINTABLE:" + "=" * 900_000,
        "A;ENCODING=QUOTED-PRINTABLE:=C3\n" * 25_000,
        "A;BASE64:" + "\r\nAAAA" * 100_000 + "!",
        "A;BASE64:\r\n" * 50_000,
        "\r\n " * 300_000,
    ],
)
def test_hostile_lines_are_read_in_the_time_of_their_size(line: str) -> None:
    began = time.process_time()
    extract(BytesIO(line.encode()), TOOLS)
    assert time.process_time() - began < 3
