"""Systems judged by the same rules: where the answer stands, whether it is told, when to decline.

A found piece is a hit when it shares at least half of itself, or half of the section, with a gold
section: that favours long pieces, so ours, which are sections or parts of one, gain nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from sklearn.metrics import roc_auc_score, roc_curve

import corpus
from corpus import Document
from evals.gold import Fact
from evals.intervals import Estimate, difference, mean, statistic
from evals.questions import Question
from evals.scoring import gold_of, tells
from evals.systems import Asked, Finds, Job, Span, Text

MEASURES = {
    "recall_at_5": "답이 있는 절이 5위 안",
    "rr": "MRR@5",
    "fact_in_answer": "답(첫 구절)에 사실의 수치",
    "fact_in_five": "다섯 구절에 사실의 수치",
    "abstention": "답할지 말지 맞힘",
}


class Against(BaseModel):
    """How far ours is ahead in one measure: a paired difference with its 95 % interval."""

    model_config = ConfigDict(frozen=True)

    by: float
    low: float
    high: float
    p: float


class Standing(BaseModel):
    """A system's figures on one set; ``against`` is ours less this one."""

    model_config = ConfigDict(frozen=True)

    name: str
    group: str
    estimates: dict[str, Estimate]
    against: dict[str, Against]
    median_ms: float
    p95_ms: float
    index_seconds: float | None
    memory_mb: float | None


def job(questions: Sequence[Question]) -> Job:
    """The shipped corpus and the questions, as every system gets them."""
    texts = tuple(
        Text(id=d.id, text=d.text, sections=tuple((s.start, s.end) for s in d.sections))
        for d in corpus.load()
    )
    return Job(
        documents=texts, questions=tuple(Asked(id=q.id, question=q.question) for q in questions)
    )


def standings(
    finds: Sequence[Finds], questions: Sequence[Question], dev: Sequence[Question]
) -> list[Standing]:
    """Every system's figures on ``questions``; the first one is ours.

    Args:
        finds: what each system found for ``questions`` and ``dev``.
        questions: the set that is reported.
        dev: the set on which each system's threshold for declining is chosen.
    """
    judged = [_judged(one, questions, threshold(one, dev)) for one in finds]
    return [
        _standing(one, values, judged[0], questions)
        for one, values in zip(finds, judged, strict=True)
    ]


def threshold(finds: Finds, dev: Sequence[Question]) -> float:
    """The score from which most of the dev questions are rightly answered or declined."""
    rows = [q for q in dev if q.answerable is not None]
    wanted = np.array([bool(q.answerable) for q in rows])
    scores = np.array([_sure(finds, q.id) for q in rows])
    falsely, rightly, cuts = roc_curve(wanted, scores, drop_intermediate=False)
    right = rightly * wanted.sum() + (1 - falsely) * (~wanted).sum()
    return float(cuts[int(right.argmax())])


Judged = dict[str, dict[str, float]]


def _judged(finds: Finds, questions: Sequence[Question], cut: float) -> Judged:
    """Values by measure and question id."""
    result: Judged = {name: {} for name in MEASURES}
    for question in questions:
        spans = finds.spans[question.id]
        if question.answerable is not None:
            answers = _sure(finds, question.id) >= cut
            result["abstention"][question.id] = float(answers == question.answerable)
        gold = gold_of(question)
        if not gold:
            continue
        ranks = [n for n, span in enumerate(spans, 1) if any(hits(span, fact) for fact in gold)]
        result["recall_at_5"][question.id] = float(bool(ranks))
        result["rr"][question.id] = 1 / ranks[0] if ranks else 0.0
        texts = [text_of(span) for span in spans]
        first = finds.answers.get(question.id, texts[0] if texts else "")
        told = tells(gold, first)
        if told is not None:
            result["fact_in_answer"][question.id] = float(told)
            result["fact_in_five"][question.id] = float(bool(tells(gold, " ".join(texts))))
    return result


def hits(span: Span, fact: Fact) -> bool:
    """Whether ``span`` and the section of ``fact`` share half of either."""
    if span.document_id != fact.document:
        return False
    section = next(s for s in _documents()[fact.document].sections if s.heading == fact.section)
    shared = min(span.end, section.end) - max(span.start, section.start)
    return shared > 0 and 2 * shared >= min(span.end - span.start, section.end - section.start)


def text_of(span: Span) -> str:
    """The text of a found piece."""
    return _documents()[span.document_id].text[span.start : span.end]


def _standing(
    finds: Finds, judged: Judged, ours: Judged, questions: Sequence[Question]
) -> Standing:
    estimates = {name: mean(_array(values)) for name, values in judged.items() if values}
    rows = [q for q in questions if q.answerable is not None]
    wanted = np.array([bool(q.answerable) for q in rows])
    if 0 < wanted.sum() < len(wanted):
        scores = np.array([_sure(finds, q.id) for q in rows])
        estimates["auroc"] = statistic(_auroc, wanted, scores)
    against = {}
    for name, values in judged.items():
        if values:
            found = difference(_array(values), np.array([ours[name][key] for key in values]))
            against[name] = Against(by=found.value, low=found.low, high=found.high, p=found.p)
    times = np.array([finds.milliseconds[q.id] for q in questions])
    return Standing(
        name=finds.name,
        group=finds.group,
        estimates=estimates,
        against=against,
        median_ms=float(np.median(times)),
        p95_ms=float(np.percentile(times, 95)),
        index_seconds=finds.index_seconds,
        memory_mb=finds.memory_mb,
    )


def _array(values: dict[str, float]) -> NDArray[np.float64]:
    return np.array(list(values.values()))


def _auroc(wanted: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    return float(roc_auc_score(wanted, scores)) if 0 < wanted.sum() < len(wanted) else 0.5


def _sure(finds: Finds, name: str) -> float:
    if name in finds.sure:
        return finds.sure[name]
    spans = finds.spans[name]
    return spans[0].score if spans else -1.0


@cache
def _documents() -> dict[str, Document]:
    return {document.id: document for document in corpus.load()}
