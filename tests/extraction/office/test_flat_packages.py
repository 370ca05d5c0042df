"""Documents whose parts stand in one file of XML."""

import contextlib
from io import BytesIO

import pytest
from hypothesis import given, settings

from extraction.damage import damaged
from extraction.tools import TOOLS, nesting
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.flat_packages import extract
from samples.office import word
from samples.office.spelt import flattened
from samples.packages import zipped


def _in_one_file(body: str) -> bytes:
    return flattened(zipped(word.parts(body)))


def test_a_document_in_one_file_reads_as_its_package_does() -> None:
    flat = _in_one_file("<w:p><w:r><w:t>Apples did well</w:t></w:r><w:r><w:footnoteReference w:id='1'/></w:r></w:p>")
    assert sniffing.media_type(BytesIO(flat), "a.xml") == "application/vnd.openxmlformats-package+xml"
    assert to_markdown(extract(BytesIO(flat), nesting())) == "Apples did well[^1]\n\n[^1]: Below."


@pytest.mark.parametrize("name", ["", "/", "a" * 70_000])
def test_a_part_without_a_name_to_refer_to_costs_nothing(name: str) -> None:
    part = f'<pkg:part pkg:name="{name}"/></pkg:package>'.encode()
    flat = _in_one_file("<w:p><w:r><w:t>Apples</w:t></w:r></w:p>").replace(b"</pkg:package>", part)
    assert to_markdown(extract(BytesIO(flat), nesting())) == "Apples"


@settings(max_examples=30, deadline=None)
@given(damaged(_in_one_file("<w:p><w:r><w:t>Apples</w:t></w:r></w:p>")))
def test_any_bytes_give_a_document_or_an_extraction_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        to_markdown(extract(BytesIO(content), TOOLS))
