"""Fuse what the vectors and the words say about a passage.

``score = (1 - s) · ((1 - u) · text + u · unit) + s · near + i · (w · coverage + q · asked)`` where
*text* is the cosine of the question with the passage's text, *unit* that with the nearest single
sentence of it (one that answers counts though the text around it is about other things), *near* how
near it is to the heading and the questions that sellers ask about the passage, all of them together
(`segment.soft_maxima`), *coverage* the BM25 score as a share of the best possible one, and *asked*
the same over the passage's questions. A sum, not the greater of the two: a passage whose text *and*
whose questions are near is the better one. ``s = questions · c / (c + 2)`` for a passage with *c*
of them: a seller's own document, with its heading alone, leans on its text. Both lexical terms
vanish when the words do not match, so everyday paraphrases are left to the vectors. ``i = t / (t +
20)`` where *t* is the information of the question's terms (the sum of their inverse document
frequencies): one common word that matches says little. Weights: ``python -m evals.tune`` prints
them and writes ``tuned.json``.
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

FEW = 2.0  # a heading alone has the weight that held-out articles were found best with
PIVOT = 20.0  # about three rare words; from 0 to 40 the dev figures differ by 0.003 at most


@dataclass(frozen=True)
class Weights:
    """The weights of the fusion.

    ``questions`` is the share of *near* in the cosines, ``units`` that of *unit* in the rest; 0..1.
    """

    lexical: float
    asked: float
    questions: float
    units: float


class Parts(NamedTuple):
    """What each leg says of every passage: float32, shape (n_passages,), each.

    ``text``: cosine of the question with the passage's text; ``unit``: best cosine with one of its
    units; ``question``: best cosine with its heading or a question at it; ``near``: the soft
    maximum of those; ``lexical`` and ``asked``: coverage of the question's terms by the passage,
    and by its questions; ``views``: how many questions it has, the heading among them.
    """

    text: NDArray[np.float32]
    unit: NDArray[np.float32]
    question: NDArray[np.float32]
    near: NDArray[np.float32]
    lexical: NDArray[np.float32]
    asked: NDArray[np.float32]
    views: NDArray[np.float32]

    @property
    def share(self) -> NDArray[np.float32]:
        """How far ``near`` is to be trusted, by the number of questions: 0..1."""
        return np.asarray(self.views / (self.views + FEW), dtype=np.float32)


@cache
def tuned() -> Weights:
    """The weights that ship with the product."""
    return Weights(**json.loads(TUNED.read_text(encoding="utf-8")))


def fuse(parts: Parts, weights: Weights, information: float = float("inf")) -> NDArray[np.float32]:
    """The fused score of every passage: float32, shape (n_passages,).

    Args:
        parts: what each leg says.
        weights: see the module's formula.
        information: the sum of inverse document frequencies of the question's terms.
    """
    share = weights.questions * parts.share
    told = (1 - weights.units) * parts.text + weights.units * parts.unit
    dense = (1 - share) * told + share * parts.near
    words = weights.lexical * parts.lexical + weights.asked * parts.asked
    return np.asarray(dense + trusted(information) * words, dtype=np.float32)


def plain(parts: Parts, weights: Weights, information: float) -> NDArray[np.float32]:
    """The fused score without what questions at a passage add to it: float32, (n_passages,)."""
    scores = parts.text + trusted(information) * weights.lexical * parts.lexical
    return scores.astype(np.float32)


def between(
    alone: NDArray[np.float32], together: NDArray[np.float32], share: float
) -> NDArray[np.float32]:
    """The vector of unit length between two: float32, shape (dim,)."""
    vector = (1 - share) * alone + share * together
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def trusted(information: float) -> float:
    """How far lexical scores count for a question whose terms have this information, 0..1."""
    return 1.0 if information == float("inf") else information / (information + PIVOT)
