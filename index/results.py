"""What a search gives back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from corpus import Category
from index.border import Stranger
from index.passages import Passage


class Hit(BaseModel):
    """A passage that is near a question; ``document.text[start:end] == text``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passage_id: str
    document_id: str
    title: str
    section: str
    category: Category | None
    text: str
    start: int
    end: int
    page: int | None
    source: str
    as_of: str
    score: float
    own: bool = Field(default=False, description="from the seller's own document")


@dataclass(frozen=True)
class Found:
    """A passage with the parts of its score."""

    passage: Passage
    score: float
    text: float
    question: float
    lexical: float
    asked: float


@dataclass(frozen=True)
class Context:
    """What a question is searched for together with, and its share of the search, 0..1.

    ``earlier``: a turn that the question leans on; else the same question in other words.
    """

    text: str
    weight: float
    earlier: bool = True


@dataclass(frozen=True)
class Retrieval:
    """Everything that a search learned, best passage first.

    ``vector`` is the question's, float32, shape (dim,). ``gap`` is the best cosine with a known gap
    of the corpus, ``gap_asked`` the best coverage of the question's terms by the questions of one,
    ``outside`` the best cosine with each kind of question that is not a seller's; -1 where there
    are none. ``crowd`` is how near the question is to all that are answered (the soft maximum of
    ``question`` over the passages), ``crowd_gap`` to all known gaps and near misses: a best cosine
    alone hangs on the wording of one question. ``near`` is how near it is to the questions of one
    passage (the best soft maximum), ``topic_gap`` to those of one gap or to the near misses of one
    section. ``stranger``: whether a seller asks it at all. ``timings`` are milliseconds by stage.
    ``context`` is what it was searched together with; ``reads`` are the log odds that a passage
    answers, by its id, of those that were about level; ``read`` that of the best one, where the
    decision asked for it (`reranking.second.read_first`); ``parts`` are the searches for the
    questions that stand in this one, where there are several.
    """

    query: str
    vector: NDArray[np.float32]
    tokens: tuple[str, ...]
    found: tuple[Found, ...]
    gap: float
    gap_asked: float
    outside: dict[str, float]
    crowd: float
    crowd_gap: float
    near: float
    topic_gap: float
    stranger: Stranger
    timings: dict[str, float]
    context: Context | None = None
    reads: Mapping[str, float] = field(default_factory=dict)
    read: float | None = None
    parts: tuple[Retrieval, ...] = ()

    @property
    def asked(self) -> str:
        """The question with the turn that it leans on."""
        earlier = self.context and self.context.earlier
        return f"{self.context.text} {self.query}" if self.context and earlier else self.query


def merged(whole: Retrieval, parts: tuple[Retrieval, ...]) -> Retrieval:
    """The search for a whole question with those for its parts, whose best passages come first."""
    best = {one.found[0].passage.id: one.found[0] for one in parts}
    rest = [found for found in whole.found if found.passage.id not in best]
    found = (*best.values(), *rest)[: len(whole.found)]
    return dataclasses.replace(whole, found=found, parts=parts)


def as_hit(found: Found) -> Hit:
    """The public face of a found passage."""
    passage = found.passage
    fields = {name: getattr(passage, name) for name in Hit.model_fields if hasattr(passage, name)}
    return Hit(**fields, passage_id=passage.id, score=round(found.score, 6))
