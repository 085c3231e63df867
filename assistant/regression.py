"""Logistic regressions whose weights ``python -m evals.tune`` fits and writes to ``tuned.json``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TUNED = Path(__file__).parent / "tuned.json"
DECISIONS = ("decide", "read")  # those of `decide`; the rest of the file is the channels'


@dataclass(frozen=True)
class Model:
    """A logistic regression: ``p = σ(bias + Σ weight · (x − mean) / scale)``."""

    bias: float
    threshold: float
    weights: dict[str, float]
    mean: dict[str, float]
    scale: dict[str, float]

    def probability(self, values: dict[str, float]) -> float:
        """The probability for one question's features."""
        total = self.bias + sum(
            weight * (values[name] - self.mean[name]) / self.scale[name]
            for name, weight in self.weights.items()
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def tuned() -> Mapping[str, Model]:
    """The models that ship with the product, by name."""
    stored = json.loads(TUNED.read_text(encoding="utf-8"))
    return {name: Model(**stored[name]) for name in DECISIONS}
