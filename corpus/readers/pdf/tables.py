"""Ruled tables of a PDF: their cells as text, merged ones in each row and column they span."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pdfplumber.page import Page
from pdfplumber.table import Table

from corpus.readers.pdf.joining import Joiner
from corpus.readers.pdf.shapes import BBox, Char, Grid, Run, inside, rows_of, runs

_LARGEST_FRAME = 0.9  # of the page's area: what is larger frames the page
_LONGEST_SINGLE = 150  # characters in a cell of a table of one row: the rest are panels of text
_SAME_EDGE = 3.0  # points between two drawn lines that are meant as one
_NARROWEST = 8.0  # points of a column that holds more than the gap of a double line


def is_table(table: Table, page: Page) -> bool:
    """More than one column, and no frame around the page."""
    x0, top, x1, bottom = table.bbox
    area = (x1 - x0) * (bottom - top) / max(float(page.width * page.height), 1.0)
    columns = {round(cell[0]) for cell in table.cells}
    return len(columns) > 1 and area < _LARGEST_FRAME


def grid(table: Table, chars: Sequence[Char], height: float, joiner: Joiner) -> Grid | None:
    """The table as rows of text; None for panels of text side by side and for empty cells.

    Args:
        table: as its lines draw it.
        chars: of the page; those within the table are read.
        height: of the page.
        joiner: puts the lines of a cell together.
    """
    lefts = _edges([cell[0] for cell in table.cells])
    tops = _edges([cell[1] for cell in table.cells])
    held: defaultdict[BBox, list[Char]] = defaultdict(list)
    for char in chars:
        if inside(char, table.bbox):
            held[_box(char, table, lefts, tops)].append(char)
    texts = {box: _text(found, height, joiner) for box, found in held.items()}
    rows = [tuple(_at(x, y, texts) for x in lefts) for y in tops]
    widths = [b - a for a, b in zip(lefts, [*lefts[1:], table.bbox[2]], strict=True)]
    kept = [n for n, width in enumerate(widths) if width > _NARROWEST or any(r[n] for r in rows)]
    rows = [tuple(row[n] for n in kept) for row in rows if any(row)]
    if not rows or len(kept) < 2 or _is_panel(rows):
        return None
    return Grid(tuple(rows), table.bbox)


def _is_panel(rows: Sequence[Sequence[str]]) -> bool:
    return len(rows) == 1 and max(map(len, rows[0])) > _LONGEST_SINGLE


def _edges(values: list[float]) -> list[float]:
    """Distinct edges, in order."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SAME_EDGE:
            edges.append(value)
    return edges


def _box(char: Char, table: Table, lefts: list[float], tops: list[float]) -> BBox:
    """The cell that holds a character.

    A cell that a page's end cuts is drawn open: there the row and the column make the box.
    """
    found: BBox | None = next((cell for cell in table.cells if inside(char, cell)), None)
    if found is not None:
        return found
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    column, row = max(bisect_right(lefts, x) - 1, 0), max(bisect_right(tops, y) - 1, 0)
    right = [*lefts, table.bbox[2]][column + 1]
    bottom = [*tops, table.bbox[3]][row + 1]
    return lefts[column], tops[row], right, bottom


def _at(x: float, y: float, texts: dict[BBox, str]) -> str:
    """The text of the cell that covers the place right below an edge."""
    x, y = x + _SAME_EDGE, y + _SAME_EDGE
    covering = (t for b, t in texts.items() if b[0] <= x < b[2] and b[1] <= y < b[3])
    return next(covering, "")


def _text(chars: list[Char], height: float, joiner: Joiner) -> str:
    return joiner.cell([_line(row) for row in rows_of(runs(chars, height))])


def _line(row: list[Run]) -> Run:
    return replace(row[0], text=" ".join(run.text for run in row), x1=row[-1].x1)
