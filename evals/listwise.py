"""Weights of a score that ranks, from questions whose right passages are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

RIDGE = 3e-5
START = 5.0  # cosines differ by tenths: a softmax over them alone would tell nothing apart


def listwise(table: NDArray[np.float64], gold: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Non-negative weights under which the right passages take the greatest share of a softmax.

    The listwise loss of ListNet (Cao et al. 2007) for relevance that is yes or no.

    Args:
        table: shape (questions, passages, features).
        gold: which passages are right, at least one a question; shape (questions, passages).

    Returns:
        Weights, shape (features,), on the scale at which the softmax fits these questions.
    """

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = table @ weights
        right = np.where(gold, scores, -np.inf)
        lost = logsumexp(scores, axis=1) - logsumexp(right, axis=1)
        pull = softmax(scores, axis=1) - softmax(right, axis=1)
        slope = np.einsum("qp,qpf->f", pull, table) / len(table)
        return float(lost.mean() + RIDGE * weights @ weights), slope + 2 * RIDGE * weights

    features = table.shape[2]
    bounds = [(0, None)] * features
    found = minimize(loss, np.full(features, START), jac=True, bounds=bounds, method="L-BFGS-B")
    return np.asarray(found.x)
