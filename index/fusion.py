"""Fuse what the vectors and the words say about a passage.

``score = dense + i · (w · coverage + q · asked)`` where *dense* is the best cosine of any view of
the passage (its text, or a question that sellers ask about it; a question view is shifted by
``question_shift``, since two questions are nearer to each other than a question to a text),
*coverage* the BM25 score as a share of the best possible one, and *asked* the same over the
passage's questions. Both lexical terms vanish when the words do not match, so everyday paraphrases
are left to the vectors. ``i = t / (t + 20)`` where *t* is the information of the question's terms
(the sum of their inverse document frequencies): one common word that matches says little.
Weights: ``python -m evals.tune`` prints them and writes ``tuned.json``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TUNED = Path(__file__).parent / "tuned.json"

PIVOT = 20.0  # about three rare words; from 0 to 40 the dev figures differ by 0.003 at most


@dataclass(frozen=True)
class Weights:
    """The weights of the fusion."""

    lexical: float
    asked: float
    question_shift: float


class Parts(NamedTuple):
    """What each leg says of every passage: float32, shape (n_passages,), each.

    ``text``: cosine of the question with the passage's text; ``question``: best cosine with any
    of its question views, -1 where it has none; ``lexical`` and ``asked``: coverage of the
    question's terms by the passage, and by its questions.
    """

    text: NDArray[np.float32]
    question: NDArray[np.float32]
    lexical: NDArray[np.float32]
    asked: NDArray[np.float32]


@cache
def tuned() -> Weights:
    """The weights that ship with the product."""
    return Weights(**json.loads(TUNED.read_text(encoding="utf-8")))


def fuse(
    text: NDArray[np.float32],
    question: NDArray[np.float32],
    lexical: NDArray[np.float32],
    asked: NDArray[np.float32],
    weights: Weights,
    information: float = float("inf"),
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Dense and fused scores of all passages: float32, shape (n_passages,), each.

    Args:
        text: cosine of the question with each passage's text.
        question: best cosine with any of its question views; -1 where it has none.
        lexical: coverage of the question's terms by the passage.
        asked: coverage by its questions.
        weights: see the module's formula.
        information: the sum of inverse document frequencies of the question's terms.
    """
    trust = _trust(information)
    dense = np.maximum(text, question + np.float32(weights.question_shift))
    fused = dense + trust * (weights.lexical * lexical + weights.asked * asked)
    return dense, fused.astype(np.float32)


def plain(parts: Parts, weights: Weights, information: float) -> NDArray[np.float32]:
    """The fused score without what questions at a passage add to it: float32, (n_passages,)."""
    scores = parts.text + _trust(information) * weights.lexical * parts.lexical
    return scores.astype(np.float32)


def between(
    alone: NDArray[np.float32], together: NDArray[np.float32], share: float
) -> NDArray[np.float32]:
    """The vector of unit length between two: float32, shape (dim,)."""
    vector = (1 - share) * alone + share * together
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _trust(information: float) -> float:
    return 1.0 if information == float("inf") else information / (information + PIVOT)
