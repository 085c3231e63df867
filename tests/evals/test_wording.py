"""The wording report counts shared words and finds questions that fit two sections."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

import corpus
from corpus.loader import ROOT, questions_by_heading
from evals.wording import Asked, asked_of, astray, table, twins

A, B, C = ("a", "하나"), ("a", "둘"), ("b", "하나")


def asked(place: tuple[str, str], question: str, shared: int = 0, words: int = 4) -> Asked:
    return Asked(place, question, "정산", shared, words)


def unit(*rows: tuple[float, ...]) -> np.ndarray:
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def shipped() -> list[Asked]:
    return asked_of(corpus.load())


def test_same_question_of_two_sections_is_found_once() -> None:
    views = [
        asked(A, "돈 언제"),
        asked(A, "돈은 언제쯤"),
        asked(B, "돈 언제요"),
        asked(C, "딴 얘기"),
    ]
    [found] = twins(views, unit((1, 0), (0.6, 0.8), (1, 0.02), (-1, 0.2)))
    assert {found.asked.place, found.other} == {A, B}
    assert found.by == pytest.approx(1.0, abs=1e-3)


def test_two_wordings_in_one_section_are_no_twins() -> None:
    views = [asked(A, "돈 언제"), asked(A, "돈 언제요"), asked(B, "딴 얘기")]
    assert twins(views, unit((1, 0), (1, 0.01), (0, 1))) == []


def test_question_nearer_to_another_sections_text_is_astray() -> None:
    views = [asked(A, "가까운 것"), asked(B, "먼 것")]
    found = astray(views, unit((1, 0.1), (1, 0)), unit((1, 0), (0.5, 1)), [A, B])
    assert [(fit.asked.question, fit.other) for fit in found] == [("먼 것", A)]
    assert found[0].by == pytest.approx(1 - 0.5 / np.hypot(0.5, 1), abs=1e-6)


def test_a_section_of_several_passages_is_as_near_as_its_nearest() -> None:
    found = astray([asked(A, "질문")], unit((1, 0)), unit((0, 1), (1, 0), (0.9, 0.4)), [A, A, B])
    assert found == []


def test_shared_words_are_counted_by_meaning_not_by_form() -> None:
    [document] = [d for d in corpus.load() if d.id == "settlement-cycle"]
    heading = "정산금이 입금되는 날과 시각"
    document = document.model_copy(
        update={"questions": {heading: ("정산금은 몇 시에 입금돼요?", "통장에 언제 꽂혀요?")}}
    )
    shared, none = asked_of([document])
    assert (shared.place, shared.part) == (("settlement-cycle", heading), "정산")
    assert shared.shared >= 2
    assert none.shared == 0


def test_table_gives_median_share_and_distribution() -> None:
    lines = table([asked(A, "가", 0), asked(B, "나", 1), asked(C, "다", 5)]).splitlines()
    assert lines[-1] == "| 합계 | 3 | 1 | 0.25 | 33% | 33% | 0% | 0% | 33% |"
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| 정산", "| 합계"]


def test_questions_of_the_shipped_corpus_keep_from_their_sections_words(
    shipped: list[Asked],
) -> None:
    assert statistics.median(item.shared for item in shipped) <= 2


def test_every_section_has_six_to_twelve_questions() -> None:
    counts = {
        (document.id, section.heading): len(written.get(section.heading, ()))
        for document in corpus.load()
        for written in [questions_by_heading(ROOT / "questions" / f"{document.id}.yaml")]
        for section in document.sections
    }
    assert {place: n for place, n in counts.items() if not 6 <= n <= 12} == {}


def test_no_question_is_asked_of_two_sections_word_for_word(shipped: list[Asked]) -> None:
    questions = [item.question for item in shipped]
    assert sorted({q for q in questions if questions.count(q) > 1}) == []
