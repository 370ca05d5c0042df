"""Mail in envelopes: signed ones are opened, of encrypted ones is said that they are, Outlook's own is unpacked."""

import base64
import contextlib
import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.damage import damaged
from extraction.mail.test_mail import HEAD, inner, multipart, part, read
from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError
from moonshelf.extraction import registry, sniffing
from moonshelf.extraction.containers import cms
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.mail.messages import extract_mailbox
from moonshelf.extraction.mail.tnef import extract
from moonshelf.extraction.markdown import to_markdown

LOCKED = "> An encrypted part was not read: only its recipient has the key."
SIGNED, ENVELOPED = (bytes.fromhex("06092a864886f70d0107") + bytes([kind]) for kind in (2, 3))
DATA = bytes.fromhex("06092a864886f70d010701")
ENDLESS = b"\x80"  # in place of a length; two zeros end such an element


def element(tag: int, *content: bytes) -> bytes:
    joined = b"".join(content)
    return bytes([tag, 0x82]) + struct.pack(">H", len(joined)) + joined


def signature(content: bytes) -> bytes:
    """Sign *content* in the envelope, without a signer."""
    held = element(0x30, DATA, element(0xA0, element(0x04, content)))
    return element(0x30, SIGNED, element(0xA0, element(0x30, element(2, b"\1"), element(0x31), held, element(0x31))))


def in_pieces(content: bytes) -> bytes:
    """Sign *content* as programs do that don't know yet how long it is."""
    begin = b"\x30" + ENDLESS + SIGNED + b"\xa0" + ENDLESS + b"\x30" + ENDLESS + b"\x02\x01\x01\x31\0"
    held = b"\x30" + ENDLESS + DATA + b"\xa0" + ENDLESS + b"\x24" + ENDLESS
    pieces = b"".join(element(0x04, content[at : at + 7]) for at in range(0, len(content), 7))
    return begin + held + pieces + bytes(2 * 6)


def sealed(message: bytes) -> str:
    head = "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + base64.encodebytes(message).decode()


@pytest.mark.parametrize("sign", [signature, in_pieces])
def test_what_is_signed_in_an_envelope_is_read(sign: "type[bytes]") -> None:
    message = b"Content-Type: text/html\r\n\r\n<h1>Offer</h1>Apples"
    assert read(HEAD + sealed(sign(message))).endswith("Subject: Hello\n\n# Offer\n\nApples")


def test_of_what_is_encrypted_headers_and_open_parts_are_read() -> None:
    message = sealed(element(0x30, ENVELOPED))
    assert read(HEAD + message).endswith(f"Subject: Hello\n\n{LOCKED}")
    half = multipart("mixed", part("text/plain", "in the clear"), multipart("encrypted", "\r\n\r\nVersion: 1"))
    assert read(HEAD + half).endswith(f"in the clear\n\n{LOCKED}")
    armour = "Dear all\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\nbye"
    assert read(f"{HEAD}\r\n{armour}").endswith(f"Dear all\n[Encrypted]\nbye\n\n{LOCKED}")


def test_one_encrypted_message_leaves_a_mailbox_readable() -> None:
    then = "Mon Jun 01 04:28:28 2009"
    box = f"From a@x {then}\nSubject: One\n{multipart('encrypted', 'x')}\nFrom b@x {then}\nTo: b\n\n2\n"
    assert to_markdown(extract_mailbox(BytesIO(box.encode()), TOOLS)) == f"Subject: One\n\nTo: b\n\n2\n\n{LOCKED}"


def test_a_signed_file_is_read_as_the_file_it_is() -> None:
    content = signature(b"{\\rtf1 Apples}")
    assert sniffing.media_type(BytesIO(content), "") == "application/pkcs7-mime"
    one = registry.find("application/pkcs7-mime")
    assert isinstance(one, Flowing)
    assert to_markdown(one.extract(BytesIO(content), inner())) == "Apples"
    apart = element(0x30, SIGNED, element(0xA0, element(0x30, b"\x02\x01\x01\x31\0", element(0x30, DATA), b"\xa0\0")))
    for other, refusal in ((element(0x30, ENVELOPED), EncryptedDocument), (apart, CorruptDocument)):
        with pytest.raises(refusal):
            one.extract(BytesIO(other), inner())


def attribute(level: int, identifier: int, content: bytes) -> bytes:
    return struct.pack("<BII", level, identifier, len(content)) + content + struct.pack("<H", sum(content) % 65536)


def properties(*texts: tuple[int, str]) -> bytes:
    """Write a list of properties: a truth, then texts."""
    values = struct.pack("<HHI", 0x0B, 0x0E1F, 1)
    for identifier, text in texts:
        content = text.encode("utf-16-le")
        values += struct.pack("<HHII", 0x1F, identifier, 1, len(content)) + content + bytes(-len(content) % 4)
    return struct.pack("<I", len(texts) + 1) + values


WINMAIL = (
    struct.pack("<IH", 0x223E9F78, 1)
    + attribute(1, 0x00018004, b"Older subject\0")
    + attribute(1, 0x00038005, struct.pack("<7H", 2026, 10, 5, 10, 0, 0, 1))
    + attribute(1, 0x00008000, struct.pack("<4H", 4, 0, 4, 16) + b"Ann\0SMTP:ann@x.org\0")
    + attribute(1, 0x00069003, properties((0x0037, "Harvest"), (0x1000, "Apples did well.")))
    + attribute(2, 0x00069002, bytes(14))
    + attribute(2, 0x00018010, b"TONS~1.CSV\0")
    + attribute(2, 0x0006800F, b"Fruit,Tons\nApple,12\n")
    + attribute(2, 0x00069005, properties((0x3707, "tons.csv")))
)
TABLE = "Fruit,Tons\nApple,12\n"


def test_winmail_is_a_message_and_its_attachments() -> None:
    assert to_markdown(extract(BytesIO(WINMAIL), inner())) == (
        "From: Ann <ann@x.org>\nDate: Mon, 05 Oct 2026 10:00:00 +0000\nSubject: Harvest\n\nApples did well.\n\n"
        f"## Attachment: tons.csv\n\n{TABLE}"
    )


def test_what_mail_and_winmail_both_say_is_said_once() -> None:
    packed = base64.encodebytes(WINMAIL).decode()
    attached = (
        f"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}"
    )
    found = read(HEAD + multipart("mixed", part("text/plain", "Apples did well."), attached), inner())
    assert found.count("Apples did well.") == 1
    stated = "From: Ann <ann@x.org>\nDate: Mon, 05 Oct 2026 10:00:00 +0000\nSubject: Harvest"
    assert found.endswith(f"## Attachment: winmail.dat\n\n{stated}\n\n#### Attachment: tons.csv\n\n{TABLE}")


@settings(max_examples=100, deadline=None)
@given(st.one_of(damaged(WINMAIL), st.binary(max_size=300).map(lambda data: WINMAIL[:6] + data)))
def test_any_winmail_gives_a_document_or_an_extraction_error(data: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        to_markdown(extract(BytesIO(data), TOOLS))


@settings(max_examples=100, deadline=None)
@given(st.one_of(damaged(in_pieces(b"Apples and pears")), st.binary(max_size=100)))
def test_any_envelope_is_opened_or_not(data: bytes) -> None:
    assert cms.signed(data) is None or isinstance(cms.signed(data), bytes)
