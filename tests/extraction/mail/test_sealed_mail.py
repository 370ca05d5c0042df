"""Mail in envelopes: signed ones are opened, of encrypted ones is said that they are, Outlook's own is unpacked."""

import base64
import contextlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.damage import damaged
from extraction.mail.reading import read
from extraction.tools import TOOLS, nesting
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError
from moonshelf.extraction import registry, sniffing
from moonshelf.extraction.containers import cms
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.mail.messages import extract_mailbox
from moonshelf.extraction.mail.tnef import extract
from moonshelf.extraction.markdown import to_markdown
from samples.mail.messages import HEAD, multipart, part
from samples.mail.sealed import DATA, ENVELOPED, SIGNED, WINMAIL, element, in_pieces, sealed, signature

LOCKED = "> An encrypted part was not read: only its recipient has the key."


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
    assert to_markdown(one.extract(BytesIO(content), nesting())) == "Apples"
    apart = element(0x30, SIGNED, element(0xA0, element(0x30, b"\x02\x01\x01\x31\0", element(0x30, DATA), b"\xa0\0")))
    for other, refusal in ((element(0x30, ENVELOPED), EncryptedDocument), (apart, CorruptDocument)):
        with pytest.raises(refusal):
            one.extract(BytesIO(other), nesting())


TABLE = "Fruit,Tons\nApple,12\n"


def test_winmail_is_a_message_and_its_attachments() -> None:
    assert to_markdown(extract(BytesIO(WINMAIL), nesting())) == (
        "From: Ann <ann@x.org>\nDate: Mon, 05 Oct 2026 10:00:00 +0000\nSubject: Harvest\n\nApples did well.\n\n"
        f"## Attachment: tons.csv\n\n{TABLE}"
    )


def test_what_mail_and_winmail_both_say_is_said_once() -> None:
    packed = base64.encodebytes(WINMAIL).decode()
    attached = (
        f"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}"
    )
    found = read(HEAD + multipart("mixed", part("text/plain", "Apples did well."), attached), nesting())
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
