"""The extractive answer: the sentences that answer, in reading order, a marker for each claim."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from assistant.models import Citation
from index import Found, Index, Retrieval
from index.lexical import analyzer
from index.passages import Passage, Unit

MAX_CLAIMS = 6  # more than a seller reads before scrolling
MAX_PASSAGES = 3
LEXICAL_WEIGHT = 0.15  # share of the question's terms in a unit, beside its cosine
KEEP_WITHIN = 0.055  # of the best unit's score: how near another unit of the passage must be
SECOND_WITHIN = 0.03  # how near another passage's score must be to add to the answer
LEAD_BONUS = 0.03  # documents put the answer into a section's first sentence


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


def compose(index: Index, retrieval: Retrieval) -> tuple[str, tuple[Citation, ...]]:
    """The answer's text with markers ``[1]`` …, and the citations behind them."""
    claims: list[Claim] = []
    seen: set[str] = set()
    for found in _passages(retrieval):
        limit = MAX_CLAIMS - len(claims) if claims else MAX_CLAIMS
        for claim in _claims(index, found, retrieval, limit=limit, first=not claims):
            shown = " ".join(unit.text for unit in claim.units)
            if shown not in seen:
                seen.add(shown)
                claims.append(claim)
        if len(claims) >= MAX_CLAIMS:
            break
    citations = tuple(_citation(number, claim) for number, claim in enumerate(claims, 1))
    return _text(claims), citations


def _passages(retrieval: Retrieval) -> list[Found]:
    """The passages to answer from: the best, and others nearly as good."""
    best = retrieval.found[0]
    near = [f for f in retrieval.found if f.score >= best.score - SECOND_WITHIN]
    return near[:MAX_PASSAGES]


def _claims(
    index: Index, found: Found, retrieval: Retrieval, limit: int, first: bool
) -> list[Claim]:
    units = [unit for unit in found.passage.units if unit.kind != "pointer"]
    if not units or limit < 1:
        return []
    scores = _scores(index, found.passage, retrieval)
    best = float(scores.max())
    keep = {n for n, score in enumerate(scores) if score >= best - KEEP_WITHIN}
    if first:
        keep.add(0)  # the section's own answer to its heading
    keep = _whole_lists(units, keep)
    claims = _grouped(found.passage, units, sorted(keep), scores)
    strongest = sorted(claims, key=lambda claim: -claim.score)[:limit]
    return [claim for claim in claims if claim in strongest]


def _scores(
    index: Index, passage: Passage, retrieval: Retrieval
) -> NDArray[np.float32]:
    """How well each unit answers: cosine, shared terms, and the lead's bonus."""
    kinds = [unit.kind != "pointer" for unit in passage.units]
    cosine = index.unit_scores(passage, retrieval.vector)[kinds]
    wanted = set(retrieval.tokens)
    shared = np.array(
        [
            len(wanted & set(analyzer().tokens(unit.text))) / (len(wanted) or 1)
            for unit in passage.units
            if unit.kind != "pointer"
        ],
        dtype=np.float32,
    )
    scores = cosine + LEXICAL_WEIGHT * shared
    scores[0] += LEAD_BONUS
    return np.asarray(scores, dtype=np.float32)


def _whole_lists(units: list[Unit], keep: set[int]) -> set[int]:
    """A step alone is of no use: take its whole list, and the sentence that introduces it."""
    result = set(keep)
    for kind, run in groupby(enumerate(units), key=lambda pair: pair[1].kind):
        numbers = [number for number, _ in run]
        if kind == "sentence" or not result & {*numbers}:
            continue
        if kind == "step":
            result.update(numbers)
        if numbers[0] > 0:
            result.add(numbers[0] - 1)
    return result


def _grouped(
    passage: Passage, units: list[Unit], keep: list[int], scores: NDArray[np.float32]
) -> list[Claim]:
    claims: list[Claim] = []
    for _, run in groupby(keep, key=lambda n: _group_key(units, n)):
        numbers = list(run)
        score = max(float(scores[n]) for n in numbers)
        claims.append(Claim(passage, tuple(units[n] for n in numbers), score))
    return claims


def _group_key(units: list[Unit], number: int) -> tuple[str, int]:
    """Consecutive steps share a key; every other unit has its own."""
    if units[number].kind != "step":
        return ("", number)
    first = number
    while first > 0 and units[first - 1].kind == "step":
        first -= 1
    return ("step", first)


def _text(claims: list[Claim]) -> str:
    lines: list[str] = []
    previous: Claim | None = None
    for number, claim in enumerate(claims, 1):
        kind = claim.units[0].kind
        new_passage = previous is not None and previous.passage is not claim.passage
        if new_passage:
            lines.append("")
        if kind == "step":
            lines += [f"{n}. {unit.text} [{number}]" for n, unit in enumerate(claim.units, 1)]
        elif kind in ("item", "row"):
            lines.append(f"- {claim.units[0].text} [{number}]")
        elif previous is not None and not new_passage and previous.units[0].kind == "sentence":
            lines[-1] += f" {claim.units[0].text} [{number}]"
        else:
            lines.append(f"{claim.units[0].text} [{number}]")
        previous = claim
    return "\n".join(lines)


def _citation(number: int, claim: Claim) -> Citation:
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
    )
