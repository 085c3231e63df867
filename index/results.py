"""What a search gives back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from corpus import Category
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
    heading: float


@dataclass(frozen=True)
class Retrieval:
    """Everything that a search learned, best passage first.

    ``vector`` is the question's, float32, shape (dim,). ``unknown`` is the share of the
    question's information that no passage holds; ``gap`` is the best cosine with a known gap of
    the corpus, ``gap_asked`` the best coverage of the question's terms by the questions of one,
    ``outside`` the best cosine with each kind of question that is not a seller's; -1 where there
    are none. ``timings`` are milliseconds by stage.
    """

    query: str
    vector: NDArray[np.float32]
    tokens: tuple[str, ...]
    found: tuple[Found, ...]
    unknown: float
    gap: float
    gap_asked: float
    outside: dict[str, float]
    timings: dict[str, float]


def as_hit(found: Found) -> Hit:
    """The public face of a found passage."""
    passage = found.passage
    fields = {name: getattr(passage, name) for name in Hit.model_fields if hasattr(passage, name)}
    return Hit(**fields, passage_id=passage.id, score=round(found.score, 6))
