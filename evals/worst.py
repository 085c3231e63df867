"""The worst answers of a run, with the passages they were made from and the ones they missed."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import corpus
from corpus import Document
from evals.metrics import METRICS
from evals.records import Record
from evals.scoring import gold_of

SHOWN = 20
_PASSAGES = 3
_EXCERPT = 280
# What it costs a seller: a wrong answer that sounds sure is worse than a needless decline.
_COST = {
    "quotes_exact": 4.0,
    "numbers_grounded": 4.0,
    "cited": 2.0,
    "fact_in_answer": 1.5,
    "abstention_recall": 2.5,
    "in_scope_declined": 1.5,
    "channel": 1.0,
    "recall_at_5": 1.0,
}


@dataclass(frozen=True)
class Place:
    """A section with the beginning of its text."""

    title: str
    section: str
    excerpt: str


@dataclass(frozen=True)
class Bad:
    """A record, what is wrong with it, the sections it found first, and the right ones."""

    record: Record
    wrong: tuple[str, ...]
    found: tuple[Place, ...]
    gold: tuple[Place, ...]


def worst(records: Iterable[Record], most: int = SHOWN) -> list[Bad]:
    """At most ``most`` records that something is wrong with, the costliest first."""
    ranked = (
        (cost, -number, record)
        for number, record in enumerate(records)
        if (cost := _cost(record)) > 0
    )
    return [_bad(record) for _, _, record in heapq.nlargest(most, ranked)]


def _cost(record: Record) -> float:
    """Costs of what failed, more where the answer was given with confidence."""
    total = sum(_COST[name] for name in _failed(record) if name in _COST)
    answer = record.answer
    return total * (1 + answer.confidence) if answer and answer.answered else total


def _failed(record: Record) -> list[str]:
    return [
        name
        for name, value in record.scores.items()
        if METRICS[name].higher is not None
        and name in _COST
        and value == float(METRICS[name].higher is False)
    ]


def _bad(record: Record) -> Bad:
    return Bad(
        record=record,
        wrong=tuple(METRICS[name].name for name in _failed(record)),
        found=_places((one.document_id, one.section) for one in record.ranked),
        gold=_places((fact.document, fact.section) for fact in gold_of(record.given)),
    )


def _places(places: Iterable[tuple[str, str]]) -> tuple[Place, ...]:
    result = []
    for name, heading in list(dict.fromkeys(places))[:_PASSAGES]:
        document = _documents().get(name)
        section = document and next((s for s in document.sections if s.heading == heading), None)
        if document and section:
            text = " ".join(document.text[section.start : section.end].split())
            excerpt = text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else "")
            result.append(Place(document.title, heading, excerpt))
    return tuple(result)


@cache
def _documents() -> dict[str, Document]:
    return {document.id: document for document in corpus.load()}
