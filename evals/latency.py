"""How long ``answer()`` takes, by stage, beside its parts timed alone in the same run.

``python -m evals.latency`` prints a table: the median and 95th percentile of warm answers on one
thread, the median of the parts that any answer needs (morphemes, embedding, search) called alone
on the same questions, the ratio of the two, and the time of a first answer in a fresh process.
``--write README.md`` puts the table between the markers of that file.
"""

from __future__ import annotations

import datetime as dt
import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

import click

from assistant import Assistant
from assistant.settings import load_settings
from evals.questions import SHIPPED, read_questions
from evals.tables import replace_table
from index import Index
from index.lexical import analyzer

WARM_UP = 20
ROUNDS = 3  # of all questions; the median of each question's fastest round is robust to noise
NOW = dt.datetime.fromisoformat("2026-11-25T10:00+09:00")
FIRST = (
    "import time; started = time.perf_counter(); import assistant; "
    "assistant.answer('정산은 언제 되나요?'); print(time.perf_counter() - started)"
)
COLD_RUNS = 5


def warm(bot: Assistant, questions: list[str]) -> tuple[list[float], dict[str, list[float]]]:
    """Milliseconds of each question's fastest answer, and of the stages of that answer."""
    totals: list[float] = []
    stages: dict[str, list[float]] = {}
    for question in questions:
        answers = [bot.answer(question, now=NOW).timings for _ in range(ROUNDS)]
        best = min(answers, key=lambda timings: timings["total"])
        totals.append(best["total"])
        for name, value in best.items():
            stages.setdefault(name, []).append(value)
    return totals, stages


def parts_alone(index: Index, questions: list[str]) -> dict[str, list[float]]:
    """Milliseconds of what any answer needs, called alone: each question's fastest round."""
    korean = analyzer()
    result: dict[str, list[float]] = {"morphemes": [], "encode": [], "search": []}
    for question in questions:
        tokens = korean.tokens(question)
        vector = index.encoder.encode_query(question)
        calls: dict[str, Callable[[], object]] = {
            "morphemes": partial(korean.tokens, question),
            "encode": partial(index.encoder.encode_query, question),
            "search": partial(index.parts, vector, tokens),
        }
        for name, call in calls.items():
            result[name].append(min(_milliseconds(call) for _ in range(ROUNDS)))
    return result


def first_answer() -> list[float]:
    """Seconds from the start of a fresh interpreter's import to its first answer."""
    return [
        float(
            subprocess.run(
                [sys.executable, "-c", FIRST], check=True, capture_output=True, text=True
            ).stdout
        )
        for _ in range(COLD_RUNS)
    ]


def table(
    totals: list[float], stages: dict[str, list[float]], alone: dict[str, list[float]], cold: float
) -> str:
    """The figures as a Markdown table."""
    parts = sum(statistics.median(values) for values in alone.values())
    median = statistics.median(totals)
    rows = [
        ("`answer()` 전체, 중앙값", f"{median:.1f} ms"),
        ("`answer()` 전체, 95번째 백분위", f"{_percentile(totals, 95):.1f} ms"),
        *(
            (f"— {label}", f"{statistics.median(stages[name]):.1f} ms")
            for name, label in (
                ("morphemes", "형태소 분석"),
                ("encode", "질문 임베딩"),
                ("search", "검색(벡터 + BM25)"),
                ("compose", "답변 구성"),
                ("channel", "채널 선택"),
            )
        ),
        ("부품만 따로(형태소 + 임베딩 + 검색)", f"{parts:.1f} ms"),
        ("전체 ÷ 부품", f"{median / parts:.2f}배"),
        ("새 프로세스의 첫 답변(색인 있음)", f"{cold:.2f} 초"),
    ]
    body = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return f"| 항목 | 시간 |\n| --- | --- |\n{body}"


def _milliseconds(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return (perf_counter() - started) * 1000


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


@click.command()
@click.option("--write", type=click.Path(exists=True, path_type=Path), help="A README to update.")
def main(write: Path | None) -> None:
    """Print the table of latencies."""
    settings = load_settings()
    bot = Assistant(settings)
    questions = [q.question for q in read_questions(SHIPPED / "dev.jsonl")]
    for question in questions[:WARM_UP]:
        bot.answer(question, now=NOW)
    totals, stages = warm(bot, questions)
    alone = parts_alone(bot.index, questions)
    text = table(totals, stages, alone, statistics.median(first_answer()))
    click.echo(text)
    if write:
        replace_table(write, "latency", text)


if __name__ == "__main__":
    main()
