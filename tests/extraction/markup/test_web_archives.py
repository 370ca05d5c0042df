"""Pages as Safari saves them."""

import contextlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings

from extraction.damage import damaged
from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument, ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.markup.web_archives import WEB_ARCHIVES, extract
from moonshelf.extraction.registry import find
from samples.markup.web_archives import ARCHIVE, packed


def test_a_saved_page_is_read_with_its_frames() -> None:
    assert find(sniffing.media_type(BytesIO(ARCHIVE), "download")) is WEB_ARCHIVES
    document = extract(BytesIO(ARCHIVE), TOOLS)
    assert to_markdown(document) == "# Harvest\n\nÄpfel did **well**.\n\nPears in a frame"
    assert document.metadata == {"title": "Harvest"}


@pytest.mark.parametrize("content", [{}, [], {"WebMainResource": {"WebResourceData": "text"}}, {"WebMainResource": []}])
def test_a_list_without_a_page_is_corrupt(content: dict[str, object] | list[object]) -> None:
    with pytest.raises(CorruptDocument):
        extract(BytesIO(packed(content)), TOOLS)


def test_a_list_that_claims_more_than_it_has_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "page.webarchive"
    path.write_bytes(ARCHIVE[:-24] + (1 << 60).to_bytes(8, "big") + ARCHIVE[-16:])  # how many objects there are
    with path.open("rb") as source, pytest.raises(CorruptDocument):
        extract(source, TOOLS)


def test_frames_in_frames_without_end_stop() -> None:
    frames: dict[str, object] = {}
    for _ in range(60):
        frames = {"WebMainResource": {"WebResourceData": b"<p>more"}, "WebSubframeArchives": [frames] * 2}
    document = extract(BytesIO(packed(frames)), TOOLS)
    assert len(document.pages[0].blocks) == 100
    assert document.warnings == ("Frames after the first 99 were left out.",)


def test_an_archive_whose_first_byte_makes_it_look_like_xml_is_read() -> None:
    assert "Pears in a frame" in to_markdown(extract(BytesIO(b"<" + ARCHIVE[1:]), TOOLS))


@settings(max_examples=100, deadline=None)
@given(damaged(ARCHIVE))
def test_any_damage_gives_a_document_or_an_extraction_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        to_markdown(extract(BytesIO(content), TOOLS))
