"""What the embedded model is told."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonshelf.errors import InvalidRequest
from moonshelf.models.prompts import Prompt, prepare

FILLER = "The weather was mild and nothing of note was written down that day.\n\n"


def told(*messages: object, budget: int = 500, **more: object) -> tuple[Prompt, dict[str, Any]]:  # what JSON gives
    body = json.dumps({"model": "kimi", "messages": messages, **more}).encode()
    prompt = prepare(body, model="tiny", budget=budget)
    return prompt, json.loads(prompt.body)


def file(content: str, name: str = "a.pdf") -> dict[str, str]:
    wrapped = {"content": content, "file_type": "application/pdf", "filename": name, "title": "", "type": "file"}
    return {"role": "system", "content": json.dumps(wrapped, ensure_ascii=False)}


def test_a_files_json_becomes_a_document_by_its_name() -> None:
    prompt, body = told(file('He said "hi".', 'a"b.pdf'), {"role": "user", "content": "Who?"}, temperature=0.3)
    assert body["messages"][0]["content"] == '<document name="a&quot;b.pdf">\nHe said "hi".\n</document>'
    assert (body["model"], body["temperature"]) == ("tiny", 0.3)
    assert prompt.selection is None


def test_other_json_is_left_alone() -> None:
    message = {"role": "user", "content": '{"content": "mine", "filename": 3}'}
    assert told(message)[1]["messages"] == [message]


def test_a_long_file_is_cut_to_what_answers_and_the_rest_is_kept() -> None:
    instruction = {"role": "system", "content": "You are brief."}
    question = {"role": "user", "content": "Where is the treasure?"}
    long = file(FILLER * 200 + "The treasure is under the oak.\n\n" + FILLER * 200)
    prompt, body = told(instruction, long, question)
    assert [body["messages"][0], body["messages"][2]] == [instruction, question]
    assert "under the oak" in body["messages"][1]["content"]
    assert prompt.selection is not None
    assert prompt.selection.tokens <= 500 < prompt.selection.tokens_of_all


def test_the_end_of_a_long_user_message_is_its_question_and_stays() -> None:
    pasted = FILLER * 100 + "The treasure is under the oak.\n\n" + FILLER * 100 + "\n\nWhere is the treasure?"
    content = told({"role": "user", "content": pasted})[1]["messages"][0]["content"]
    assert content.endswith("Where is the treasure?")
    assert "under the oak" in content


def test_what_is_not_content_goes_through() -> None:
    calls = {"role": "assistant", "content": None, "tool_calls": [{"id": "get_0"}]}
    partial = {"role": "assistant", "content": "Once", "partial": True}
    assert told(calls, partial)[1]["messages"] == [calls, partial]


def test_an_image_is_refused_with_a_way_out() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    with pytest.raises(InvalidRequest, match="position 0 with role 'user' contains an invalid part type: image_url"):
        told({"role": "user", "content": [image]})


def test_a_model_that_sees_gets_pictures_where_they_stand() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    message = {
        "role": "user",
        "content": [{"type": "text", "text": "[00:01]"}, image, {"type": "text", "text": "What?"}],
    }
    body = json.dumps({"model": "kimi", "messages": [file(FILLER * 200), message]}).encode()
    prompt = prepare(body, model="tiny", budget=100, sees=True)
    told_file, told_message = json.loads(prompt.body)["messages"]
    assert told_message == message
    assert len(told_file["content"]) < len(FILLER * 100)  # documents beside it are cut all the same
    odd = json.dumps({"messages": [{"role": "user", "content": [image, {"type": "audio"}]}]}).encode()
    with pytest.raises(InvalidRequest, match="invalid part type: audio"):
        prepare(odd, model="tiny", budget=100, sees=True)


@pytest.mark.parametrize("body", [b'{"messages": [{}], "\xff": 1}', b'{"messages": [{"content": "\xff"}]}'])
def test_bytes_that_are_no_text_are_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        prepare(body, model="tiny", budget=100)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "content", "type", "text", "filename"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.lists(JSON, max_size=3))
def test_any_messages_are_told_or_refused(messages: list[object]) -> None:
    try:
        _, body = told(*messages)
    except InvalidRequest:
        return
    assert len(body["messages"]) == len(messages)
