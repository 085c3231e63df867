"""Retrieval systems side by side: what each finds for the same questions in the same corpus.

A system's finds are kept as JSON, so that peers can run in an environment of their own
(``evals/peers/``) and be judged here by the same rules.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Protocol

from pydantic import BaseModel, ConfigDict

K = 5
WARM_UP = 20


class Span(BaseModel):
    """A found piece: ``document(document_id).text[start:end]``."""

    model_config = ConfigDict(frozen=True)

    document_id: str
    start: int
    end: int
    score: float


class Text(BaseModel):
    """A document as every system gets it."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    sections: tuple[tuple[int, int], ...]


class Asked(BaseModel):
    """A question by id."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str


class Job(BaseModel):
    """What every system is given."""

    model_config = ConfigDict(frozen=True)

    documents: tuple[Text, ...]
    questions: tuple[Asked, ...]


class Finds(BaseModel):
    """What a system found: ``spans`` by question id, best first; times and memory beside it.

    ``answers`` are the texts shown for an answer where a system composes one, and ``sure`` what
    it trusts the answer by; elsewhere the first span and its score.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    group: str
    spans: dict[str, tuple[Span, ...]]
    milliseconds: dict[str, float]
    index_seconds: float | None
    memory_mb: float | None
    answers: dict[str, str] = {}
    sure: dict[str, float] = {}


class System(Protocol):
    """Something that finds pieces of documents."""

    name: str

    def build(self, documents: Sequence[Text]) -> None:
        """Index the documents."""

    def search(self, question: str) -> list[Span]:
        """The `K` best pieces, best first."""


def measure(system: System, job: Job, group: str) -> Finds:
    """Build, warm up, and ask every question once, one after the other."""
    before = _resident_mb()
    started = perf_counter()
    system.build(job.documents)
    built = perf_counter() - started
    for asked in job.questions[:WARM_UP]:
        system.search(asked.question)
    spans: dict[str, tuple[Span, ...]] = {}
    milliseconds: dict[str, float] = {}
    for asked in job.questions:
        begun = perf_counter()
        found = system.search(asked.question)
        milliseconds[asked.id] = (perf_counter() - begun) * 1000
        spans[asked.id] = tuple(found[:K])
    return Finds(
        name=system.name,
        group=group,
        spans=spans,
        milliseconds=milliseconds,
        index_seconds=built,
        memory_mb=max(0.0, _resident_mb() - before),
    )


def _resident_mb() -> float:
    """Resident memory of this process; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except FileNotFoundError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
