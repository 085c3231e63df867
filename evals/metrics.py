"""Figures over a set: retrieval, facts in the answer, abstention, channels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant import Answer
from evals.gold import facts, flat
from evals.questions import Question
from index import Hit


@dataclass
class Tally:
    """How often something was right among the questions it applies to."""

    right: int = 0
    of: int = 0

    def add(self, right: bool) -> None:
        """Count one question."""
        self.right += right
        self.of += 1

    @property
    def share(self) -> float:
        """Right ones among all; nan when it never applied."""
        return self.right / self.of if self.of else float("nan")


@dataclass
class Summary:
    """The figures of one run."""

    questions: int = 0
    failed: int = 0
    tallies: dict[str, Tally] = field(default_factory=dict)

    def add(self, name: str, right: bool) -> None:
        """Count one question under ``name``."""
        self.tallies.setdefault(name, Tally()).add(right)


NAMES = {
    "answered": "답한 비율",
    "section_at_1": "답이 있는 절이 1위",
    "section_at_5": "답이 있는 절이 5위 안",
    "cited": "답이 있는 절을 인용",
    "figures": "사실의 수치가 답에 있음",
    "in_scope_declined": "답할 질문을 거절",
    "out_of_scope_declined": "답 못 할 질문을 거절",
    "channel": "맞는 채널",
    "quotes": "인용이 원문과 같음",
}


def score(summary: Summary, question: Question, answer: Answer, hits: Iterable[Hit]) -> None:
    """Add one answered question to ``summary``; gold that is absent is not counted."""
    summary.add("answered", answer.answered)
    if question.channels:
        summary.add("channel", answer.channel.id in question.channels)
    if question.answerable is False:
        summary.add("out_of_scope_declined", not answer.answered)
    if question.answerable:
        summary.add("in_scope_declined", not answer.answered)
    gold = [facts()[name] for name in question.facts if name in facts()]
    if not gold:
        return
    ranked = [(hit.document_id, hit.section) for hit in hits]
    summary.add("section_at_1", any(g.tells(*where) for g in gold for where in ranked[:1]))
    summary.add("section_at_5", any(g.tells(*where) for g in gold for where in ranked[:5]))
    cited = {(c.document_id, c.section) for c in answer.citations}
    summary.add("cited", any(g.tells(*where) for g in gold for where in cited))
    if gold[0].figures:
        shown = flat(answer.text)
        summary.add("figures", any(_told(g.figures, shown) for g in gold if g.figures))


def _told(figures: tuple[str, ...], shown: str) -> bool:
    return any(flat(figure) in shown for figure in figures)


def describe(summary: Summary) -> list[str]:
    """The figures as lines of text; only those that applied to at least one question."""
    lines = [
        f"{NAMES[name]}: {summary.tallies[name].share:.3f} "
        f"({summary.tallies[name].right}/{summary.tallies[name].of})"
        for name in NAMES
        if name in summary.tallies
    ]
    if summary.failed:
        lines.append(f"답하지 못한 질문(오류): {summary.failed}")
    return lines
