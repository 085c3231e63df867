"""One column of a page from the top: lines, tables where they stand, and unruled tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.readers.pdf.shapes import Grid, Piece, Run, rows_of

_TABLE_ROWS = 3
_MARK = re.compile(r"\(?(?:\d{1,2}|[가-하A-Za-z])?[.)]?|[^\w\s]|[①-⑳]")
_NEAR = 2.5  # em between the rows of an unruled table


@dataclass(frozen=True)
class Line:
    """A line as it is read, with the left and right edge of its column."""

    run: Run
    left: float
    right: float


def column_lines(pieces: Sequence[Piece]) -> Iterator[Line | Grid]:
    """One column: its lines from the top, tables where they stand."""
    together: list[Run] = []
    left = min((p.bbox[0] for p in pieces), default=0.0)
    right = max((p.bbox[2] for p in pieces), default=0.0)
    for piece in pieces:
        if isinstance(piece, Run):
            together.append(piece)
            continue
        yield from _lines(together, left, right)
        together = []
        yield piece
    yield from _lines(together, left, right)


def _lines(found: list[Run], left: float, right: float) -> Iterator[Line | Grid]:
    rows = rows_of(found)
    at = 0
    while at < len(rows):
        table, count = _aligned(rows, at)
        if table is not None:
            yield table
            at += count
            continue
        yield Line(_one(rows[at]), left, right)
        at += 1


def _one(row: list[Run]) -> Run:
    """The runs of a line as one."""
    first, last = row[0], row[-1]
    return Run(
        text=" ".join(run.text for run in row),
        x0=first.x0,
        x1=last.x1,
        top=min(run.top for run in row),
        bottom=max(run.bottom for run in row),
        base=first.base,
        size=max(row, key=lambda run: len(run.text)).size,
        bold=all(run.bold for run in row),
        blank_after=last.blank_after,
        page=first.page,
    )


def spans_of(pieces: Sequence[Piece]) -> list[list[float]]:
    """The horizontal stretches that the pieces cover, from the left."""
    spans: list[list[float]] = []
    for x0, _, x1, _ in sorted(piece.bbox for piece in pieces):
        if spans and x0 <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], x1)
        else:
            spans.append([x0, x1])
    return spans


def _aligned(rows: list[list[Run]], at: int) -> tuple[Grid | None, int]:
    """An unruled table that starts with row ``at``, and its number of rows."""
    end = at
    while end < len(rows) and (len(rows[end]) > 1 or end > at) and _near(rows, at, end):
        end += 1
    while end > at and len(rows[end - 1]) == 1:
        end -= 1
    while end - at >= _TABLE_ROWS:
        found = _columns(rows[at:end])
        if found is not None:
            return found, end - at
        end -= 1
    return None, 0


def _near(rows: list[list[Run]], start: int, at: int) -> bool:
    if at == start:
        return True
    above, row = rows[at - 1][0], rows[at][0]
    return row.base - above.base < _NEAR * max(row.size, above.size)


def _columns(rows: list[list[Run]]) -> Grid | None:
    """The rows as a table when their runs stand in columns that stay apart."""
    found: list[Piece] = [run for row in rows for run in row]
    spans = spans_of(found)
    whole = [row for row in rows if len(row) > 1]
    if len(spans) < 2 or len(whole) < _TABLE_ROWS or len(spans) != max(map(len, whole)):
        return None
    if all(_MARK.fullmatch(row[0].text) for row in whole):
        return None  # a list whose marks stand apart
    cells: list[list[str]] = []
    for row in rows:
        texts = _by_column(row, spans)
        if len(row) == 1 and cells:  # a cell that goes on in the next line
            cells[-1] = [f"{a} {b}".strip() for a, b in zip(cells[-1], texts, strict=True)]
        else:
            cells.append(texts)
    boxes = [run.bbox for row in rows for run in row]
    bbox = (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
    return Grid(tuple(map(tuple, cells)), bbox, rows[0][0].page)


def _by_column(row: list[Run], spans: list[list[float]]) -> list[str]:
    texts = [""] * len(spans)
    for run in row:
        column = next(n for n, (x0, x1) in enumerate(spans) if x0 <= run.x0 <= x1)
        texts[column] = f"{texts[column]} {run.text}".strip()
    return texts
