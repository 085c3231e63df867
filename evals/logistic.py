"""A logistic regression whose weights keep the sign that their feature can have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

RIDGE = 2.0  # inverse of scikit-learn's C


def signed_logistic(
    table: NDArray[np.float64], wanted: NDArray[np.bool_], signs: list[int]
) -> NDArray[np.float64]:
    """Bias and weights of a ridge logistic regression whose weights keep the given signs."""
    target = np.where(wanted, 1.0, -1.0)

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = target * (table @ values[1:] + values[0])
        pull = -target * expit(-margin)
        slope = np.concatenate([[pull.sum()], table.T @ pull + RIDGE * values[1:]])
        return float(np.logaddexp(0, -margin).sum() + RIDGE / 2 * values[1:] @ values[1:]), slope

    bounds = [(None, None), *((0, None) if sign > 0 else (None, 0) for sign in signs)]
    start = np.zeros(table.shape[1] + 1)
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B")
    return np.asarray(found.x)
