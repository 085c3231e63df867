"""Answer a set of questions one by one, streaming to a JSONL file."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from tqdm import tqdm

from assistant import Assistant, Citation, QuestionError, Settings
from evals.metrics import Summary, score
from evals.questions import Question


def run(
    questions: Iterable[Question],
    out: Path,
    settings: Settings | None = None,
    now: dt.datetime | None = None,
    show_progress: bool = False,
) -> Summary:
    """Answer ``questions`` and write one JSON object a line to ``out``.

    Each line has ``id``, ``question`` and either ``answer`` (the `Answer`) or ``error`` (the
    Korean message for a question that cannot be used). The file appears whole at the end: until
    then the lines stand in ``<out>.part``.

    Args:
        questions: the set.
        out: the JSONL file to write.
        settings: default: from the environment.
        now: the time for questions without one of their own; default the present.
        show_progress: a progress bar on the error stream.
    """
    bot = Assistant(settings)
    listed = list(questions)
    summary = Summary()
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    with part.open("w", encoding="utf-8") as handle:
        bar = tqdm(
            listed, desc="질문에 답하기", unit="개", file=sys.stderr, disable=not show_progress
        )
        for question in bar:
            row = _answer(bot, question, now, summary)
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")
    part.replace(out)
    return summary


def _answer(
    bot: Assistant, question: Question, now: dt.datetime | None, summary: Summary
) -> dict[str, object]:
    summary.questions += 1
    given = {"id": question.id, "question": question.question}
    try:
        answer = bot.answer(question.question, question.history, now=question.now or now)
    except QuestionError as error:
        summary.failed += 1
        return {**given, "error": str(error)}
    if question.facts or question.answerable is not None or question.channels:
        hits = bot.search(question.question, k=5) if question.facts else []
        score(summary, question, answer, hits)
    summary.add("quotes", all(_verbatim(bot, c) for c in answer.citations))
    return {**given, "answer": answer.model_dump(mode="json")}


def _verbatim(bot: Assistant, citation: Citation) -> bool:
    text = bot.document(citation.document_id).text
    return text[citation.start : citation.end] == citation.quote
