"""The border between sellers' questions and others, drawn by all examples of both.

How near a question is to one example hangs on the wording of that one: a buyer's "신발이 한 짝만
왔어요" may be as near to a seller's question about returns as to any buyer's. A linear border tells
what buyers' questions, or attempts to steer the assistant, have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from corpus import Negative
from corpus.negatives import KINDS, MISSING, NegativeKind

STRANGERS = tuple(kind for kind in KINDS if kind not in MISSING)
"""The kinds that are no seller's questions."""

# Sellers' questions to each other one that the border is drawn by, and the inverse of the ridge.
# On the dev questions, of 3 and 6 and of 10 and 30, all were alike (0.890 to 0.900 declined).
_SELLERS, _INVERSE_RIDGE = 3, 10.0
_SURE = 4.0  # log odds: nearer to a seller's question than this says no more
_NEVER = -1e6


def border(
    sellers: NDArray[np.float32], negatives: Sequence[Negative], vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """A multinomial logistic regression over vectors: sellers' questions, and each kind of others.

    Args:
        sellers: vectors of questions that the corpus answers, shape (n, dim).
        negatives: what it does not answer; gaps and near misses are sellers' questions too.
        vectors: of the negatives, shape (len(negatives), dim).

    Returns:
        Weights and bias by class, the sellers' first, then `STRANGERS`: float32, shape
        (1 + kinds, dim + 1); no rows where no stranger is known, or no seller.
    """
    from sklearn.linear_model import LogisticRegression

    kinds = [negative.kind for negative in negatives]
    missing = np.array([kind in MISSING for kind in kinds], dtype=bool)
    ours = np.concatenate([sellers, vectors[missing]])
    others, dimension = vectors[~missing], sellers.shape[1]
    if not len(others) or not len(ours):
        return np.empty((0, dimension + 1), np.float32)
    few = np.linspace(0, len(ours) - 1, min(len(ours), _SELLERS * len(others))).astype(int)
    classes = [0] * len(few) + [1 + STRANGERS.index(k) for k in kinds if k not in MISSING]
    model = LogisticRegression(C=_INVERSE_RIDGE, max_iter=300)
    model.fit(np.concatenate([ours[few], others]), classes)
    coefficients, bias = model.coef_, model.intercept_
    if len(coefficients) == 1:  # two classes have the one row of the second
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        bias = np.concatenate([-bias, bias]) / 2
    drawn = np.zeros((1 + len(STRANGERS), dimension + 1), np.float32)
    drawn[:, -1] = _NEVER  # a kind without an example is never the one
    drawn[model.classes_] = np.column_stack([coefficients, bias])
    return drawn


class Stranger(NamedTuple):
    """How surely no seller asks a question, as log odds from -4 on, and who likeliest does."""

    odds: float
    kind: NegativeKind | None


NO_STRANGER = Stranger(-_SURE, None)


def beyond(drawn: NDArray[np.float32], vector: NDArray[np.float32]) -> Stranger:
    """On which side of the border a question is; a seller's where none is drawn."""
    if not len(drawn):
        return NO_STRANGER
    scores = drawn[:, :-1] @ vector + drawn[:, -1]
    odds = float(logsumexp(scores[1:]) - scores[0])
    return Stranger(max(-_SURE, odds), STRANGERS[int(np.argmax(scores[1:]))])
