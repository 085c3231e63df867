"""Rows of a sheet as blocks: questions with their answers, or tables with their header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from corpus.readers.lists import lines_as_blocks
from corpus.readers.writer import Block, Heading, Paragraph, Table, clean

Row = Sequence[str]

_MARKS = re.compile(r"[\s()\[\].:\uff1a/*_-]+")
_QUESTION = re.compile(
    r"(?:q|q질문|(?:고객|자주묻는)?(?:질문|문의|질의)(?:내용|사항|q)?|questions?)"
)
_ANSWER = re.compile(r"(?:a|a답변|(?:답변|답|응답|회신)(?:내용|예시|a)?|answers?)")
_CATEGORY = re.compile(r"(?:[대중소]?분류(?:명)?|카테고리|구분|유형|분야|주제|categor(?:y|ies))")
_HEADER_WITHIN = 20  # rows in which the header of a question table is looked for
_LONGEST_TABLE = 100  # rows under one heading: what a person can take in, and search can rank


@dataclass(frozen=True)
class _Columns:
    question: int
    answer: int
    categories: tuple[int, ...]
    others: dict[int, str] = field(default_factory=dict)


def sheet_blocks(rows: list[list[str]], name: str, level: int) -> Iterator[Block]:
    """The blocks of one sheet.

    Args:
        rows: cells as text; rows without text separate tables.
        name: the heading of the sheet; empty: none is written.
        level: of that heading.
    """
    header = next(
        (n for n, row in enumerate(rows[:_HEADER_WITHIN]) if _question_columns(row)), None
    )
    columns = _question_columns(rows[header]) if header is not None else None
    if header is None or columns is None:
        yield from _plain_blocks(rows, name, level)
        return
    if name:
        yield Heading(name, level)
    for row in rows[:header]:
        if any(row):
            yield Paragraph(" ".join(cell for cell in row if cell))
    yield from _answers(rows[header + 1 :], columns, level + 1)


def _question_columns(row: Row) -> _Columns | None:
    names = [_MARKS.sub("", clean(cell)).lower() for cell in row]
    question = next((n for n, name in enumerate(names) if _QUESTION.fullmatch(name)), None)
    answer = next((n for n, name in enumerate(names) if _ANSWER.fullmatch(name)), None)
    if question is None or answer is None:
        return None
    categories = tuple(n for n, name in enumerate(names) if _CATEGORY.fullmatch(name))
    used = {question, answer, *categories}
    others = {n: clean(cell) for n, cell in enumerate(row) if n not in used and clean(cell)}
    return _Columns(question, answer, categories, others)


def _answers(rows: list[list[str]], columns: _Columns, level: int) -> Iterator[Block]:
    """Each question as a heading with its answer under it; categories are headings above."""
    seen: set[str] = set()
    category = ""
    for row in rows:
        found = " > ".join(clean(_at(row, n)) for n in columns.categories if _at(row, n))
        if found and found != category:
            category = found
            yield Heading(category, level)
        question = clean(_at(row, columns.question))
        if question:
            heading = _unused(question, seen)
            below = level + 1 if category else level
            yield Heading(heading, below, questions=(question,))
        yield from lines_as_blocks(_at(row, columns.answer))
        for number, name in columns.others.items():
            if _at(row, number):
                yield Paragraph(f"{name}: {clean(_at(row, number))}")


def _at(row: Row, number: int) -> str:
    return row[number].strip() if number < len(row) else ""


def _unused(heading: str, seen: set[str]) -> str:
    """A heading names one section: the second with the same wording gets a number."""
    names = (heading if n == 1 else f"{heading} ({n})" for n in count(1))
    name = next(name for name in names if name not in seen)
    seen.add(name)
    return name


def _plain_blocks(rows: list[list[str]], name: str, level: int) -> Iterator[Block]:
    if name:
        yield Heading(name, level)
    for group in _groups(rows):
        while len(group) > 1 and _filled(group[0]) == 1 and _filled(group[1]) > 1:
            yield Paragraph(" ".join(cell for cell in group.pop(0) if cell))
        if _filled(group[0]) <= 1 and len(group) == 1:
            yield Paragraph(" ".join(cell for cell in group[0] if cell))
        else:
            yield from _parts(_without_empty_columns(group), name, level)


def _groups(rows: list[list[str]]) -> Iterator[list[list[str]]]:
    group: list[list[str]] = []
    for row in rows:
        if any(cell.strip() for cell in row):
            group.append(row)
        elif group:
            yield group
            group = []
    if group:
        yield group


def _filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    width = max(len(row) for row in rows)
    used = [n for n in range(width) if any(_at(row, n) for row in rows)]
    return [[_at(row, n) for n in used] for row in rows]


def _parts(rows: list[list[str]], name: str, level: int) -> Iterator[Block]:
    """A long table in parts, each with the header and a heading that tells its rows."""
    header, body = rows[0], rows[1:]
    if len(body) <= _LONGEST_TABLE:
        yield Table(rows)
        return
    for start in range(0, len(body), _LONGEST_TABLE):
        part = body[start : start + _LONGEST_TABLE]
        span = f"{start + 1}~{start + len(part)}번째 줄"
        yield Heading(f"{name} {span}".strip(), level + 1)
        yield Table([header, *part])
