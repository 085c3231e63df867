"""Question sets: JSONL or CSV with a question column; every other column is optional.

Columns of JSONL (CSV has the same names, lists separated by ``;``): ``question``; ``id``; ``now``
(ISO 8601); ``history`` (JSONL only); and gold ones: ``answerable``, ``facts`` (ids in
``evals/facts/``, the best first), ``channels`` (ids that are right), ``category``, ``kind``
(see `KINDS`). ``evals/questions/README.md`` is the full schema.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from corpus import QuestionFileError

KINDS = {
    "fact": "사실",
    "howto": "방법",
    "situation": "상황",
    "fragment": "토막말",
    "two_part": "두 가지 질문",
    "followup": "이어지는 질문",
    "channel": "채널",
    "hours": "운영시간",
    "typo": "오타",
    "spacing": "띄어쓰기 없음",
    "english": "영어 섞임",
    "near_miss": "비슷하지만 없는 내용",
    "marketplace": "다른 마켓",
    "buyer": "구매자 질문",
    "smalltalk": "잡담",
    "general": "일반 상식",
    "injection": "지시 바꾸기",
    "nonsense": "뜻 없는 말",
}
"""What kind of question it is, as reports name it; a set may have kinds of its own."""

SHIPPED = Path(__file__).parent / "questions"
_LISTS = ("facts", "channels")
_QUESTION_NAMES = ("question", "질문", "query", "q")


class Question(BaseModel):
    """One question of a set, with what is known about its right answer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    question: str
    now: dt.datetime | None = None
    history: tuple[dict[str, Any], ...] | None = None
    answerable: bool | None = None
    facts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    category: str | None = None
    kind: str | None = None

    @field_validator("now", "answerable", "category", "kind", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value


def read_questions(file: Path) -> list[Question]:
    """All questions of a file.

    Raises:
        QuestionFileError: the file is missing, of another kind, has no question column, or a
            row cannot be read; the message names the line.
    """
    readers: dict[str, Callable[[Path, str], Iterator[tuple[int, dict[str, Any]]]]] = {
        ".jsonl": _json_rows,
        ".ndjson": _json_rows,
        ".csv": _csv_rows,
        ".tsv": _csv_rows,
    }
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise QuestionFileError("질문 파일은 JSONL(.jsonl)이나 CSV(.csv)여야 합니다", file=file)
    questions = [_question(file, line, row) for line, row in reader(file, _text(file))]
    if not questions:
        raise QuestionFileError("질문이 하나도 없습니다", file=file)
    return questions


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise QuestionFileError(f"읽을 수 없습니다({error.strerror})", file=file) from error
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise QuestionFileError("글자 인코딩을 알 수 없습니다. UTF-8로 저장해 주세요", file=file)


def _json_rows(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise QuestionFileError("올바른 JSON이 아닙니다", file=file, line=number) from error
        if not isinstance(row, dict):
            raise QuestionFileError("한 줄에 JSON 객체 하나를 적어 주세요", file=file, line=number)
        yield number, row


def _csv_rows(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    delimiter = "\t" if file.suffix.lower() == ".tsv" else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = reader.fieldnames or []
    column = next((name for name in names if name.strip().lower() in _QUESTION_NAMES), None)
    if column is None:
        raise QuestionFileError(
            "질문 열이 없습니다. 첫 줄에 question이라는 열 이름을 적어 주세요", file=file, line=1
        )
    for row in reader:
        tidy: dict[str, Any] = {key: value or "" for key, value in row.items() if key}
        for name in _LISTS:
            listed = tidy.get(name, "")
            tidy[name] = [part.strip() for part in listed.split(";") if part.strip()]
        yield reader.line_num, {**tidy, "question": tidy[column]}


def _question(file: Path, line: int, row: dict[str, Any]) -> Question:
    if "question" not in row:
        raise QuestionFileError("question 항목이 없습니다", file=file, line=line)
    try:
        return Question(**{"id": f"{line}", **row})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise QuestionFileError(f"{name}: {first['msg']}", file=file, line=line) from error
