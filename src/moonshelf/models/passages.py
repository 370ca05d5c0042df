"""Which passages of long documents answer a question: the lead of each, and the best by BM25 under a token budget."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from moonshelf.models.tokens import estimate

GAP: Final = "\n[…]\n"
"""Stands where something was left out."""

LEAD: Final = 0.3
"""Share of the budget that goes to the documents' beginnings: titles, authors, abstracts, parties of a contract."""

_CHARACTERS: Final = 600
"""Most characters of a passage: about 150 tokens of English, 400 of Chinese."""

_K1: Final = 1.2
_B: Final = 0.75
_SENTENCE: Final = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；\n])")  # noqa: RUF001 - the marks of Chinese sentences
_WORD: Final = re.compile(r"\w+")
_CJK: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_ENDINGS: Final = ("s", "es", "ed", "ing")


@dataclass(frozen=True)
class Passage:
    """A stretch of one document that is chosen or left whole."""

    document: int
    text: str
    tokens: int


@dataclass(frozen=True)
class Selection:
    """What was chosen of each document, in its own order, and how much that is."""

    texts: tuple[str, ...]
    tokens: int
    tokens_of_all: int


def select(documents: Sequence[str], question: str, *, budget: int) -> Selection:
    """Choose from *documents* what answers *question* in at most *budget* tokens (GAP marks included).

    The same arguments give the same choice. Documents that fit are given back as they are.
    """
    tokens_of_all = sum(map(estimate, documents))
    if tokens_of_all <= budget:
        return Selection(tuple(documents), tokens_of_all, tokens_of_all)
    passages = [one for number, text in enumerate(documents) for one in split(text, document=number)]
    chosen = _choose(passages, _scores(passages, question), budget=budget, documents=len(documents))
    texts = tuple(_join(passages, chosen, number) for number in range(len(documents)))
    return Selection(texts, sum(map(estimate, texts)), tokens_of_all)


def split(text: str, *, document: int = 0) -> Iterator[Passage]:
    """Cut *text* into passages that, put together, are *text* again: at paragraphs, else sentences, else anywhere."""
    start = 0
    while start < len(text):
        end = _end(text, start)
        part = text[start:end]
        yield Passage(document, part, estimate(part))
        start = end


def _end(text: str, start: int) -> int:
    """Where a passage that begins at *start* ends."""
    limit = start + _CHARACTERS
    if limit >= len(text):
        return len(text)
    paragraph = text.rfind("\n\n", start + _CHARACTERS // 3, limit)
    if paragraph > 0:
        return paragraph + 2
    sentences = [match.end() for match in _SENTENCE.finditer(text, start + _CHARACTERS // 3, limit)]
    if sentences:
        return sentences[-1]
    space = text.rfind(" ", start + 1, limit)
    return space + 1 if space > 0 else limit


def _scores(passages: Sequence[Passage], question: str) -> list[float]:
    """BM25 of each passage for *question*."""
    counts = _count(passages, _terms(question))
    seen = Counter(term for count in counts for term in count)
    weight = {term: math.log(1 + (len(passages) - n + 0.5) / (n + 0.5)) for term, n in seen.items()}
    mean = sum(one.tokens for one in passages) / max(len(passages), 1)
    scores = []
    for one, count in zip(passages, counts, strict=True):
        damping = _K1 * (1 - _B + _B * one.tokens / max(mean, 1))
        # Rounded, because the order of a sum is a Counter's, and ties must stay ties.
        scores.append(round(sum(weight[t] * n * (_K1 + 1) / (n + damping) for t, n in count.items()), 9))
    return scores


def _terms(question: str) -> dict[str, str]:
    """Map each form of a word of *question* to the word; Chinese, Japanese and Korean go by pairs of characters."""
    terms: dict[str, str] = {}
    for word in _WORD.findall(question.casefold()):
        if _CJK.search(word):
            terms |= {pair: pair for run in _CJK.findall(word) for pair in _pairs(run)}
        else:
            stem = next((word[: -len(e)] for e in _ENDINGS[::-1] if word.endswith(e) and len(word) > len(e) + 3), word)
            terms |= dict.fromkeys((word, stem, *(stem + ending for ending in _ENDINGS)), stem)
    return terms


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _count(passages: Sequence[Passage], terms: Mapping[str, str]) -> list[Counter[str]]:
    """How often each passage has each term."""
    pairs = [term for term in terms if _CJK.match(term)]
    counts = []
    for one in passages:
        text = one.text.casefold()
        count = Counter(terms[word] for word in _WORD.findall(text) if word in terms and not _CJK.match(word))
        count.update({pair: n for pair in pairs if (n := text.count(pair))})
        counts.append(count)
    return counts


def _choose(passages: Sequence[Passage], scores: Sequence[float], *, budget: int, documents: int) -> set[int]:
    """Pick the leads, then the best of all documents together, until the budget is used up."""
    chosen: set[int] = set()
    mark = estimate(GAP)
    left = budget - mark * documents
    share = int(budget * LEAD / documents)
    spent = [0] * documents
    for number, one in enumerate(passages):
        if spent[one.document] <= share and one.tokens + mark <= min(left, share - spent[one.document]):
            chosen.add(number)
            spent[one.document] += one.tokens
            left -= one.tokens + mark
        else:
            spent[one.document] = share + 1  # the lead has no holes
    for number in sorted(range(len(passages)), key=lambda n: (-scores[n], _spread(n))):
        cost = passages[number].tokens + mark
        if number not in chosen and cost <= left:
            chosen.add(number)
            left -= cost
    return chosen


def _spread(number: int) -> int:
    """Order numbers so that any first few of them lie evenly over the whole: their bits read backwards.

    Questions such as "summarise this" match nothing, and are best served by a bit of everything.
    """
    return int(f"{number:024b}"[::-1], 2)


def _join(passages: Sequence[Passage], chosen: set[int], document: int) -> str:
    """Put the chosen passages of one document together, with a mark in each place where others were."""
    parts: list[str] = []
    skipped = False
    for number, one in enumerate(passages):
        if one.document != document:
            continue
        if number in chosen:
            parts += [GAP, one.text] if skipped else [one.text]
        skipped = number not in chosen
    return "".join([*parts, GAP] if skipped else parts)
