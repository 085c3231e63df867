"""Calibration: known answers on made-up confidences."""

import numpy as np
import pytest

from evals.calibration import aurc, reliability, risk_coverage, smooth_error

RNG = np.random.default_rng(0)


def test_honest_confidence_has_hardly_any_error_and_false_confidence_has_its_own() -> None:
    confidence = RNG.random(20_000)
    came_true = (RNG.random(20_000) < confidence).astype(float)
    assert smooth_error(confidence, came_true) < 0.02
    # Says 0.9 and is right half of the time: off by 0.4.
    assert smooth_error(np.full(4000, 0.9), np.tile([0.0, 1.0], 2000)) == pytest.approx(
        0.4, abs=0.01
    )


def test_smoothing_equals_the_reflected_gaussian_done_slowly() -> None:
    """The definition: the width at which the smoothed error equals the width itself."""
    confidence, outcome = RNG.random(50), (RNG.random(50) < 0.5).astype(float)
    found = smooth_error(confidence, outcome)
    grid = (np.arange(1000) + 0.5) / 1000

    def kernel(centre: float) -> np.ndarray:
        images = [centre + 2 * k for k in range(-3, 4)] + [2 * k - centre for k in range(-3, 4)]
        dense = sum(np.exp(-((grid - image) ** 2) / (2 * found**2)) for image in images)
        return dense / (found * np.sqrt(2 * np.pi))

    field = sum((y - p) * kernel(p) for p, y in zip(confidence, outcome, strict=True)) / 50
    assert np.abs(field).mean() == pytest.approx(found, abs=0.002)


def test_risk_grows_with_coverage_when_confidence_knows() -> None:
    confidence, wrong = np.array([0.9, 0.8, 0.3, 0.1]), np.array([0.0, 0.0, 1.0, 1.0])
    coverage, risk = risk_coverage(confidence, wrong)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([0, 0, 1 / 3, 0.5])
    assert aurc(confidence, wrong) < aurc(confidence, wrong[::-1])


def test_bins_hold_every_question_once() -> None:
    confidence = RNG.random(103)
    bins = reliability(confidence, (confidence > 0.5).astype(float))
    assert sum(one.n for one in bins) == 103
    assert [one.share for one in bins][:4] == [0, 0, 0, 0]
    assert sorted(one.confidence for one in bins) == [one.confidence for one in bins]
