"""Is a confidence of 0.8 right eight times out of ten, and does declining spare the errors?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy.fft import dct, idct
from scipy.optimize import brentq

_GRID = 1000  # cells of [0, 1]; finer ones change the error by less than 0.0005
_BINS = 10

Floats = NDArray[np.float64]


class Bin(BaseModel):
    """Questions of like confidence: their mean confidence and the share that came true."""

    model_config = ConfigDict(frozen=True)

    confidence: float
    share: float
    n: int


def smooth_error(confidence: Floats, outcome: Floats) -> float:
    """The smoothed calibration error smECE (Błasiok and Nakkiran 2023, arXiv:2309.12236).

    Residuals are smoothed by a Gaussian that is reflected at 0 and 1; its width is the one that
    equals the error it gives, so that there are no bins to choose.

    Args:
        confidence: probabilities, shape (n,), n >= 1.
        outcome: 0 or 1, shape (n,).
    """
    cells = np.minimum((confidence * _GRID).astype(int), _GRID - 1)
    residuals = np.bincount(cells, weights=outcome - confidence, minlength=_GRID) / len(outcome)
    waves = dct(residuals, type=2, norm="ortho")
    pitch = np.pi * np.arange(_GRID)

    def error(width: float) -> float:
        # A cosine series is its own mirror image at both ends: smoothing it is a product.
        smooth = idct(waves * np.exp(-((pitch * width) ** 2) / 2), type=2, norm="ortho")
        return float(np.abs(smooth).sum())

    finest = 1 / _GRID
    if error(finest) <= finest:
        return error(finest)
    return float(brentq(lambda width: error(width) - width, finest, 1.0, xtol=1e-5))


def reliability(confidence: Floats, outcome: Floats) -> tuple[Bin, ...]:
    """Ten bins with (nearly) as many questions in each, lowest confidence first."""
    order = np.argsort(confidence, kind="stable")
    return tuple(
        Bin(
            confidence=float(confidence[rows].mean()),
            share=float(outcome[rows].mean()),
            n=len(rows),
        )
        for rows in np.array_split(order, min(_BINS, len(order)))
    )


def risk_coverage(confidence: Floats, wrong: Floats) -> tuple[Floats, Floats]:
    """Share of questions answered, surest first, and the share of wrong ones among them.

    Returns:
        coverage and risk: shape (n,) each.
    """
    order = np.argsort(-confidence, kind="stable")
    count = np.arange(1, len(wrong) + 1)
    return count / len(wrong), np.cumsum(wrong[order]) / count


def aurc(confidence: Floats, wrong: Floats) -> float:
    """The area under the risk–coverage curve: lower is better."""
    return float(risk_coverage(confidence, wrong)[1].mean())
