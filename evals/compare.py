"""Two runs of the same questions: what became better or worse, by how much, and where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.stats import false_discovery_control

from evals.intervals import difference
from evals.metrics import METRICS
from evals.runner import Run

Key = tuple[str, str]
Scores = dict[Key, dict[str, float]]

SIGNIFICANT = 0.05
_FLIPS = (
    "recall_at_5",
    "fact_in_answer",
    "cited",
    "abstention_recall",
    "in_scope_declined",
    "channel",
)


class Change(BaseModel):
    """A metric in both runs, over the ``n`` questions that have it in both.

    ``p`` is the two-sided permutation p-value, adjusted for the number of metrics compared
    (Benjamini–Hochberg).
    """

    model_config = ConfigDict(frozen=True)

    metric: str
    old: float
    new: float
    low: float
    high: float
    p: float
    n: int

    @property
    def by(self) -> float:
        """How much the new run has more."""
        return self.new - self.old

    @property
    def verdict(self) -> str:
        """``better``, ``worse``, ``changed`` (neither way is better), or ``same``."""
        higher = METRICS[self.metric].higher
        if self.p >= SIGNIFICANT or self.by == 0:
            return "same"
        if higher is None:
            return "changed"
        return "better" if (self.by > 0) == higher else "worse"


class Flip(BaseModel):
    """A question that a metric judges otherwise in the new run."""

    model_config = ConfigDict(frozen=True)

    metric: str
    id: str
    question: str
    better: bool


class Comparison(BaseModel):
    """``only_old`` and ``only_new`` count questions that the other run lacks."""

    model_config = ConfigDict(frozen=True)

    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]
    only_old: int
    only_new: int


def compare(old: Run, new: Run) -> Comparison:
    """Compare two runs, question by question (the same id and the same words)."""
    before, after = scores_of(old), scores_of(new)
    both = [key for key in before if key in after]
    found = [change(name, before, after, both) for name in METRICS]
    changes = [one for one in found if one]
    adjusted = false_discovery_control([one.p for one in changes]) if changes else []
    return Comparison(
        changes=tuple(
            one.model_copy(update={"p": float(p)}) for one, p in zip(changes, adjusted, strict=True)
        ),
        flips=tuple(_flips(before, after, both)),
        only_old=len(before) - len(both),
        only_new=len(after) - len(both),
    )


def scores_of(run: Run) -> Scores:
    """The scores of every question of a run, by id and words."""
    return {(record.id, record.question): record.scores for record in run.records()}


def change(metric: str, before: Scores, after: Scores, both: Sequence[Key]) -> Change | None:
    """How a metric changed over the questions that have it before and after; None: there are none.

    The p-value is that of this metric alone.
    """
    keys = [key for key in both if metric in before[key] and metric in after[key]]
    if not keys:
        return None
    old = np.array([before[key][metric] for key in keys])
    new = np.array([after[key][metric] for key in keys])
    found = difference(old, new)
    return Change(
        metric=metric,
        old=float(old.mean()),
        new=float(new.mean()),
        low=found.low,
        high=found.high,
        p=found.p,
        n=len(keys),
    )


def _flips(before: Scores, after: Scores, both: list[Key]) -> list[Flip]:
    result = []
    for name in _FLIPS:
        for key in both:
            old, new = before[key].get(name), after[key].get(name)
            if old is None or new is None or old == new:
                continue
            better = (new > old) == bool(METRICS[name].higher)
            result.append(Flip(metric=name, id=key[0], question=key[1], better=better))
    return result
