"""The second stage: passages that the first leaves level are read together with the question.

The first stage compares a question with what was written beforehand. Where its best passages are
about level, a cross-encoder reads question and passage at once and moves them by what it finds.
Most questions have a clear first passage and pay nothing for it. ``python -m evals.own_retrieval``
and ``python -m evals.peers`` print what it gives.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.results import Found, Retrieval

if TYPE_CHECKING:
    from index.reranking.model import Reranker

LEVEL = 0.02  # passages this near to the first are about level with it
MOST = 5  # passages that are read
WEIGHT = 0.008  # of the log odds that a passage answers, beside the score of the first stage


def read_again(reranker: Reranker, retrieval: Retrieval) -> Retrieval:
    """The search with the level passages at its top in a new order.

    A seller's own passage and one of the built-in corpus do not change places: which of the two
    comes first is the index's `preference`.
    """
    found = retrieval.found
    places = [n for n, one in enumerate(found[:MOST]) if _is_level(one, found[0])]
    if len(places) < 2:
        return retrieval
    level = [found[place] for place in places]
    odds = reranker.scores(retrieval.asked, [one.passage.embedded_text for one in level])
    moved = [
        dataclasses.replace(one, score=one.score + WEIGHT * float(value))
        for one, value in zip(level, odds - odds.mean(), strict=True)
    ]
    order = list(found)
    for place, one in zip(places, _best_first(moved), strict=True):
        order[place] = one
    reads = {one.passage.id: float(value) for one, value in zip(level, odds, strict=True)}
    return dataclasses.replace(retrieval, found=tuple(order), reads=reads)


def read_first(reranker: Reranker, retrieval: Retrieval) -> Retrieval:
    """The search with what is read in its best passage; as it is where nothing was found."""
    if not retrieval.found:
        return retrieval
    first = retrieval.found[0].passage
    odds = retrieval.reads.get(first.id)
    if odds is None:
        odds = float(reranker.scores(retrieval.asked, [first.embedded_text])[0])
    return dataclasses.replace(retrieval, read=odds)


def _is_level(one: Found, first: Found) -> bool:
    return one.passage.own == first.passage.own and one.score >= first.score - LEVEL


def _best_first(level: Sequence[Found]) -> list[Found]:
    order = np.argsort([-one.score for one in level], kind="stable")
    return [level[int(number)] for number in order]
