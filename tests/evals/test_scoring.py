"""Each metric on answers whose score is known by hand."""

import datetime as dt
import math

import pytest

from assistant import Answer
from assistant.hours import KOREA
from assistant.pipeline import Assistant
from evals.gold import Fact, facts
from evals.questions import Question
from evals.scoring import numbers_of, ranking, score, tells

NOW = dt.datetime(2026, 11, 25, 10, 0, tzinfo=KOREA)
GOLD = [Fact("1", "a", "하나", ("3일",)), Fact("2", "b", "둘", ("5%", "1만원"))]


def test_ranking_is_that_of_the_sections_in_our_order() -> None:
    found = ranking(GOLD[:1], [("x", "1"), ("a", "다른 절"), ("a", "하나"), ("a", "하나")])
    assert found["recall_at_1"] == 0
    assert found["recall_at_3"] == found["recall_at_5"] == 1
    assert found["rr"] == pytest.approx(1 / 3)
    assert found["ndcg"] == pytest.approx(1 / math.log2(4))


def test_several_passages_of_one_section_are_one_place() -> None:
    places = [("x", "1"), ("x", "1"), ("x", "1"), ("a", "하나")]
    assert ranking(GOLD[:1], places)["rr"] == 0.5


def test_equal_names_do_not_change_the_order() -> None:
    assert ranking(GOLD[:1], [("a", "하나"), ("z", "끝")])["rr"] == 1
    assert ranking(GOLD[:1], [("z", "끝"), ("a", "하나")])["rr"] == 0.5
    assert ranking(GOLD[:1], [])["rr"] == 0


def test_a_fact_is_told_when_all_its_figures_are() -> None:
    assert tells(GOLD, "3 일 안에 냅니다") is True
    assert tells(GOLD, "수수료 5%") is False
    assert tells(GOLD, "수수료 5%, 최소 1만 원이 아니라 1만원") is True
    assert tells([Fact("3", "c", "셋", ())], "무엇이든") is None


def test_numbers_of_an_answer_are_its_claims_not_its_markers_and_steps() -> None:
    text = "1. 09:00~18:00에 전화합니다. [1]\n2. 수수료는 1,980원(3.3%)입니다. [12]"
    assert numbers_of(text) == ["09:00", "18:00", "1,980", "3.3"]


@pytest.fixture
def asked(bot: Assistant) -> tuple[Question, Answer]:
    question = Question(
        id="q",
        question="톡톡상담 운영시간",
        answerable=True,
        facts=("seed-041",),
        channels=("talktalk",),
        now=NOW,
    )
    return question, bot.answer(question.question, now=NOW)


def scored(bot, asked, answer=None, exact=True):
    question, own = asked
    answer = answer or own
    texts = [bot.index.passage(citation.passage_id).text for citation in answer.citations]
    return score(question, answer, [], texts, exact)


def test_a_right_answer_has_full_marks(bot, asked) -> None:
    found = scored(bot, asked)
    for name in (
        "answered", "quotes_exact", "numbers_grounded", "channel", "opening", "fact_in_answer",
        "fact_in_quote", "cited", "citation_recall",
    ):  # fmt: skip
        assert found[name] == 1.0, name
    assert found["in_scope_declined"] == 0.0
    assert "abstention_recall" not in found


def test_a_number_that_no_cited_passage_has_is_not_grounded(bot, asked) -> None:
    wrong = asked[1].model_copy(update={"text": "평일 09:00부터 19:30까지 엽니다. [1]"})
    assert scored(bot, asked, wrong)["numbers_grounded"] == 0.5


def test_citations_are_counted_by_section(bot, asked) -> None:
    gold = facts()["seed-041"]
    right = next(c for c in asked[1].citations if gold.tells(c.document_id, c.section))
    other = right.model_copy(update={"document_id": "order-cancel"})
    mixed = asked[1].model_copy(update={"citations": (right, right, other)})
    found = score(asked[0], mixed, [], [], exact=True)
    assert (found["citation_precision"], found["citation_recall"]) == (0.5, 1.0)
    none = score(asked[0], mixed.model_copy(update={"citations": (other,)}), [], [], exact=True)
    assert (none["cited"], none["citation_precision"], none["citation_recall"]) == (0, 0, 0)


def test_the_opening_of_a_channel_is_checked_against_the_time_of_the_question(bot, asked) -> None:
    lunch = asked[0].model_copy(update={"now": NOW.replace(hour=12, minute=30)})
    assert score(lunch, asked[1], [], [], exact=True)["opening"] == 0.0


def test_declining_is_right_only_where_there_is_no_answer(bot) -> None:
    question = Question(id="q", question="쿠팡 수수료", answerable=False)
    declined = bot.answer(question.question, now=NOW)
    found = score(question, declined, [], [], exact=True)
    assert found == {"answered": 0, "abstention_recall": 1, "abstention_precision": 1}
    wrongly = question.model_copy(update={"answerable": True})
    found = score(wrongly, declined, [], [], exact=True)
    assert found == {"answered": 0, "in_scope_declined": 1, "abstention_precision": 0}
