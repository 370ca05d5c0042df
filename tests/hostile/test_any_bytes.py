"""Any bytes give each reader a document or a sentence: nothing, noise, and damage done to a sound file of its own."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.damage import damaged
from extraction.tools import TOOLS
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.media.playback import MEDIA
from moonshelf.extraction.office.sheets.parquet import PARQUET
from moonshelf.extraction.registry import FORMATS, find
from samples.formats import SAMPLES

_APART = (PARQUET, *MEDIA)  # whose libraries may end the process: tested in children, which they take with them
_READERS = [one for one in FORMATS if isinstance(one, Flowing) and one not in _APART]
_SOUND = {place: content() for place, content in SAMPLES.items()}
_TOLD = {place: find(sniffing.media_type(BytesIO(content), place)) for place, content in _SOUND.items()}


def _reads(one: Flowing, content: bytes) -> None:
    try:
        document = one.extract(BytesIO(content), TOOLS)
    except ExtractionError as error:
        assert str(error)  # noqa: PT017  either outcome is right
    else:
        assert isinstance(document, Document)


@pytest.mark.parametrize("one", _READERS, ids=lambda one: one.name)
@given(content=st.binary(max_size=400))
@settings(max_examples=30, deadline=None)
def test_any_bytes_give_a_document_or_a_sentence(one: Flowing, content: bytes) -> None:
    _reads(one, content)


@pytest.mark.parametrize("place", [place for place, one in _TOLD.items() if one in _READERS])
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_any_damage_gives_a_document_or_a_sentence(place: str, data: st.DataObject) -> None:
    one = _TOLD[place]
    assert isinstance(one, Flowing)
    _reads(one, data.draw(damaged(_SOUND[place])))
