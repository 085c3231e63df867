"""Systems are judged alike, and a better one is told from a worse one."""

import pytest

import corpus
from evals.baselines import Words
from evals.gold import facts
from evals.questions import SHIPPED, Question, read_questions
from evals.sidebyside import hits, job, standings, threshold
from evals.standings import HEAD, table
from evals.systems import Finds, Span, measure


def span(document, start, end, score=1.0):
    return Span(document_id=document, start=start, end=end, score=score)


@pytest.fixture(scope="module")
def gold():
    fact = facts()["settlement-001"]
    document = next(d for d in corpus.load() if d.id == fact.document)
    section = next(s for s in document.sections if s.heading == fact.section)
    return fact, section


def test_a_piece_hits_when_it_shares_half_of_itself_or_of_the_section(gold) -> None:
    fact, section = gold
    inside = span(fact.document, section.start + 2, section.start + 12)
    around = span(fact.document, max(0, section.start - 3000), section.end + 3000)
    edge = span(fact.document, section.end - 2, section.end + 400)
    assert hits(inside, fact)
    assert hits(around, fact)
    assert not hits(edge, fact)
    assert not hits(span("order-cancel", section.start, section.end), fact)


def made(name, questions, found):
    return Finds(
        name=name,
        group="peer",
        spans={question.id: tuple(found(question)) for question in questions},
        milliseconds=dict.fromkeys((q.id for q in questions), 2.0),
        index_seconds=1.0,
        memory_mb=10.0,
    )


def test_a_perfect_system_is_beyond_doubt_ahead_of_one_that_finds_nothing(gold) -> None:
    fact, section = gold
    questions = [
        Question(id=str(n), question="q", answerable=n % 2 == 0, facts=(fact.id,) * (n % 2 == 0))
        for n in range(20)
    ]
    perfect = made(
        "perfect",
        questions,
        lambda q: [span(fact.document, section.start, section.end, 1.0 if q.answerable else 0.1)],
    )
    blind = made("blind", questions, lambda q: [span("order-cancel", 0, 10, 0.5)])
    assert threshold(perfect, questions) == 1.0
    best, worst = standings([perfect, blind], questions, questions)
    assert best.estimates["recall_at_5"].value == best.estimates["abstention"].value == 1.0
    assert best.estimates["auroc"].value == 1.0
    assert (worst.estimates["recall_at_5"].value, worst.estimates["abstention"].value) == (0, 0.5)
    assert worst.against["recall_at_5"].low > 0
    assert best.against["recall_at_5"].by == 0
    lines = table([best, worst]).splitlines()
    assert len({line.count(" |") for line in lines}) == 1
    assert lines[0].count(" |") == len(HEAD)
    assert "0.000 ▲" in lines[3]


def test_the_baseline_of_words_finds_what_is_named(built_settings) -> None:
    questions = [q for q in read_questions(SHIPPED / "dev.jsonl") if q.facts][:4]
    questions.append(Question(id="named", question="네이버페이 구매확정 정산 주기"))
    work = job(questions)
    found = measure(Words("words", str.split, built_settings), work, "baseline")
    assert set(found.spans) == {question.id for question in questions}
    assert all(len(spans) == 5 for spans in found.spans.values())
    assert found.spans["named"][0].score > found.spans["named"][-1].score > 0
    text = next(d.text for d in work.documents if d.id == found.spans["named"][0].document_id)
    assert "정산" in text[found.spans["named"][0].start : found.spans["named"][0].end]
