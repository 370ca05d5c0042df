"""What is chosen from long documents, and what it costs to choose."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonshelf.models.passages import GAP, select, split
from moonshelf.models.tokens import estimate

FILLER = "The weather was mild and nothing of note was written down that day.\n\n"
TEXTS = st.text(alphabet=st.sampled_from("ab. \n。合同违约é\U0001f600"), max_size=4_000)


@settings(max_examples=100)
@given(TEXTS)
def test_passages_put_together_are_the_text(text: str) -> None:
    assert "".join(one.text for one in split(text)) == text


@settings(max_examples=100)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.text(max_size=50), st.integers(50, 2_000))
def test_a_selection_keeps_its_budget_and_the_documents_order(texts: list[str], question: str, budget: int) -> None:
    chosen = select(texts, question, budget=budget)
    assert chosen == select(texts, question, budget=budget)
    assert chosen.tokens <= budget
    for text, kept in zip(texts, chosen.texts, strict=True):
        end = 0
        for piece in kept.split(GAP):
            end = text.index(piece, end) + len(piece)


def test_documents_that_fit_are_left_as_they_are() -> None:
    texts = ("one", "two\n\nthree")
    assert select(texts, "which?", budget=100).texts == texts


def test_the_lead_and_the_passage_that_answers_are_chosen() -> None:
    text = (
        "Annual report of the lighthouse.\n\n" + FILLER * 900 + "The keeper's salary was 40 pounds.\n\n" + FILLER * 900
    )
    chosen = select([text], "What was the salary of the keepers?", budget=600)
    assert chosen.texts[0].startswith("Annual report of the lighthouse.")
    assert "40 pounds" in chosen.texts[0]
    assert GAP in chosen.texts[0]


@pytest.mark.parametrize(
    ("question", "answer"),
    [("违约金是多少？", "违约金为三十万元"), ("キャンセル料は？", "キャンセル料は五千円")],  # noqa: RUF001 - as it is written
)
def test_questions_in_languages_without_spaces_find_their_passage(question: str, answer: str) -> None:
    filler = "这里写着别的事情。" * 2_000
    assert answer in select([filler + answer + "。" + filler], question, budget=800).texts[0]


def test_the_best_passages_of_all_documents_share_the_budget() -> None:
    texts = [FILLER * 300, FILLER * 300 + "The password is swordfish.\n\n" + FILLER * 300]
    chosen = select(texts, "Tell me the password", budget=900)
    assert "swordfish" in chosen.texts[1]
    assert chosen.texts[0].startswith(FILLER.strip())


def test_a_question_that_matches_nothing_gets_passages_from_all_over() -> None:
    parts = [f"Entry {number}. " + "x" * 580 + "\n\n" for number in range(400)]
    chosen = select(["".join(parts)], "Summarise!", budget=3_000)
    entries = [number for number in range(400) if f"Entry {number}." in chosen.texts[0]]
    assert {number // 100 for number in entries} == {0, 1, 2, 3}


def test_a_long_document_is_searched_in_a_fraction_of_a_second() -> None:
    words = ["lantern", "harbour", "ledger", "{}", "keeper", "storm", "quarter", "vessel", "oil", "wick", "glass"]
    text = " ".join(word.format(number) for number in range(5_700) for word in words)
    assert estimate(text) > 90_000
    began = time.process_time()
    select([text], "Which vessel came in storm 1234?", budget=3_000)
    assert time.process_time() - began < 0.4  # 0.05 where nothing else runs


@pytest.mark.parametrize(
    ("text", "tokens"),  # as Qwen's vocabulary counts them
    [
        ("The quick brown fox jumps over the lazy dog. It was not amused, and neither was the dog's owner.", 22),
        ("本合同自双方签字盖章之日起生效，有效期为三年，期满前可以书面续签。", 21),  # noqa: RUF001 - as it is written
        ("", 0),
    ],
)
def test_an_estimate_is_near_the_count(text: str, tokens: int) -> None:
    assert estimate(text) == pytest.approx(tokens, rel=0.25)
