"""What an answer tells under one marker, and the citation behind it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.models import Citation
from index.passages import Passage, Unit


@dataclass(frozen=True)
class Claim:
    """Units shown under one marker: a sentence, or the consecutive steps of one list."""

    passage: Passage
    units: tuple[Unit, ...]
    score: float

    @property
    def start(self) -> int:
        """Where the quote starts in the document."""
        return self.units[0].start

    @property
    def end(self) -> int:
        """Where the quote ends in the document."""
        return self.units[-1].end


def citation(number: int, claim: Claim) -> Citation:
    """The citation with marker ``number``; its quote is the exact text of the span."""
    passage = claim.passage
    inside = passage.text[claim.start - passage.start : claim.end - passage.start]
    return Citation(
        n=number,
        document_id=passage.document_id,
        passage_id=passage.id,
        title=passage.title,
        section=passage.section,
        category=passage.category,
        quote=inside,
        start=claim.start,
        end=claim.end,
        page=passage.page,
        source=passage.source,
        as_of=passage.as_of,
        score=round(claim.score, 4),
        own=passage.own,
    )
