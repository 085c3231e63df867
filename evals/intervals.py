"""A figure with its 95 % bootstrap interval, and the significance of a paired difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy.stats import binomtest, bootstrap, permutation_test

Values = NDArray[np.float64]

LEVEL = 0.95
RESAMPLES = 2000
SEED = 20261125
_BATCH_CELLS = 2_000_000  # resampled values held at once: 16 MB, whatever the size of the set


class Estimate(BaseModel):
    """A figure over ``n`` questions: ``low`` and ``high`` bound its 95 % interval."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] (n={self.n:,})"


class Difference(NamedTuple):
    """Mean of ``new − old`` over the same questions, its interval, and the two-sided p-value."""

    value: float
    low: float
    high: float
    p: float


def mean(values: Values) -> Estimate:
    """The mean with a BCa bootstrap interval.

    Values that are all 0 or all 1 have nothing to resample: Wilson's interval says what so many
    questions can tell.

    Args:
        values: one a question, float64, shape (n,), n >= 1.
    """
    low, high = _mean_bounds(values)
    return Estimate(value=float(values.mean()), low=low, high=high, n=len(values))


def statistic(
    of: Callable[..., float],
    *arrays: NDArray[np.generic],
    resamples: int = 200,
    inflates: bool = False,
) -> Estimate:
    """Any figure of paired arrays, with a percentile bootstrap interval.

    Args:
        of: the figure of arrays like ``arrays``.
        arrays: shape (n,) each, n >= 1; resampled together.
        resamples: fewer than for means, since ``of`` is called for each.
        inflates: ``of`` is an error that noise only adds to, so that it comes out greater on every
            resample: their mean excess is taken off the interval again, which stays above 0.
    """
    rng = np.random.default_rng(SEED)
    n = len(arrays[0])
    rows = (rng.integers(0, n, n) for _ in range(resamples))
    found = [of(*(array[row] for array in arrays)) for row in rows]
    value = of(*arrays)
    bounds = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if inflates:
        bounds = np.maximum(bounds - (np.mean(found) - value), 0.0)
    return Estimate(value=value, low=float(bounds[0]), high=float(bounds[1]), n=n)


def difference(old: Values, new: Values) -> Difference:
    """Paired: the bootstrap interval of the mean difference, and a sign-flip permutation test.

    Args:
        old: float64, shape (n,), n >= 1.
        new: the same questions in the same order.
    """
    change = new - old
    if not change.any():
        return Difference(0.0, 0.0, 0.0, 1.0)
    low, high = _mean_bounds(change)
    rng = np.random.default_rng(SEED)
    test = permutation_test(
        (change,),
        _mean,
        permutation_type="samples",
        n_resamples=9999,
        batch=_batch(len(change)),
        vectorized=True,
        rng=rng,
    )
    return Difference(float(change.mean()), low, high, float(test.pvalue))


def _mean_bounds(values: Values) -> tuple[float, float]:
    first = float(values[0])
    if (values == first).all():
        if first not in (0.0, 1.0):
            return first, first
        bounds = binomtest(int(values.sum()), len(values)).proportion_ci(LEVEL, method="wilson")
        return float(bounds.low), float(bounds.high)
    found = bootstrap(
        (values,),
        _mean,
        n_resamples=RESAMPLES,
        batch=_batch(len(values)),
        confidence_level=LEVEL,
        method="BCa",
        vectorized=True,
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return float(found.low), float(found.high)


def _mean(values: Values, axis: int = -1) -> Values:
    return np.asarray(values.mean(axis=axis))


def _batch(n: int) -> int:
    return max(1, _BATCH_CELLS // n)
