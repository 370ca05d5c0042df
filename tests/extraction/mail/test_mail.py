"""Messages and mailboxes: who wrote what to whom, the better version of it, and what came with it."""

import base64
import binascii
import contextlib
import time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.damage import damaged
from extraction.mail.reading import read
from extraction.tools import TOOLS, limited, nesting
from moonshelf.errors import EncryptedDocument, ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.mail import structure
from moonshelf.extraction.mail.messages import extract, extract_mailbox
from moonshelf.extraction.markdown import to_markdown
from samples.mail.messages import HEAD, multipart, part


def test_of_a_page_that_is_saved_as_one_file_its_words_are_read() -> None:
    kinds = {"a.htm": "text/html", "a.css": "text/css", "a.xml": "text/xml"}
    pieces = "".join(
        f"--b\r\nContent-Type: {kind}\r\nContent-Location: file:///C:/{name}\r\n\r\n<p>{name}</p>\r\n"
        for name, kind in kinds.items()
    )
    page = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n{pieces}--b--\r\n'
    assert read(page.encode()) == "a.htm"


@pytest.mark.parametrize(
    ("page", "sheet", "href"),
    [
        ("https://a.example/b/", "cid:css-1@mhtml.blink", "cid:css-1@mhtml.blink"),
        ("https://a.example/b/c.html", "https://a.example/d.css", "../d.css"),
        ("file:///C:/page.htm", "file:///C:/page_files/d.css", "page_files/d.css"),
    ],
)
def test_the_styles_of_a_saved_page_hide_what_they_hid(page: str, sheet: str, href: str) -> None:
    shown = f'<link rel="stylesheet" href="{href}"><p>one</p><p class="x">menu</p>'
    message = multipart(
        "related",
        part("text/html", shown, f"Content-Location: {page}"),
        part("text/css", ".x { display: none }", f"Content-Location: {sheet}"),
    )
    assert read(message).endswith("one\n\n> 1 word of hidden text withheld.")
    assert read(message.replace(f"Location: {sheet}", "Location: cid:other")).endswith("one\n\nmenu")


def test_headers_come_first_and_are_decoded() -> None:
    words = "=?utf-8?B?w4Q=?= =?utf-8?Q?pfel_und_?=\r\n =?iso-8859-1?q?B=FCcher?="
    message = f"From: {words} <a@x.org>\r\nSubject: r\xe4w\r\nX-Other: no\r\n\r\nText".encode("latin-1")
    assert read(message) == "From: Äpfel und Bücher <a@x.org>\nSubject: räw\n\nText"


def test_a_character_split_between_encoded_words_is_whole() -> None:
    first, second = (base64.b64encode(half).decode() for half in (b"\xe4\xb8", b"\xad"))
    assert "Subject: 中" in read(f"Subject: =?utf-8?B?{first}?= =?utf-8?B?{second}?=\n\nx")


def test_of_two_versions_that_say_the_same_one_is_read() -> None:
    same = multipart("alternative", part("text/plain", "Dear all, bye"), part("text/html", "<p>Dear all, <b>bye</b>"))
    assert read(HEAD + same).endswith("\n\nDear all, bye")


def test_a_version_for_programs_that_run_it_is_not_said_beside_the_others() -> None:
    page, amp = part("text/html", "<p>Dear all"), part("text/x-amp-html", "<html amp4email>Dear all")
    assert read(HEAD + multipart("alternative", page, amp)).endswith("\n\nDear all")
    assert "## Attachment: text.x-amp-html" in read(HEAD + multipart("mixed", page, amp))


def test_html_is_read_where_it_has_structure_and_what_only_the_other_says_is_added() -> None:
    text = part("text/plain", "one two\r\nCode 4711")
    page = part("text/html", "<table><tr><td>one<td>two<tr><td>three<td>four</table>")
    found = read(HEAD + multipart("alternative", text, page))
    assert "| one | two |" in found
    assert found.endswith("In the plain text version: Code 4711")


def test_flowed_lines_are_joined_but_not_across_quotations() -> None:
    message = "Content-Type: text/plain; format=flowed\n\n> cited \n> words\nown \nwords\n-- \nMe"
    assert read(message) == "> cited words\nown words\n-- \nMe"


def test_bodies_of_other_charsets_and_encodings_are_decoded() -> None:
    head = "Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: base64\n\n"
    assert read(head + base64.b64encode("Привет, мир".encode("koi8-r")).decode()) == "Привет, мир"
    assert read("Content-Transfer-Encoding: Quoted-Printable\n\nvoil=C3=A0 =\nici") == "voilà ici"


@pytest.mark.parametrize("label", ["iso-8859-8-i", "x-nobody-knows", "utf-8", ""])
def test_a_name_in_an_encoding_that_is_unknown_or_wrongly_stated_is_shown(label: str) -> None:
    name = "".join(f"%{byte:02X}" for byte in "שלום לכולם".encode("iso8859-8"))
    stated = f"Content-Type: text/plain\nContent-Disposition: attachment; filename*={label}''{name}.txt"
    assert "Attachment: שלום לכולם.txt" in read(f"Subject: x\n{stated}\n\nwords\n")


def test_a_body_that_only_says_it_is_base64_is_read_as_it_is() -> None:
    stated = "Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    assert read(f"{stated}These are words,\nand these are more.\n").endswith(
        "\n\nThese are words,\nand these are more."
    )
    assert read(f"{stated} VGhlc2Ug \n YXJlIHdvcmRz\n").endswith("\n\nThese are words")


@pytest.mark.parametrize("below", ["____\nThe list\nits@address.example", "--\nfooter", "Sent through a relay.\n"])
def test_what_lists_write_below_a_body_in_base64_is_read_as_it_is(below: str) -> None:
    stated = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    said = " und ".join(["Größe", "Maß"] * 9) + "."
    packed = base64.encodebytes(said.encode()).decode()
    assert packed.endswith("=\n")
    for spelt in (packed, packed.rstrip("=\n") + "\n"):
        assert read(f"{stated}{spelt}\n{below}") == f"{said}\n{below}".strip()
    assert read(f"{stated}{packed[:76]}\n!\n{packed[76:]}") == said


def test_of_texts_in_base64_that_follow_each_other_each_ends_by_itself() -> None:
    packed = [base64.b64encode(words).decode() for words in (b"one,\n", b"two\n")]
    assert packed[0].endswith("=")
    assert read("Content-Transfer-Encoding: base64\n\n" + "\n".join(packed)) == "one,\ntwo"


@pytest.mark.parametrize("stated", ["quoted printable", "Quoted_Printable;", "quoted-printable"])
def test_an_encoding_is_known_however_its_name_is_joined(stated: str) -> None:
    assert read(f"Content-Transfer-Encoding: {stated}\n\nvoil=C3=A0 =\nici") == "voilà ici"


def test_pictures_in_a_body_are_named_and_hidden_words_are_counted() -> None:
    page = part("text/html", 'See <img src="cid:1"><p style="display:none">secret words</p>')
    picture = part("image/png; name=logo.png", "AAAA", "Content-ID: <1>", "Content-Transfer-Encoding: base64")
    found = read(multipart("related", page, picture))
    assert "[Picture: logo.png]" in found
    assert found.endswith("> 2 words of hidden text withheld.")


def test_attachments_are_read_as_files_of_their_own() -> None:
    sheet = part("text/csv", "a,b\r\n1,2", 'Content-Disposition: attachment; filename="t.csv"')
    broken = part("application/pdf", "no", "Content-Disposition: attachment; filename=p.zip")
    found = read(HEAD + multipart("mixed", part("text/plain", "Here"), sheet, broken), nesting())
    assert "Here\n\n## Attachment: t.csv" in found
    assert "1,2" in found
    assert "## Attachment: p.zip" in found


@pytest.mark.parametrize("broken", [b"From\n : ann@a.example\n", b"From: ann@a.example\nno header at all\n"])
def test_headers_behind_a_broken_one_are_read(broken: bytes) -> None:
    message = broken + b"Subject: Pears\nContent-Type: text/html\n\n<p>Ripe <b>now</b>"
    assert read(message) == "From: ann@a.example\nSubject: Pears\n\nRipe **now**"


def test_a_message_of_apple_mail_is_read_without_its_envelope() -> None:
    message = "From: ann@a.example\nSubject: hi\n\nGood day.\n"
    flags = '<?xml version="1.0"?>\n<plist version="1.0"><dict><key>flags</key><integer>1</integer></dict></plist>\n'
    assert read(f"{len(message)}      \n{message}{flags}") == read(message)


def test_text_that_follows_headers_at_once_is_the_body() -> None:
    assert read("Subject: Pears\nripe now\n\nand then\n") == "Subject: Pears\n\nripe now\n\nand then"


def test_a_message_in_a_message_follows_with_its_headers() -> None:
    forwarded = "Content-Type: message/rfc822\r\n\r\nFrom: c@x.org\r\nSubject: Old\r\n\r\nold text"
    found = read(HEAD + multipart("mixed", part("text/plain", "new"), forwarded))
    assert "new\n\n## Attached message: Old\n\nFrom: c@x.org\nSubject: Old\n\nold text" in found


def test_nesting_of_three_thousand_parts_neither_recurses_nor_goes_unsaid() -> None:
    message = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000)) + "\n\ndeep"
    assert "nest too deeply" in read(HEAD + message)


@pytest.mark.parametrize("stated", ["b", "other"])
def test_parts_in_parts_take_a_glance_for_each_level(stated: str) -> None:
    opening = "".join(f'Content-Type: multipart/mixed; boundary="{stated}{n}"\n\n--b{n}\n' for n in range(98))
    body = "Content-Type: text/plain\n\n" + "some words of a line and --b more\n" * 240_000
    message = (HEAD + opening + body).encode()
    began = time.process_time()
    found = list(structure.parts(message))
    assert (
        time.process_time() - began < 8
    )  # seconds, if much else runs: two, and twenty when each level was read by line
    assert found[-1].content.count(b"--b") == 240_000


def test_an_encrypted_message_without_anything_else_is_refused() -> None:
    with pytest.raises(EncryptedDocument):
        read("Content-Type: multipart/encrypted; boundary=x\n\n--x\n\nVersion: 1\n--x--")


def test_parts_behind_another_boundary_than_the_stated_one_are_found() -> None:
    body = multipart("mixed", part("text/plain", "Here"), part("text/html", "<p>There"))
    assert read(HEAD + body.replace('boundary="', 'boundary="x')).endswith("Here\n\nThere")


def test_mail_is_told_by_its_headers_where_parts_of_it_are_binary() -> None:
    data = f"{HEAD}MIME-Version: 1.0\r\n{multipart('mixed', part('text/plain', 'Here'), 'Content-Type: a/b')}".encode()
    assert sniffing.media_type(BytesIO(data + bytes(range(256)) * 9), "") == "message/rfc822"
    assert sniffing.media_type(BytesIO(b"Hello: x\n\n" + bytes(range(256)) * 9), "") == "application/octet-stream"


def test_lines_that_are_not_uuencoded_are_passed_over() -> None:
    packed = b"begin 644 a.txt\n%:&5L;&\\\nbegin 644 b.txt\n\xff\xfe\n%:&5L;&\\\nend\n"
    head = b"From: a@a.example\nContent-Type: text/plain\nContent-Transfer-Encoding: uuencode\n\n"

    assert "hellohello" in read(head + packed)


@pytest.mark.parametrize("size", [5, 45, 90, 100])
def test_files_that_stand_uuencoded_in_a_text_are_attached_to_it(size: int) -> None:
    lines = (binascii.b2a_uu((b"apples " * 20)[at : min(at + 45, size)]) for at in range(0, size, 45))
    packed = b'begin 644 a "b".txt\n' + b"".join(lines) + b"`\nend\n"
    body = b"\nbegin 644 as shown\nend of it\n" + packed + b"Bye\n" + packed.replace(b"\n", b"\r\n")
    said = read(HEAD.encode() + body, nesting())
    attached = f"## Attachment: a b.txt\n\n{('apples ' * 20)[:size]}".rstrip()
    assert said.endswith(f"begin 644 as shown\nend of it\nBye\n\n{attached}\n\n{attached}")


def test_enriched_text_is_read_as_what_it_sets() -> None:
    text = "<bold>Now</bold> is\nthe <color><param>red</param>time</color> &co. <<b> 2 << 3\n\n<Italic>Next\n"
    assert read(HEAD + part("text/enriched", text)).endswith("**Now** is the time &co. <b> 2 < 3\n*Next*")
    both = multipart("alternative", part("text/plain", "Apples did well"), part("text/richtext", "Apples did<nl>well"))
    assert read(HEAD + both).endswith("\n\nApples did well")


def test_a_mailbox_is_a_page_for_each_message() -> None:
    then = "Mon Jun 01 04:28:28 2009"
    box = f"From a@x {then}\nSubject: One\n\n>From here\n\nFrom b@x {then}\nTo: b\n\n2\n"
    document = extract_mailbox(BytesIO(box.encode()), TOOLS)
    assert [page.number for page in document.pages] == [1, 2]
    assert to_markdown(document) == "Subject: One\n\nFrom here\n\nTo: b\n\n2"
    cut = extract_mailbox(BytesIO(box.encode()), limited(pages=1))
    assert cut.warnings == ("Of 2 messages the first 1 were read.",)


SOUND = (
    HEAD + multipart("mixed", multipart("alternative", part("text/plain", "x"), part("text/html", "<p>y")))
).encode()


@settings(max_examples=150, deadline=None)
@given(st.one_of(damaged(SOUND), st.binary(max_size=300)))
def test_any_bytes_give_a_document_or_an_extraction_error(data: bytes) -> None:
    for one in (extract, extract_mailbox):
        with contextlib.suppress(ExtractionError):
            one(BytesIO(data), TOOLS)


def test_one_damaged_sign_leaves_a_body_in_base64_one() -> None:
    packed = base64.b64encode(b"Apples and pears did well this year. " * 5)
    body = packed[:50] + b"*" + packed[50:]
    message = b"From: a@b.c\nSubject: s\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + body
    assert "Apples and pears" in read(message)
