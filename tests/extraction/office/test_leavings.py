"""What readers of word-processor files leave behind: nothing that only the collector of cycles frees."""

import gc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from extraction.tools import TOOLS
from moonshelf.extraction import registry, sniffing
from moonshelf.extraction.format import Flowing

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def _collected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_collected")
@pytest.mark.parametrize("kind", ["docx", "doc", "odt", "rtf"])
def test_a_file_that_was_read_is_freed_at_once(kind: str) -> None:
    source = BytesIO((DATA / kind / f"harvest.{kind}").read_bytes())
    one = registry.find(sniffing.media_type(source, f"harvest.{kind}"))
    assert isinstance(one, Flowing)
    one.extract(source, TOOLS)  # the first file brings along libraries, whose own cycles are none of it
    gc.collect()
    document = one.extract(source, TOOLS)
    assert gc.collect() == 0
    assert document.pages
