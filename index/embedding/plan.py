"""What is trained one after the other, and how the weights that come out are put together."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from index.embedding.trainer import Budget, Weights

SHIPPED = Path(__file__).with_name("shipped.json")
"""The plan of the shipped weights."""


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        name: by which it is told.
        changes: to the recipe.
        steps: by which the learning rate rises and falls; none to go by `seconds`.
        stop: step after which it ends all the same; none for the last.
        seconds: how long, if there are no `steps`.
        seed: of the batches.
        keep: whether its weights may be the best, and go into the average.
        weight: of its weights in the average, beside those of the other runs.
        mixes: shares of the trained weights in mixes with the base that are measured as well.
    """

    name: str
    changes: dict[str, Any] = field(default_factory=dict)
    steps: int | None = None
    stop: int | None = None
    seconds: float = 0.0
    seed: int = 0
    keep: bool = False
    weight: float = 1.0
    mixes: tuple[float, ...] = ()

    @property
    def budget(self) -> Budget:
        """How long it trains."""
        return Budget(self.seconds, self.steps, self.stop)


@dataclass(frozen=True)
class Plan:
    """Several trainings.

    Attributes:
        runs: in their order.
        recipe: changes to the recipe of all.
        share: of the averaged weights in the result, the rest being the base's.
        seconds: that `experiments` may take in all.
    """

    runs: tuple[Run, ...]
    recipe: dict[str, Any] = field(default_factory=dict)
    share: float = 1.0
    seconds: float = 0.0


def read_plan(path: Path) -> Plan:
    """Read a plan from JSON."""
    values = json.loads(path.read_text(encoding="utf-8"))
    return Plan(**{**values, "runs": tuple(Run(**row) for row in values["runs"])})


def mixed(parts: Sequence[tuple[float, Weights]]) -> Weights:
    """The weighted sum of weights; those that only the first has stay as they are."""
    first = parts[0][1]
    return {
        name: sum((share * w[name] for share, w in parts), torch.zeros_like(value))
        if value.is_floating_point() and all(name in w for _, w in parts)
        else value
        for name, value in first.items()
    }


def average(every: Sequence[Weights], counts: Sequence[float] | None = None) -> Weights:
    """The mean of weights; with `counts`, each counts for so much."""
    counts = counts or [1.0] * len(every)
    total = sum(counts)
    return mixed([(count / total, one) for count, one in zip(counts, every, strict=True)])
