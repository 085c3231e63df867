"""Fuse what the vectors and the words say about a passage.

``score = dense + w · coverage + q · asked`` where *dense* is the best cosine of any view of the
passage (its text, or a question that sellers ask about it; a question view is shifted by
``question_shift``, since two questions are nearer to each other than a question to a text),
*coverage* the BM25 score as a share of the best possible one, and *asked* the same over the
passage's questions. Both lexical terms vanish when the words do not match, so everyday paraphrases
are left to the vectors. Weights: ``python -m evals.tune`` prints them and writes ``tuned.json``.
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
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Dense and fused scores of all passages: float32, shape (n_passages,), each.

    Args:
        text: cosine of the question with each passage's text.
        question: best cosine with any of its question views; -1 where it has none.
        lexical: coverage of the question's terms by the passage.
        asked: coverage by its questions.
        weights: see the module's formula.
    """
    dense = np.maximum(text, question + np.float32(weights.question_shift))
    fused = dense + weights.lexical * lexical + weights.asked * asked
    return dense, fused.astype(np.float32)
