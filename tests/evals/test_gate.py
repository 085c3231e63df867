"""The gate: the shipped product passes, and each broken stage makes its own figure fall."""

import datetime as dt

import numpy as np
import pytest

from assistant.hours import KOREA
from corpus import QuestionFileError
from evals import gate
from evals.examine import Examined
from index.lexical import LexicalUnion


def fallen(run) -> set[str]:
    return {change.metric for change in gate.check(run, "dev").fallen}


def test_the_product_keeps_its_floors(fast_run) -> None:
    verdict = gate.check(fast_run, "dev")
    assert verdict.fallen == ()
    assert verdict.held > 0.8 * fast_run.figures.questions


def test_without_lexical_search_the_ranking_or_the_answers_fall(
    rerun, built_settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = LexicalUnion.scores
    monkeypatch.setattr(
        LexicalUnion, "scores", lambda self, tokens: np.zeros_like(original(self, tokens))
    )
    assert fallen(rerun(Examined(built_settings))) & {"rr", "ndcg", "in_scope_declined", "cited"}


class ShuffledCitations(Examined):
    """The quotes of an answer change places."""

    def answer(self, *args, **kwargs):
        found = super().answer(*args, **kwargs)
        quotes = [citation.quote for citation in found.citations]
        moved = [
            citation.model_copy(update={"quote": quote})
            for citation, quote in zip(found.citations, quotes[1:] + quotes[:1], strict=True)
        ]
        return found.model_copy(update={"citations": tuple(moved)})


def test_shuffled_citations_are_no_longer_exact(rerun, built_settings) -> None:
    assert fallen(rerun(ShuffledCitations(built_settings))) == {"quotes_exact"}


class StuckClock(Examined):
    """It is always lunch."""

    def answer(self, question, history=None, k=5, now=None):
        lunch = dt.datetime(2026, 11, 25, 12, 30, tzinfo=KOREA)
        return super().answer(question, history, k, lunch)


def test_a_clock_that_stands_still_at_lunch_tells_wrong_opening_hours(
    rerun, built_settings
) -> None:
    assert "opening" in fallen(rerun(StuckClock(built_settings)))


class Overconfident(Examined):
    """Answers whatever it is asked."""

    def __init__(self, settings) -> None:
        super().__init__(settings.model_copy(update={"min_confidence": 0.0}))


def test_answering_everything_fails_the_questions_without_an_answer(rerun, built_settings) -> None:
    assert "abstention_recall" in fallen(rerun(Overconfident(built_settings)))


def test_floors_are_those_of_the_run_that_wrote_them(fast_run, tmp_path) -> None:
    file = gate.write(fast_run, "mine", tmp_path)
    assert len(file.read_text(encoding="utf-8").splitlines()) == fast_run.figures.questions
    verdict = gate.check(fast_run, "mine", tmp_path)
    assert (verdict.fallen, verdict.unheld) == ((), 0)


def test_floors_that_are_not_there_are_named(fast_run, tmp_path) -> None:
    with pytest.raises(QuestionFileError, match=r"none\.jsonl.*--write"):
        gate.check(fast_run, "none", tmp_path)
    (tmp_path / "other.jsonl").write_text('{"id": "x", "question": "y", "scores": {}}\n')
    with pytest.raises(QuestionFileError, match="같은 질문이 기준에 없습니다"):
        gate.check(fast_run, "other", tmp_path)
