"""The fit behind the decision to answer."""

import numpy as np

from evals.logistic import signed_logistic


def test_weights_keep_their_sign_even_where_the_data_says_otherwise() -> None:
    rng = np.random.default_rng(0)
    truth = (rng.random(400) < 0.5).astype(float)
    helpful = truth + rng.normal(0, 0.3, 400)
    contrary = -truth + rng.normal(0, 0.3, 400)
    table = np.column_stack([helpful, contrary])
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    _, first, second = signed_logistic(table, truth > 0.5, signs=[1, 1])
    assert first > 1
    assert second == 0


def test_the_fit_separates_what_can_be_separated() -> None:
    wanted = np.array([True] * 50 + [False] * 50)
    table = np.where(wanted, 1.0, -1.0).reshape(-1, 1)
    bias, weight = signed_logistic(table, wanted, signs=[1])
    assert abs(bias) < 1e-3
    assert weight > 1
