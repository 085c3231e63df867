"""What the corpus covers, part by part: the six channels and the six manual categories."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from corpus.model import CATEGORIES, CATEGORY_NAMES, Channel, Document

ALL_CHANNELS = "여러 채널 공통"
TOTAL = "합계"
HEADER = ("부분", "문서", "절", "사실", "출처", "가장 새 출처")

Place = tuple[str, str]
"""A document's id and the heading of one of its sections."""


@dataclass(frozen=True)
class Part:
    """A part of the corpus; ``sources`` counts each address or file once."""

    name: str
    documents: int
    sections: int
    facts: int
    sources: int
    newest: str

    @property
    def cells(self) -> tuple[str, ...]:
        """What the table shows, in the order of ``HEADER``."""
        counts = (self.documents, self.sections, self.facts, self.sources)
        return (self.name, *(f"{count:,}" for count in counts), self.newest)


def coverage(
    documents: Collection[Document], channels: Collection[Channel], facts: Collection[Place]
) -> list[Part]:
    """One row a part and a last one of all.

    Args:
        documents: the corpus.
        channels: a document whose id is, or begins with, that of a channel's own document
            ("support-talktalk-order") belongs to the channel; other support documents to all.
        facts: where each fact stands; one that stands in none of the documents is not counted.
    """
    of_part = part_of(channels)
    names = [c.name for c in channels] + [ALL_CHANNELS]
    names += [CATEGORY_NAMES[category] for category in CATEGORIES if category != "support"]
    rows = [_part(name, [d for d in documents if of_part(d) == name], facts) for name in names]
    return [*(row for row in rows if row.documents), _part(TOTAL, documents, facts)]


def table(parts: Collection[Part]) -> str:
    """The rows as a Markdown table."""
    rows = [HEADER, ("---",) * len(HEADER), *(part.cells for part in parts)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def part_of(channels: Collection[Channel]) -> Callable[[Document], str]:
    """Tells the name of the part that a document belongs to (see `coverage`)."""
    heads = {head: channel.name for channel in channels for head in channel.documents}

    def part(document: Document) -> str:
        if document.category != "support":
            return CATEGORY_NAMES[document.category] if document.category else ""
        of = (n for h, n in heads.items() if document.id == h or document.id.startswith(h + "-"))
        return next(of, ALL_CHANNELS)

    return part


def _part(name: str, documents: Collection[Document], facts: Collection[Place]) -> Part:
    places = {(d.id, section.heading) for d in documents for section in d.sections}
    dates = [s.as_of for d in documents for s in d.sources if s.as_of[:1].isdigit()]
    return Part(
        name=name,
        documents=len(documents),
        sections=len(places),
        facts=sum(place in places for place in facts),
        sources=len({source.url or source.file for d in documents for source in d.sources}),
        newest=max(dates, default="미상"),
    )
