"""Packages of Office under the password that it tries by itself."""

import contextlib
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings

from extraction.blocks import texts
from extraction.damage import damaged
from extraction.tools import nesting
from moonshelf.errors import EncryptedDocument, ExtractionError
from moonshelf.extraction.document import Document
from moonshelf.extraction.office.ole.encrypted_packages import extract
from samples.compound_files import ole
from samples.office import word
from samples.office.encrypted_packages import agile, standard
from samples.packages import zipped

TEXT = " ".join(f"{number:x}" for number in range(9_000))  # several segments of a package
PACKAGE = zipped(word.parts(word.paragraph(TEXT)))
SMALL = agile(zipped(word.parts(word.paragraph("said"))), turns=10)
ANOTHER = "another"


@pytest.mark.parametrize(
    "streams",
    [
        pytest.param(lambda: standard(PACKAGE), id="2007"),
        pytest.param(lambda: standard(PACKAGE, 256), id="2007, 256 bits"),
        pytest.param(lambda: agile(PACKAGE), id="2013"),
        pytest.param(lambda: agile(PACKAGE, hashing="SHA1", bits=128), id="2010"),
        pytest.param(lambda: agile(PACKAGE, hashing="SHA384", bits=192), id="SHA384"),
        pytest.param(lambda: agile(PACKAGE, hashing="SHA1", bits=256), id="a hash shorter than the key"),
    ],
)
def test_a_package_that_office_opens_without_asking_is_read(streams: Callable[[], dict[str, bytes]]) -> None:
    assert len(PACKAGE) > 2 * 4096
    assert texts(extract(ole(streams()), nesting())) == [TEXT]


@pytest.mark.parametrize(
    "streams",
    [
        pytest.param(lambda: standard(PACKAGE, password=ANOTHER), id="2007"),
        pytest.param(lambda: agile(PACKAGE, password=ANOTHER), id="2013"),
        pytest.param(lambda: _stating(b'spinCount="10"', b'spinCount="10000001"'), id="too many turns"),
        pytest.param(lambda: _stating(b'hashAlgorithm="SHA512"', b'hashAlgorithm="MD2"'), id="another hash"),
        pytest.param(lambda: _stating(b"ChainingModeCBC", b"ChainingModeCFB"), id="another chain"),
        pytest.param(lambda: _stating(b"p:encryptedKey", b"p:certificate"), id="a certificate"),
        pytest.param(lambda: {**SMALL, "EncryptionInfo": b"\3\0\3\0" + bytes(80)}, id="another version"),
        pytest.param(lambda: {"EncryptedPackage": bytes(80)}, id="rights management"),
    ],
)
def test_another_password_is_asked_for(streams: Callable[[], dict[str, bytes]]) -> None:
    with pytest.raises(EncryptedDocument):
        extract(ole(streams()), nesting())


@given(damaged(SMALL["EncryptionInfo"]))
@settings(max_examples=100, deadline=None)
def test_damage_gives_a_document_or_an_error(stated: bytes) -> None:
    if any(int(turns) > 1_000 for turns in re.findall(rb'spinCount="([0-9]{1,8})"', stated)):
        return  # each turn takes its time, as it is to
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(ole({**SMALL, "EncryptionInfo": stated}), nesting()), Document)


def _stating(this: bytes, instead: bytes) -> dict[str, bytes]:
    assert this in SMALL["EncryptionInfo"]
    return {**SMALL, "EncryptionInfo": SMALL["EncryptionInfo"].replace(this, instead)}
