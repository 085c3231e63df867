"""Question files: what is read, and a clear word with the line on what cannot be."""

from pathlib import Path

import pytest

from corpus import QuestionFileError
from evals import read_questions
from evals.gold import facts
from evals.questions import SHIPPED


def test_jsonl_with_gold(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"question": "정산 언제?", "facts": ["settlement-001"], '
        '"now": "2026-11-25T10:00+09:00"}\n\n'
        '{"question": "안녕", "answerable": false}\n',
        encoding="utf-8",
    )
    first, second = read_questions(file)
    assert (first.question, first.facts) == ("정산 언제?", ("settlement-001",))
    assert first.now is not None
    assert first.now.isoformat() == "2026-11-25T10:00:00+09:00"
    assert second.answerable is False


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_csv_in_the_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "q.csv"
    text = '번호,질문,channels\n1,"배송비, 누가 내요?",faq;manual\n2,정산은?,\n'
    file.write_bytes(text.encode(encoding))
    first, second = read_questions(file)
    assert first.question == "배송비, 누가 내요?"
    assert first.channels == ("faq", "manual")
    assert second.channels == ()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("q.txt", "정산", "JSONL\\(.jsonl\\)이나 CSV"),
        ("q.jsonl", "", "질문이 하나도 없습니다"),
        ("q.jsonl", '{"question": "a"}\n{oops\n', "q.jsonl:2: 올바른 JSON이 아닙니다"),
        ("q.jsonl", "[1]\n", "q.jsonl:1: 한 줄에 JSON 객체"),
        ("q.jsonl", '{"text": "a"}\n', "q.jsonl:1: question 항목이 없습니다"),
        ("q.jsonl", '{"question": "a", "now": "내일"}\n', "q.jsonl:1: now"),
        ("q.csv", "a,b\n1,2\n", "질문 열이 없습니다"),
    ],
)
def test_a_bad_file_is_named_with_its_line(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(QuestionFileError, match=message):
        read_questions(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match=r"gone\.csv: 읽을 수 없습니다"):
        read_questions(tmp_path / "gone.csv")


@pytest.mark.parametrize("name", ["dev", "test"])
def test_shipped_questions_name_known_facts_and_channels(name: str) -> None:
    questions = read_questions(SHIPPED / f"{name}.jsonl")
    known = facts()
    assert len({q.id for q in questions}) == len(questions)
    for question in questions:
        assert all(fact in known for fact in question.facts)
        assert bool(question.facts) == question.answerable
        assert question.channels
    outside = [q for q in questions if not q.answerable]
    assert len(outside) * 3 >= len(questions)


def test_no_test_question_stands_in_the_dev_set_or_the_corpus() -> None:
    import corpus

    dev = {q.question for q in read_questions(SHIPPED / "dev.jsonl")}
    views = {q for d in corpus.load() for listed in d.questions.values() for q in listed}
    against = {negative.text for negative in corpus.negatives()}
    held_out = {q.question for q in read_questions(SHIPPED / "test.jsonl")}
    assert held_out.isdisjoint(dev | views | against)
    assert dev.isdisjoint(views | against)
