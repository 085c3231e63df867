"""Batch answers: one line a question, figures from gold, bad questions reported and kept."""

import datetime as dt
import json
from pathlib import Path

from assistant.hours import KOREA
from assistant.settings import Settings
from evals import Question, run
from evals.metrics import describe

NOW = dt.datetime(2026, 11, 25, 10, 0, tzinfo=KOREA)


def test_every_question_gets_a_line_in_order(built_settings: Settings, tmp_path: Path) -> None:
    questions = [
        Question(id="a", question="톡톡상담 운영시간", facts=("seed-041",), channels=("talktalk",)),
        Question(id="b", question=""),
        Question(id="c", question="오늘 날씨", answerable=False, channels=("faq",)),
    ]
    out = tmp_path / "deep" / "answers.jsonl"
    summary = run(questions, out, settings=built_settings, now=NOW)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert "09:00~18:00" in rows[0]["answer"]["text"]
    assert "비어 있습니다" in rows[1]["error"]
    assert rows[2]["answer"]["answered"] is False
    assert not out.with_name("answers.jsonl.part").exists()
    assert (summary.questions, summary.failed) == (3, 1)
    assert summary.tallies["channel"].right >= 1
    assert summary.tallies["section_at_1"].share == 1.0
    assert summary.tallies["figures"].share == 1.0
    assert summary.tallies["out_of_scope_declined"].share == 1.0
    assert any("인용이 원문과 같음: 1.000" in line for line in describe(summary))


def test_the_clock_of_a_question_beats_that_of_the_run(
    built_settings: Settings, tmp_path: Path
) -> None:
    night = dt.datetime(2026, 11, 25, 22, 0, tzinfo=KOREA)
    questions = [
        Question(id="run", question="고객센터 전화번호"),
        Question(id="own", question="고객센터 전화번호", now=night),
    ]
    out = tmp_path / "answers.jsonl"
    run(questions, out, settings=built_settings, now=NOW)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["answer"]["channel"]["open_now"] for row in rows] == [True, False]


def test_running_twice_gives_the_same_figures(built_settings: Settings, tmp_path: Path) -> None:
    questions = [
        Question(id="1", question="정산은 언제 되나요?", facts=("settlement-001",)),
        Question(id="2", question="쿠팡 수수료", answerable=False),
    ]
    runs = [
        run(questions, tmp_path / f"{n}.jsonl", settings=built_settings, now=NOW) for n in range(2)
    ]
    assert runs[0] == runs[1]
