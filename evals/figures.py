"""The figures of a run: every metric with its interval, overall, by category and by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache, partial

import numpy as np
from pydantic import BaseModel, ConfigDict

from evals import calibration
from evals.calibration import Bin
from evals.intervals import Estimate, mean, statistic
from evals.metrics import METRICS
from evals.questions import SHIPPED, Question, read_questions
from evals.records import Record

FEWEST = 5  # questions of a group: below, an interval says nothing
_CURVE_POINTS = 100
_PERCENTILES = {"p50": 50, "p95": 95, "p99": 99}


class Slim(BaseModel):
    """What of a record counts for the figures: a few hundred bytes a question."""

    model_config = ConfigDict(frozen=True)

    category: str | None
    kind: str | None
    scores: dict[str, float]
    channel: tuple[str, str] | None
    """The accepted and the suggested channel: the same when the suggestion is accepted."""
    confidence: float | None
    answerable: bool | None
    wrong: bool | None
    fitted: bool
    ms: float | None


class Group(BaseModel):
    """Estimates by metric over some of the questions."""

    model_config = ConfigDict(frozen=True)

    questions: int
    estimates: dict[str, Estimate]


class Figures(BaseModel):
    """All figures of a run; ``latency`` (milliseconds) is the only part that varies by itself.

    ``confusion`` counts questions by accepted and suggested channel; ``fitted`` counts those that
    the confidence was fitted on, which its calibration is not measured on.
    """

    model_config = ConfigDict(frozen=True)

    questions: int
    failed: int
    fitted: int
    overall: Group
    by_category: dict[str, Group]
    by_kind: dict[str, Group]
    confusion: dict[str, dict[str, int]]
    reliability: tuple[Bin, ...]
    risk_coverage: tuple[tuple[float, float], ...]
    latency: dict[str, Estimate]
    latencies: tuple[float, ...]
    """Milliseconds at each of 101 percentiles."""


def figures(records: Iterable[Record]) -> Figures:
    """The figures of ``records``; only a slim part of each is kept in memory."""
    failed = 0
    rows: list[Slim] = []
    for record in records:
        failed += record.error is not None
        rows.append(slim(record))
    unseen = [row for row in rows if _calibrated(row)]
    return Figures(
        questions=len(rows),
        failed=failed,
        fitted=sum(row.fitted for row in rows),
        overall=_group(rows),
        by_category=_groups(rows, lambda row: row.category),
        by_kind=_groups(rows, lambda row: row.kind),
        confusion=_confusion(rows),
        reliability=calibration.reliability(*_confidence(unseen)) if unseen else (),
        risk_coverage=_curve(rows),
        latency=_latency(rows),
        latencies=_spread(rows),
    )


def slim(record: Record) -> Slim:
    """The part of a record that the figures are made of."""
    given, answer = record.given, record.answer
    channel = None
    if answer and given.channels:
        chosen = answer.channel.id
        channel = (chosen if chosen in given.channels else given.channels[0], chosen)
    return Slim(
        category=given.category,
        kind=given.kind,
        scores=record.scores,
        channel=channel,
        confidence=answer.confidence if answer else None,
        answerable=given.answerable,
        wrong=_wrong(given, record.scores),
        fitted=given.question in _fitted(),
        ms=answer.timings.get("total") if answer else None,
    )


def _wrong(given: Question, scores: dict[str, float]) -> bool | None:
    """Whether answering would be wrong: there is no answer, or another section comes first."""
    if given.answerable is False:
        return True
    return scores["recall_at_1"] < 1 if "recall_at_1" in scores else None


@cache
def _fitted() -> frozenset[str]:
    """The questions that ``evals.tune`` fits the confidence on."""
    return frozenset(question.question for question in read_questions(SHIPPED / "dev.jsonl"))


def _groups(rows: list[Slim], key: Callable[[Slim], str | None]) -> dict[str, Group]:
    names = sorted({name for row in rows if (name := key(row))})
    groups = {name: [row for row in rows if key(row) == name] for name in names}
    return {name: _group(inside) for name, inside in groups.items() if len(inside) >= FEWEST}


def _group(rows: list[Slim]) -> Group:
    estimates = {}
    for name in METRICS:
        values = np.array([row.scores[name] for row in rows if name in row.scores])
        if len(values):
            estimates[name] = mean(values)
    unseen = [row for row in rows if _calibrated(row)]
    if len(unseen) >= FEWEST:
        pair = _confidence(unseen)
        estimates["smooth_calibration_error"] = statistic(
            calibration.smooth_error, *pair, inflates=True
        )
        estimates["brier"] = mean((pair[0] - pair[1]) ** 2)
    judged = [row for row in rows if row.wrong is not None and row.confidence is not None]
    if len(judged) >= FEWEST:
        estimates["aurc"] = statistic(calibration.aurc, *_risk(judged))
    return Group(questions=len(rows), estimates=estimates)


def _calibrated(row: Slim) -> bool:
    return not row.fitted and row.answerable is not None and row.confidence is not None


def _confidence(rows: list[Slim]) -> tuple[calibration.Floats, calibration.Floats]:
    return (
        np.array([row.confidence for row in rows], dtype=float),
        np.array([row.answerable for row in rows], dtype=float),
    )


def _risk(rows: list[Slim]) -> tuple[calibration.Floats, calibration.Floats]:
    return (
        np.array([row.confidence for row in rows], dtype=float),
        np.array([row.wrong for row in rows], dtype=float),
    )


def _curve(rows: list[Slim]) -> tuple[tuple[float, float], ...]:
    judged = [row for row in rows if row.wrong is not None and row.confidence is not None]
    if len(judged) < FEWEST:
        return ()
    coverage, risk = calibration.risk_coverage(*_risk(judged))
    at = np.linspace(0, len(judged) - 1, min(_CURVE_POINTS, len(judged))).astype(int)
    return tuple((round(float(coverage[n]), 4), round(float(risk[n]), 4)) for n in at)


def _confusion(rows: list[Slim]) -> dict[str, dict[str, int]]:
    counts = Counter(row.channel for row in rows if row.channel)
    result: dict[str, dict[str, int]] = {}
    for (wanted, chosen), count in sorted(counts.items()):
        result.setdefault(wanted, {})[chosen] = count
    return result


def _latency(rows: list[Slim]) -> dict[str, Estimate]:
    values = np.array([row.ms for row in rows if row.ms is not None])
    if not len(values):
        return {}
    return {
        name: statistic(partial(_percentile, percent=percent), values)
        for name, percent in _PERCENTILES.items()
    }


def _percentile(values: calibration.Floats, percent: int) -> float:
    return float(np.percentile(values, percent))


def _spread(rows: list[Slim]) -> tuple[float, ...]:
    values = [row.ms for row in rows if row.ms is not None]
    found = np.percentile(values, np.arange(101)) if values else np.empty(0)
    return tuple(round(float(value), 2) for value in found)
