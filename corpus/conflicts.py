"""A figure that stands in two documents with different values.

Two sentences are taken for the same claim when they say nearly the same words, the rare ones
counting most. They conflict when they give figures of the same unit and share none. Measured on
this corpus: 16 claims are told in two documents so alike that a difference would be found; unlike
claims about one subject (the deadlines of ordinary and of subscribed orders) share at most half of
their words.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from corpus.figures import DATE, Figures, figures, sentences
from corpus.model import Document

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

SAME_CLAIM = 0.52
"""Share of words, weighted by rarity, from which two sentences make the same claim."""
FEWEST_WORDS = 3  # a table row or a fragment says too little to be compared
_WORDS = frozenset({"NNG", "NNP", "SL", "XR", "VV", "VA", "MAG"})
_NUMBER = re.compile(r"\d[\d,.:]*")


@dataclass(frozen=True)
class Claim:
    """A sentence with figures; ``line`` counts from 1 in the document's text."""

    document: Document
    line: int
    sentence: str
    figures: Figures


def conflicts(documents: list[Document]) -> Iterator[tuple[Claim, Claim, str]]:
    """``(claim, the other document's claim, unit)`` of each pair whose figures differ."""
    claims = [claim for document in documents for claim in _claims(document)]
    suspects = [
        (one, other, unit)
        for one, other in itertools.combinations(range(len(claims)), 2)
        if (unit := _differing_unit(claims[one], claims[other]))
    ]
    if not suspects:
        return
    words = _words([claim.sentence for claim in claims])
    rarity = _rarity(words)
    for one, other, unit in suspects:
        few = min(len(words[one]), len(words[other])) < FEWEST_WORDS
        if not few and _likeness(words[one], words[other], rarity) >= SAME_CLAIM:
            yield claims[one], claims[other], unit


def _claims(document: Document) -> Iterator[Claim]:
    for start, sentence in sentences(document.text):
        found = figures(sentence)
        if found:
            yield Claim(document, document.text.count("\n", 0, start) + 1, sentence, found)


def _differing_unit(one: Claim, other: Claim) -> str | None:
    """A unit in which both give figures and share none; None within one document."""
    if one.document.id == other.document.id:
        return None
    shared = sorted(set(one.figures) & set(other.figures))
    return next((u for u in shared if not one.figures[u] & other.figures[u]), None)


def _words(texts: list[str]) -> list[frozenset[str]]:
    """The content words of each text, its dates and numbers left out."""
    kiwi = _kiwi()
    plain = [_NUMBER.sub(" ", DATE.sub(" ", text)) for text in texts]
    return [
        frozenset(token.form for token in kiwi.tokenize(text) if token.tag in _WORDS)
        for text in plain
    ]


@cache
def _kiwi() -> Kiwi:
    """Loading takes a second: only a check pays for it, and once."""
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1, load_multi_dict=False, load_typo_dict=False)


def _rarity(words: list[frozenset[str]]) -> dict[str, float]:
    counts = Counter(word for found in words for word in found)
    return {word: math.log(1 + len(words) / count) for word, count in counts.items()}


def _likeness(one: frozenset[str], other: frozenset[str], rarity: dict[str, float]) -> float:
    """The share of common words, weighted by rarity."""
    both = sum(rarity[word] for word in one & other)
    return both / sum(rarity[word] for word in one | other)
