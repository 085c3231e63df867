"""Batch answers: one line a question, resumable, the same whatever the number of processes."""

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from assistant.hours import KOREA
from assistant.pipeline import Assistant
from assistant.settings import Settings
from corpus import QuestionFileError
from evals import Question, Run, run
from evals import workers as working
from evals.output import save, working_folder
from evals.questions import SHIPPED, read_questions
from evals.records import COLUMNS, read_records

NOW = dt.datetime(2026, 11, 25, 10, 0, tzinfo=KOREA)


def answers(folder: Path) -> list[dict]:
    text = (folder / "answers.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def without_times(rows: list[dict]) -> list[dict]:
    for row in rows:
        if row["answer"]:
            del row["answer"]["timings"]
    return rows


def test_every_question_gets_a_line_in_order(built_settings: Settings, tmp_path: Path) -> None:
    questions = [
        Question(id="a", question="톡톡상담 운영시간", facts=("seed-041",), channels=("talktalk",)),
        Question(id="b", question=""),
        Question(id="c", question="오늘 날씨", answerable=False, channels=("faq",)),
    ]
    out = tmp_path / "deep" / "result"
    done = run(questions, out, settings=built_settings, now=NOW)
    rows = answers(out)
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert "09:00~18:00" in rows[0]["answer"]["text"]
    assert "비어 있습니다" in rows[1]["error"]
    assert rows[2]["answer"]["answered"] is False
    assert not (out / "answers.jsonl.part").exists()
    assert (done.figures.questions, done.figures.failed) == (3, 1)
    overall = done.figures.overall.estimates
    for name in ("recall_at_1", "fact_in_answer", "fact_in_quote", "quotes_exact", "cited"):
        assert overall[name].value == 1.0, name
    assert overall["abstention_recall"].value == 1.0
    assert done.figures.confusion["talktalk"] == {"talktalk": 1}


def test_the_clock_of_a_question_beats_that_of_the_run(
    built_settings: Settings, tmp_path: Path
) -> None:
    night = dt.datetime(2026, 11, 25, 22, 0, tzinfo=KOREA)
    questions = [
        Question(id="run", question="고객센터 전화번호"),
        Question(id="own", question="고객센터 전화번호", now=night),
    ]
    done = run(questions, tmp_path, settings=built_settings, now=NOW)
    assert [row["answer"]["channel"]["open_now"] for row in answers(tmp_path)] == [True, False]
    assert done.figures.overall.estimates["opening"].value == 1.0


def test_a_set_gives_the_same_answers_and_figures_on_one_core_and_on_two(
    built_settings: Settings, tmp_path: Path
) -> None:
    questions = read_questions(SHIPPED / "dev.jsonl")[:70]
    alone, both = (
        run(questions, tmp_path / f"{n}", built_settings, NOW, workers=n) for n in (1, 2)
    )
    assert without_times(answers(alone.folder)) == without_times(answers(both.folder))
    varies = {"latency", "latencies"}
    assert alone.figures.model_dump(exclude=varies) == both.figures.model_dump(exclude=varies)


class Interrupted(Exception):
    pass


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(
    built_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = read_questions(SHIPPED / "dev.jsonl")[:30]
    asked: list[str] = []
    original = Assistant.answer

    def answer(self, question, *args, **kwargs):
        asked.append(question)
        if len(asked) == 20:
            raise Interrupted
        return original(self, question, *args, **kwargs)

    monkeypatch.setattr(Assistant, "answer", answer)
    with pytest.raises(Interrupted):
        run(questions, tmp_path, built_settings, NOW, workers=1)
    part = tmp_path / "answers.jsonl.part"
    kept = part.read_bytes()
    assert kept.count(b"\n") == working._GROUP  # the group in which it was cut off is lost
    part.write_bytes(kept + b'{"id": "half')
    asked.clear()
    monkeypatch.setattr(
        Assistant, "answer", lambda self, q, *a, **k: asked.append(q) or original(self, q, *a, **k)
    )
    run(questions, tmp_path, built_settings, NOW, workers=1)
    assert asked == [question.question for question in questions[working._GROUP :]]
    assert [row["id"] for row in answers(tmp_path)] == [question.id for question in questions]


def test_a_cut_off_run_of_other_questions_is_not_continued(
    built_settings: Settings, tmp_path: Path
) -> None:
    run([Question(id="1", question="정산은 언제 되나요?")], tmp_path, built_settings, NOW)
    (tmp_path / "answers.jsonl").rename(tmp_path / "answers.jsonl.part")
    other = [Question(id="1", question="반품 배송비는 누가 내나요?")]
    run(other, tmp_path, built_settings, NOW)
    assert [row["question"] for row in answers(tmp_path)] == [other[0].question]


def test_questions_are_taken_only_as_fast_as_they_are_answered(bot: Assistant) -> None:
    """A set of any size is answered in bounded memory: nothing is read far ahead."""
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield Question(id=str(taken), question="정산 주기", now=NOW)

    groups = working.answered(endless(), bot.settings, 1)
    for _ in range(2):
        next(groups)
    assert taken == 2 * working._GROUP
    groups.close()


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_answers_can_be_had_as_one_file(
    built_settings: Settings, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("질문,메모\n톡톡상담 운영시간,급함\n쿠팡 수수료,\n", encoding="cp949")
    target = tmp_path / f"answers{suffix}"
    done = run(file, working_folder(target), built_settings, NOW)
    save(done, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == [target.name, "mine.csv"]
    if suffix == ".jsonl":
        texts = [record.answer.text for record in read_records(target)]
    elif suffix == ".csv":
        with target.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
        assert list(rows[0]) == list(COLUMNS)
        texts = [row["text"] for row in rows]
    else:
        parquet = pytest.importorskip("pyarrow.parquet")
        table = parquet.read_table(target)
        assert table.column_names == list(COLUMNS)
        assert table["answered"].to_pylist() == [True, False]
        texts = table["text"].to_pylist()
    assert "09:00~18:00" in texts[0]
    assert len(texts) == 2


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match=r"answers\.jsonl"):
        Run.read(tmp_path)
