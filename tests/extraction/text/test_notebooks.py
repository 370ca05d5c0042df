"""Jupyter notebooks read as a person sees them."""

import contextlib
import json
from collections.abc import Mapping
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument, ExtractionError
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.text.notebooks import extract


def content(notebook: object) -> str:
    return to_markdown(extract(BytesIO(json.dumps(notebook).encode()), TOOLS))


def code(source: object, *outputs: Mapping[str, object]) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def test_cells_and_their_outputs_come_in_order() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Title\n", "\n", "Prose."]},
        code("print('hi')", {"output_type": "stream", "text": ["hi\n"]}),
        code("1 + 1", {"data": {"text/plain": "2", "image/png": "iVBORw0"}}),
    ]
    notebook = {"nbformat": 4, "metadata": {"language_info": {"name": "python"}}, "cells": cells}
    expected = (
        "# Title\n\nProse.\n\n```python\nprint('hi')\n```\n\n```\nhi\n```\n\n```python\n1 + 1\n```\n\n```\n2\n```"
    )
    assert content(notebook) == expected


def test_a_traceback_comes_without_its_colours() -> None:
    error = {"output_type": "error", "traceback": ["\x1b[0;31mValueError\x1b[0m", "bad"]}
    assert content({"cells": [code("f()", error)]}).endswith("```\nValueError\nbad\n```")


def test_an_error_without_a_traceback_says_what_it_is() -> None:
    error = {"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": []}
    assert content({"cells": [code("f()", error)]}).endswith("```\nValueError: bad\n```")


def test_what_is_shown_as_json_is_read_where_its_words_only_say_that_it_is() -> None:
    shown = {"data": {"application/json": {"größe": [1]}, "text/plain": "<IPython.core.display.JSON object>"}}
    assert content({"cells": [code("f()", shown)]}).endswith('```json\n{"größe": [1]}\n```')


def test_of_a_line_that_is_written_over_the_last_state_is_read() -> None:
    bars = {"output_type": "stream", "text": ["\r" * 200_000 + "\n", "done\n"]}
    assert content({"cells": [code("f()", bars)]}).endswith("done\n```")
    progress = {"output_type": "stream", "text": ["\r  0%|   | 0/2\r 50%|#  | 1/2", "\r100%|###| 2/2\r\n", "saved\r"]}
    assert content({"cells": [code("f()", progress)]}).endswith("```\n100%|###| 2/2\r\nsaved\r\n```")


def test_pictures_pasted_into_prose_are_not_spelled_out() -> None:
    cell = {"cell_type": "markdown", "source": "See ![plot](data:image/png;base64,AAAA) here"}
    assert content({"cells": [cell]}) == "See ![plot]() here"


def test_notebooks_of_version_3_have_worksheets_headings_and_inputs() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Part"},
        {"cell_type": "code", "input": "x", "outputs": [{"output_type": "pyout", "text": "y"}]},
    ]
    assert content({"worksheets": [{"cells": cells}]}) == "## Part\n\n```\nx\n```\n\n```\ny\n```"


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"1", b"[" * 100_000])
def test_what_is_no_notebook_is_corrupt(data: bytes) -> None:
    with pytest.raises(CorruptDocument):
        extract(BytesIO(data), TOOLS)


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "worksheets", "cell_type", "source", "outputs", "data", "text", "traceback", "metadata"]
            ),
            inner | st.sampled_from(["code", "heading", "markdown"]),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(_JSON)
def test_any_json_gives_a_document_or_an_extraction_error(value: object) -> None:
    with contextlib.suppress(ExtractionError):
        content(value)


def test_what_is_shown_as_a_page_is_read_where_words_only_say_that_it_is_one() -> None:
    page = {"text/html": ["<style>b { color: red }</style><h3>Tons</h3>", "<p>Apples did <b>well</b>.</p>"]}
    shown = code(
        "", {"output_type": "display_data", "data": page | {"text/plain": "<IPython.core.display.HTML object>"}}
    )
    frame = code("", {"data": page | {"text/plain": "  tons\n0   12"}})
    styled = code("", {"data": page | {"text/plain": ["<pandas.io.formats.style.Styler at 0x7f00>"]}})
    bare = code("", {"data": {"text/plain": "<Figure at 0x7f>"}})
    assert content({"cells": [shown]}) == "### Tons\n\nApples did **well**."
    assert content({"cells": [styled]}) == content({"cells": [code("", {"data": page})]}) == content({"cells": [shown]})
    assert content({"cells": [frame]}) == "```\n  tons\n0   12\n```"
    assert content({"cells": [bare]}) == "```\n<Figure at 0x7f>\n```"
