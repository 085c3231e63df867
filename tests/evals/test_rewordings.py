"""Test questions are not rewordings of what the product has seen."""

from evals.questions import SHIPPED, read_questions
from evals.rewordings import REVIEWED, drop, nearest, seen_questions, unreviewed


def test_no_test_question_is_a_rewording(built_settings) -> None:
    """By letters against all; by vectors against what needs no minutes to embed."""
    asked = {q.id: q.question for q in read_questions(SHIPPED / "test.jsonl")}
    pairs = nearest(asked, seen_questions(), built_settings, {"dev", "view"})
    assert [str(pair) for pair in unreviewed(pairs)] == []


def test_rewordings_are_found_by_letters_and_by_meaning(built_settings) -> None:
    asked = {
        "spaces": "반품배송비는누가내야하나요",
        "words": "물건을 돌려받을 때 드는 택배 요금은 누구 부담인가요?",
        "other": "라이브 방송을 하려면 무엇을 준비하나요?",
    }
    seen = {"dev": ["반품 배송비는 누가 내야 하나요?", "반품 택배비는 누가 부담하나요?"]}
    pairs = {}
    for pair in nearest(asked, seen, built_settings, {"dev"}):
        letters, cosine = pairs.get(pair.id, (0.0, 0.0))
        pairs[pair.id] = (max(letters, pair.letters), max(cosine, pair.cosine))
    assert pairs["spaces"][0] == 100
    assert pairs["words"][0] < 60
    assert pairs["words"][1] > pairs["other"][1] + 0.2


def test_short_terms_are_alike_only_when_they_are_the_same(built_settings) -> None:
    seen = {"dev": ["정산 주기", "정산일정"]}
    pairs = nearest({"a": "정산 주기", "b": "정산일"}, seen, built_settings, set())
    assert {pair.id: pair.letters for pair in pairs} == {"a": 100, "b": 0}


def test_reviewed_pairs_are_of_questions_that_are_still_there() -> None:
    tests = {question.question for question in read_questions(SHIPPED / "test.jsonl")}
    lines = REVIEWED.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.split("\t")[0] not in tests] == []


def test_dropping_takes_out_only_the_named(tmp_path) -> None:
    file = tmp_path / "test.jsonl"
    file.write_text('{"id": "a"}\n{"id": "b"}\n{"id": "c"}\n', encoding="utf-8")
    drop(file, {"b"})
    assert file.read_text(encoding="utf-8") == '{"id": "a"}\n{"id": "c"}\n'
