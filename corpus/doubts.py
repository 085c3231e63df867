"""Warnings: what is no mistake of form, but may mislead a seller. None of them fails the check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from corpus.aging import doubts_of_age, doubts_of_backing
from corpus.conflicts import Claim, conflicts
from corpus.loader import read_text, split_front_matter
from corpus.model import Document
from corpus.problems import Problem


def doubts(documents: list[Document], root: Path, today: dt.date) -> list[Problem]:
    """What is old, what its sources cannot have said, and what two documents tell differently.

    Args:
        documents: those under ``root`` that could be loaded.
        root: the folder of the corpus.
        today: the day from which age is counted.
    """
    found = [doubt for d in documents for doubt in _of_document(d, root, today)]
    for one, other, unit in conflicts(documents):
        found += [_conflict(one, other, unit, root), _conflict(other, one, unit, root)]
    return sorted(set(found))


def _of_document(document: Document, root: Path, today: dt.date) -> Iterator[Problem]:
    raw = read_text(root / document.path)
    for line, message in (*doubts_of_age(document, raw, today), *doubts_of_backing(document)):
        yield Problem(document.path, line, message)


def _conflict(here: Claim, there: Claim, unit: str, root: Path) -> Problem:
    told = f"{_values(here, unit)} ({there.document.path}:{_line(there, root)}은 "
    return Problem(
        here.document.path,
        _line(here, root),
        f"두 문서의 수치가 다릅니다: {told}{_values(there, unit)}): {here.sentence}",
    )


def _values(claim: Claim, unit: str) -> str:
    return "·".join(f"{value:,g}{unit}" for value in sorted(claim.figures[unit]))


def _line(claim: Claim, root: Path) -> int:
    path = root / claim.document.path
    return split_front_matter(read_text(path), path)[2] + claim.line - 1
