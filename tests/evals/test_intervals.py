"""Intervals hold what they promise; paired differences tell change from noise."""

import numpy as np
import pytest

from evals.calibration import smooth_error
from evals.intervals import difference, mean, statistic


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        found = mean((rng.random(60) < 0.8).astype(float))
        held += found.low <= 0.8 <= found.high
    assert 88 <= held <= 100


def test_all_right_is_not_certainty() -> None:
    few, many = mean(np.ones(5)), mean(np.ones(500))
    assert (few.value, few.high) == (1.0, 1.0)
    assert few.low == pytest.approx(0.566, abs=0.01)  # Wilson: 5 / (5 + 1.96²)
    assert many.low > 0.99
    assert mean(np.zeros(5)).high == pytest.approx(1 - few.low)


def test_the_same_values_give_the_same_interval() -> None:
    values = np.random.default_rng(2).random(40)
    assert mean(values) == mean(values.copy())
    assert statistic(lambda a: float(a.max()), values) == statistic(
        lambda a: float(a.max()), values
    )


def test_a_real_difference_is_told_from_noise() -> None:
    rng = np.random.default_rng(3)
    old = (rng.random(300) < 0.6).astype(float)
    better = np.where(rng.random(300) < 0.2, 1.0, old)
    found = difference(old, better)
    assert found.low > 0
    assert found.p < 0.001
    # The two questions that changed one way and the two the other way are noise.
    noise = old.copy()
    flips = [*np.flatnonzero(old == 1)[:2], *np.flatnonzero(old == 0)[:2]]
    noise[flips] = 1 - noise[flips]
    even = difference(old, noise)
    assert even.low < 0 < even.high
    assert even.p > 0.5


def test_no_difference_at_all_has_no_interval() -> None:
    values = np.array([0.0, 1.0, 1.0])
    assert difference(values, values) == (0.0, 0.0, 0.0, 1.0)


def test_the_interval_of_an_error_that_noise_adds_to_holds_its_value() -> None:
    rng = np.random.default_rng(4)
    confidence = rng.random(150)
    outcome = (rng.random(150) < confidence).astype(float)
    plain = statistic(smooth_error, confidence, outcome)
    found = statistic(smooth_error, confidence, outcome, inflates=True)
    assert plain.low > found.low
    assert 0.0 <= found.low < found.value < found.high
