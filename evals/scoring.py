"""One answered question against its gold: a value for each metric that applies to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

import ir_measures
from ir_measures import RR, Success, nDCG

from assistant import Answer
from assistant.hours import korea_time, status
from corpus import Channel, channels
from evals.gold import Fact, facts, flat
from evals.questions import Question

Place = tuple[str, str]  # document id, heading of the section

CUT = 10
_RANKING = {
    "recall_at_1": Success @ 1,
    "recall_at_3": Success @ 3,
    "recall_at_5": Success @ 5,
    "recall_at_10": Success @ CUT,
    "rr": RR @ CUT,
    "ndcg": nDCG @ CUT,
}
_MARKER = re.compile(r"\[\d+\]")
_STEP = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def score(
    question: Question,
    answer: Answer,
    ranked: Sequence[Place],
    cited_texts: Sequence[str],
    exact: bool,
) -> dict[str, float]:
    """A value in 0..1 for each metric that applies.

    Args:
        question: with its gold; what is absent is not scored.
        answer: ours.
        ranked: the sections that the search found, best first.
        cited_texts: the passages of the citations.
        exact: whether every quote stands where its citation says.
    """
    result: dict[str, float] = {"answered": answer.answered}
    if answer.citations:
        result["quotes_exact"] = exact
    if answer.answered and (numbers := numbers_of(answer.text)):
        known = {number for text in cited_texts for number in _NUMBER.findall(text)}
        result["numbers_grounded"] = sum(n in known for n in numbers) / len(numbers)
    if question.channels:
        result["channel"] = answer.channel.id in question.channels
    if question.now:
        moment = korea_time(question.now)
        truth = status(_channels()[answer.channel.id], moment).open
        result["opening"] = answer.channel.open_now == truth
    result |= _abstention(question, answer)
    gold = gold_of(question)
    if gold:
        result |= ranking(gold, ranked) | _citations(gold, answer) | _figures(gold, answer)
    return {name: float(value) for name, value in result.items()}


def gold_of(question: Question) -> list[Fact]:
    """The facts of a question that the corpus still tells."""
    return [facts()[name] for name in question.facts if name in facts()]


def ranking(gold: Sequence[Fact], ranked: Sequence[Place]) -> dict[str, float]:
    """Success at a cut, reciprocal rank and nDCG of the gold sections, by ``ir_measures``."""
    relevant = {f"{fact.document}\t{fact.section}": 1 for fact in gold}
    # The library breaks ties by name: ranks as scores keep our order.
    order = {f"{d}\t{s}": -float(rank) for rank, (d, s) in enumerate(dict.fromkeys(ranked))}
    found = ir_measures.calc_aggregate(_RANKING.values(), {"q": relevant}, {"q": order})
    return {name: float(found[measure]) for name, measure in _RANKING.items()}


def tells(gold: Iterable[Fact], text: str) -> bool | None:
    """Whether ``text`` has every figure of one of the facts; None when none has figures."""
    with_figures = [fact.figures for fact in gold if fact.figures]
    if not with_figures:
        return None
    shown = flat(text)
    return any(all(flat(figure) in shown for figure in figures) for figures in with_figures)


def numbers_of(text: str) -> list[str]:
    """The numbers that an answer claims: without its markers and the counts of its steps."""
    return _NUMBER.findall(_MARKER.sub("", _STEP.sub("", text)))


def _abstention(question: Question, answer: Answer) -> dict[str, float]:
    if question.answerable is None:
        return {}
    result: dict[str, float] = {}
    if question.answerable:
        result["in_scope_declined"] = not answer.answered
    else:
        result["abstention_recall"] = not answer.answered
    if not answer.answered:
        result["abstention_precision"] = not question.answerable
    return result


def _citations(gold: Sequence[Fact], answer: Answer) -> dict[str, float]:
    wanted = {(fact.document, fact.section) for fact in gold}
    cited = {(citation.document_id, citation.section) for citation in answer.citations}
    both = len(wanted & cited)
    result: dict[str, float] = {"cited": both > 0, "citation_recall": both / len(wanted)}
    if cited:
        result["citation_precision"] = both / len(cited)
    return result


def _figures(gold: Sequence[Fact], answer: Answer) -> dict[str, float]:
    in_answer = tells(gold, answer.text)
    if in_answer is None:
        return {}
    quotes = " ".join(citation.quote for citation in answer.citations)
    return {"fact_in_answer": in_answer, "fact_in_quote": bool(tells(gold, quotes))}


@cache
def _channels() -> dict[str, Channel]:
    return {channel.id: channel for channel in channels()}
