"""The extractive answer: the sentences that answer, in reading order, a marker for each claim."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from assistant.claims import Claim, citation
from assistant.expect import asked_kinds, gives, loose_ends
from assistant.models import Citation
from index import Found, Index, Retrieval
from index.passages import Passage, Unit

MAX_CLAIMS = 8  # more than a seller reads before scrolling; a section told whole may have more
MAX_PASSAGES = 3
MAX_LATER_CLAIMS = 2  # what a passage after the first may add
WHOLE_CHARS = 480  # a section this short is one thought: it is told whole
AS_GOOD_WITHIN = 0.02  # of the best passage's score: which of the two answers is open
LEXICAL_WEIGHT = 0.15  # share of the question's terms in a unit, beside its cosine
KEEP_WITHIN = 0.07  # of the best unit's score: how near another unit of the passage must be
SECOND_WITHIN = 0.06  # how near another passage's score must be to add to the answer
# A short answer has room for what stands beside it: where to click, until when.
BESIDE_WITHIN, SHORT_CLAIMS = 0.09, 3
EXPECTED_BONUS = 0.03  # for giving the kind of thing (place, time, …) that was asked for
LEAD_BONUS = 0.03  # documents put the answer into a section's first sentence
LATER_WITHIN = 0.15  # of the best claim: how near a claim of a later passage must be
MIN_NEW_COVERAGE = 0.5  # share of the question that a passage must newly cover to be added for it


def compose(
    index: Index, retrieval: Retrieval, passages: int = MAX_PASSAGES
) -> tuple[str, tuple[Citation, ...]]:
    """The answer's text with markers ``[1]`` …, and the citations behind them.

    Args:
        index: where the passages and the vectors of their sentences are.
        retrieval: what was found, at least one passage.
        passages: how many passages the answer may draw on; three at most are used.
    """
    claims: list[Claim] = []
    seen: set[str] = set()
    for part in _parts(index, retrieval)[:passages]:
        as_good = part.found.score >= retrieval.found[0].score - AS_GOOD_WITHIN
        most = MAX_CLAIMS if not claims or as_good else MAX_LATER_CLAIMS
        limit = min(most, MAX_CLAIMS - len(claims))
        enough = max((claim.score for claim in claims), default=0.0) - LATER_WITHIN
        enough = 0.0 if part.asked else enough
        if part.beside and len(claims) > SHORT_CLAIMS:
            continue
        for claim in _claims(index, part, limit=limit, first=not claims or as_good):
            shown = " ".join(unit.text for unit in claim.units)
            if shown not in seen and claim.score >= enough:
                seen.add(shown)
                claims.append(claim)
        if len(claims) >= MAX_CLAIMS:
            break
    citations = tuple(citation(number, claim) for number, claim in enumerate(claims, 1))
    return _text(claims), citations


@dataclass(frozen=True)
class _Part:
    """A passage to answer from, for which search, and the terms that it is to speak of.

    ``asked``: it answers a question of its own.
    """

    found: Found
    retrieval: Retrieval
    wanted: frozenset[str]
    asked: bool = False
    beside: bool = False


def _parts(index: Index, retrieval: Retrieval) -> list[_Part]:
    """The best passage, those nearly as good, and one that covers what is still missing.

    A question with two parts ("전화번호와 점심시간") has its second part in another passage, which
    need not score near the first; it is found by the terms that the first leaves uncovered.
    """
    asked = frozenset(retrieval.tokens)
    best, *rest = retrieval.found
    near = [f for f in rest if f.score >= best.score - SECOND_WITHIN]
    if retrieval.parts:
        return _of_parts(retrieval, [_Part(found, retrieval, asked) for found in (best, *near)])
    missing = asked - index.terms(best.passage).all
    total = sum(index.lexical.idf(token) for token in asked) or 1.0

    def gain(found: Found) -> float:
        new = missing & index.terms(found.passage).all
        return sum(index.lexical.idf(token) for token in new) / total

    extra = max(rest, key=lambda f: (gain(f), f.text), default=None)
    chosen = [_Part(found, retrieval, asked) for found in (best, *near)]
    chosen += [_Part(f, retrieval, asked, beside=True) for f in rest if _is_beside(f, best, near)]
    if extra is not None and gain(extra) >= MIN_NEW_COVERAGE:
        kept = [part for part in chosen if part.found is not extra]
        told = _Part(extra, retrieval, missing, asked=True)
        return [*kept[: MAX_PASSAGES - 1], told]
    others = [found for found in rest if found not in near]
    return _with_expected(chosen[:MAX_PASSAGES], others, retrieval)


def _is_beside(found: Found, best: Found, near: list[Found]) -> bool:
    same = found.passage.document_id == best.passage.document_id
    return same and found not in near and found.score >= best.score - BESIDE_WITHIN


def _of_parts(retrieval: Retrieval, whole: list[_Part]) -> list[_Part]:
    """The best passage for each question that stands in this one, then others as good.

    After those of the parts, the passages for the whole question. What belongs to one question
    stands together.
    """
    first, other = [], []
    for number, one in enumerate(retrieval.parts):
        best, *rest = one.found
        terms = frozenset(one.tokens)
        near = [f for f in rest if f.score >= best.score - AS_GOOD_WITHIN]
        first.append((number, _Part(best, one, terms, asked=True)))
        other += [(number, _Part(found, one, terms, asked=True)) for found in near]
    last = [(len(retrieval.parts), part) for part in whole]
    chosen: dict[str, tuple[int, _Part]] = {}
    for number, part in [*first, *other, *last]:
        chosen.setdefault(part.found.passage.id, (number, part))
    kept = list(chosen.values())[:MAX_PASSAGES]
    return [part for _, part in sorted(kept, key=lambda pair: pair[0])]


def _with_expected(chosen: list[_Part], others: list[Found], retrieval: Retrieval) -> list[_Part]:
    """Add a passage of the same document that gives what kind of thing was asked for.

    "매뉴얼을 PDF로 받는 곳" is answered best by the section on PDFs, but the place stands in the
    section beside it.
    """
    kinds = asked_kinds(retrieval.query)
    missing = kinds - gives(" ".join(part.found.passage.text for part in chosen), kinds)
    beside = [
        found
        for found in others
        if found.passage.document_id == chosen[0].found.passage.document_id
        and gives(found.passage.text, missing)
    ]
    if not missing or not beside:
        return chosen
    return [*chosen[: MAX_PASSAGES - 1], _Part(beside[0], retrieval, frozenset(retrieval.tokens))]


def _claims(index: Index, part: _Part, limit: int, first: bool) -> list[Claim]:
    passage = part.found.passage
    units = [unit for unit in passage.units if unit.kind != "pointer"]
    if not units or limit < 1:
        return []
    scores = _scores(index, part)
    if first and sum(len(unit.text) for unit in units) <= WHOLE_CHARS:
        return _grouped(passage, units, [*range(len(units))], scores)
    best = float(scores.max())
    keep = {n for n, score in enumerate(scores) if score >= best - KEEP_WITHIN}
    keep = _whole_lists(units, keep | ({0} if first else set()))
    claims = _grouped(passage, units, sorted(keep), scores)
    strongest = sorted(claims, key=lambda claim: -claim.score)[:limit]
    chosen = [claim for claim in claims if claim in strongest]
    loose = loose_ends(units, {unit.start for claim in chosen for unit in claim.units})
    return [claim for claim in chosen if claim.start not in loose] or (chosen if first else [])


def _scores(index: Index, part: _Part) -> NDArray[np.float32]:
    """How well each unit answers: cosine, shared terms, the kind asked for, the lead."""
    passage = part.found.passage
    shown = [unit.kind != "pointer" for unit in passage.units]
    cosine = index.unit_scores(passage, part.retrieval.vector)[shown]
    shared = np.array(
        [
            len(part.wanted & terms) / (len(part.wanted) or 1)
            for unit, terms in zip(passage.units, index.terms(passage).units, strict=True)
            if unit.kind != "pointer"
        ],
        dtype=np.float32,
    )
    kinds = asked_kinds(part.retrieval.query)
    fits = np.array(
        [bool(gives(unit.text, kinds)) for unit in passage.units if unit.kind != "pointer"],
        dtype=np.float32,
    )
    scores = cosine + LEXICAL_WEIGHT * shared + EXPECTED_BONUS * fits
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
