"""The fit behind the score that ranks passages."""

import numpy as np

from evals.listwise import listwise


def tables() -> tuple[np.ndarray, np.ndarray]:
    """300 questions over 20 passages: one feature tells, one is noise, one misleads."""
    rng = np.random.default_rng(0)
    gold = np.zeros((300, 20), dtype=bool)
    gold[np.arange(300), rng.integers(20, size=300)] = True
    telling = 0.3 * gold + rng.normal(0, 0.1, gold.shape)
    noise = rng.normal(0, 0.1, gold.shape)
    misleading = -0.3 * gold + rng.normal(0, 0.1, gold.shape)
    return np.stack([telling, noise, misleading], axis=2), gold


def test_the_feature_that_tells_gets_the_weight() -> None:
    table, gold = tables()
    telling, noise, misleading = listwise(table, gold)
    assert telling > 10 * max(noise, 0.1)
    assert misleading == 0


def test_the_fit_is_where_the_slope_vanishes() -> None:
    table, gold = tables()
    best = listwise(table, gold)

    def share(weights: np.ndarray) -> float:
        scores = np.exp(table @ weights)
        return float(np.log((scores * gold).sum(1) / scores.sum(1)).mean())

    for factor in (0.8, 1.25):
        assert share(best) > share(best * np.array([factor, 1, 1]))


def test_several_right_passages_count_together() -> None:
    table = np.zeros((1, 3, 2))
    table[0, 0, 0] = table[0, 1, 1] = 1.0
    first, second = listwise(table, np.array([[True, True, False]]))
    assert first > 1
    assert second > 1
