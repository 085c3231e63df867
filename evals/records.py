"""One line a question: what was asked, found and answered, and what it scored."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from assistant import Answer
from corpus import QuestionFileError, SettingsError
from evals.metrics import METRICS
from evals.questions import Question
from index.storage.files import flush

_PARQUET_ROWS = 1000  # held in memory at once

Row = dict[str, str | float | bool | None]

COLUMNS: dict[str, type] = {
    "id": str,
    "question": str,
    "now": str,
    "kind": str,
    "part": str,
    "answerable": bool,
    "error": str,
    "answered": bool,
    "confidence": float,
    "category": str,
    "text": str,
    "channel": str,
    "channel_open": bool,
    "citations": str,
    "ranked": str,
    "ms": float,
    **{f"score_{name}": float for name in METRICS},
}
"""Columns of the table of answers; ``citations`` and ``ranked`` are JSON."""


class Ranked(BaseModel):
    """A passage that the search found, in order."""

    model_config = ConfigDict(frozen=True)

    passage_id: str
    document_id: str
    section: str
    score: float


class Record(BaseModel):
    """An answered question; ``error`` is the message for one that cannot be used.

    ``given`` is the question with its gold and the time at which it was asked; ``scores`` has a
    value for each metric that applies (`evals.metrics.METRICS`).
    """

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    given: Question
    answer: Answer | None = None
    error: str | None = None
    ranked: tuple[Ranked, ...] = ()
    scores: dict[str, float] = {}


def read_records(file: Path) -> Iterator[Record]:
    """The records of an answers file, one at a time.

    Raises:
        QuestionFileError: the file is missing, or a line is not a record; the message names it.
    """
    try:
        handle = file.open(encoding="utf-8")
    except OSError as error:
        raise QuestionFileError(f"읽을 수 없습니다({error.strerror})", file=file) from error
    with handle:
        for number, line in enumerate(handle, 1):
            try:
                yield Record.model_validate_json(line)
            except ValueError as error:
                raise QuestionFileError(
                    "`eval run`이 쓴 줄이 아닙니다", file=file, line=number
                ) from error


def flat_row(record: Record) -> Row:
    """A record as one row of a table, with the names of `COLUMNS`."""
    given = record.given
    row: Row = dict.fromkeys(COLUMNS)
    row |= {
        "id": record.id,
        "question": record.question,
        "now": given.now.isoformat() if given.now else None,
        "kind": given.kind,
        "part": given.category,
        "answerable": given.answerable,
        "error": record.error,
        "ranked": json.dumps([one.passage_id for one in record.ranked], ensure_ascii=False),
    }
    row |= {f"score_{name}": value for name, value in record.scores.items()}
    return row | (_answer_row(record.answer) if record.answer else {})


def _answer_row(answer: Answer) -> Row:
    citations = [
        {"n": c.n, "document": c.document_id, "section": c.section, "quote": c.quote}
        for c in answer.citations
    ]
    return {
        "answered": answer.answered,
        "confidence": answer.confidence,
        "category": answer.category,
        "text": answer.text,
        "channel": answer.channel.id,
        "channel_open": answer.channel.open_now,
        "citations": json.dumps(citations, ensure_ascii=False),
        "ms": answer.timings.get("total"),
    }


def write_csv(records: Iterable[Record], file: Path) -> None:
    """One row a record. The byte order mark lets a spreadsheet see that it is UTF-8."""

    def write(part: Path) -> None:
        with part.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.DictWriter(handle, COLUMNS)
            writer.writeheader()
            writer.writerows(map(flat_row, records))

    replace_with(file, write)


def write_parquet(records: Iterable[Record], file: Path) -> None:
    """One row a record, written in groups of rows so that memory stays bounded.

    Raises:
        SettingsError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise SettingsError(
            "Parquet으로 쓰려면 pyarrow가 필요합니다.",
            name="format",
            hint="pip install 'smartstore-assistant[parquet]'로 설치해 주세요.",
        ) from error

    kinds = {str: pa.string(), bool: pa.bool_(), float: pa.float64()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])

    def write(part: Path) -> None:
        rows = map(flat_row, records)
        with parquet.ParquetWriter(part, schema) as writer:
            while group := list(islice(rows, _PARQUET_ROWS)):
                writer.write_table(pa.Table.from_pylist(group, schema=schema))

    replace_with(file, write)


def replace_with(file: Path, write: Callable[[Path], None]) -> None:
    """``file`` appears whole or not at all: written beside its place, flushed, renamed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    write(part)
    flush(part)
    part.replace(file)
