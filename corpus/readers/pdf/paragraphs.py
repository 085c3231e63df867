"""Lines in reading order become paragraphs, list entries, headings and tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from corpus.readers.lists import marked
from corpus.readers.pdf.joining import Joiner, width
from corpus.readers.pdf.lines import Line
from corpus.readers.pdf.shapes import Grid
from corpus.readers.pdf.style import Style

_SAME_SIZE = 0.9  # of the larger of two sizes
_LOOSE = 1.3  # times the usual leading: white space between paragraphs
_INDENT = 0.8  # em
_BLANK = 0.3  # em
_EDGE_LINES = 3  # a column with fewer does not show where its full lines end
_SAME_EDGE = 6.0  # points
_HEADING_LINES = 3
_LEADERS = re.compile(r"(?:[.·…‥]\s?){4,}\s*\d*$")  # a line of a table of contents
_LETTER = re.compile(r"\(?[가나다라마바사아자차카타파하][.)]\s+\S")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$|[다요]$")

Group = list[Line]


def grouped(stream: Sequence[Line | Grid], style: Style) -> Iterator[Group | Grid]:
    """Lines that belong together, and tables; a table that goes on over a page is one."""
    open_: Group | Grid | None = None
    for piece in _with_edges(stream):
        longer = _extended(open_, piece, style)
        if longer is not None:
            open_ = longer
            continue
        if open_ is not None:
            yield open_
        open_ = piece if isinstance(piece, Grid) else [piece]
    if open_ is not None:
        yield open_


def _extended(open_: Group | Grid | None, piece: Line | Grid, style: Style) -> Group | Grid | None:
    """What is being read with ``piece`` added; None where ``piece`` starts something new."""
    if isinstance(open_, Grid):
        goes_on = isinstance(piece, Grid) and _goes_on(open_, piece)
        return _joined_table(open_, piece) if isinstance(piece, Grid) and goes_on else None
    if open_ is None or isinstance(piece, Grid) or _breaks(open_, piece, style):
        return None
    return [*open_, piece]


def text_of(group: Group, joiner: Joiner, mark: str) -> str:
    """The wording of a group; ``mark`` stands where a page begins within it."""
    text = group[0].run.text
    for before, after in pairwise(group):
        text = joiner.join(text, before.run, after.run, before.right)
        start = len(text) - len(after.run.text)
        text = text[:start] + mark * (after.run.page - before.run.page) + text[start:]
    return text


def _with_edges(stream: Sequence[Line | Grid]) -> list[Line | Grid]:
    """The lines with the right edge that full lines of their column reach.

    A column that is too short to show it has that of columns which begin at the same place.
    """
    columns: defaultdict[tuple[int, float, float], list[Line]] = defaultdict(list)
    for piece in stream:
        if isinstance(piece, Line):
            columns[piece.run.page, piece.left, piece.right].append(piece)
    edges = {key: _edge(lines) for key, lines in columns.items() if len(lines) >= _EDGE_LINES}
    for key in columns:
        if key not in edges:
            alike = [e for k, e in edges.items() if abs(k[1] - key[1]) < _SAME_EDGE]
            edges[key] = max(key[2], median(alike)) if alike else key[2]
    return [
        replace(p, right=edges[p.run.page, p.left, p.right]) if isinstance(p, Line) else p
        for p in stream
        if isinstance(p, Grid) or not _LEADERS.search(p.run.text)
    ]


def _edge(lines: list[Line]) -> float:
    """The furthest right that more than one line reaches, to an em."""
    ends = sorted((line.run.x1 for line in lines), reverse=True)
    enough = max(2, len(lines) // 10)
    em = median(line.run.size for line in lines)
    return next(
        (x for n, x in enumerate(ends) if sum(x - e < em for e in ends[n:]) >= enough), ends[0]
    )


def _breaks(group: Group, line: Line, style: Style) -> bool:
    """Whether ``line`` starts something new after ``group``."""
    before = group[-1]
    if _looks_differ(group, line, style):
        return True
    if style.is_heading(before.run) and style.is_heading(line.run):
        return len(group) >= _HEADING_LINES or _is_apart(before, line, style)
    if marked(line.run.text) or _starts(before, line):
        return True
    if _jumps(before, line):
        return not _is_full(before, line) or bool(_SENTENCE_END.search(before.run.text))
    return _is_apart(before, line, style) or not _is_full(before, line) or _indents(group, line)


def _starts(before: Line, line: Line) -> bool:
    """Whether the line begins as notes and lettered paragraphs do.

    ``다.`` may also be the end of the sentence before, so that one must have ended.
    """
    if _LETTER.match(line.run.text):
        return bool(_SENTENCE_END.search(before.run.text)) or not _is_full(before, line)
    return line.run.text.startswith("※")


def _looks_differ(group: Group, line: Line, style: Style) -> bool:
    before, after = group[-1].run, line.run
    if min(before.size, after.size) < _SAME_SIZE * max(before.size, after.size):
        return True
    if style.is_heading(before) and not style.is_heading(after) and before.bold != after.bold:
        return all(one.run.bold == before.bold for one in group)
    return before.bold != after.bold and not _is_full(group[-1], line)


def _jumps(before: Line, line: Line) -> bool:
    """Whether the line stands in another column or on another page."""
    return before.run.page != line.run.page or line.run.base <= before.run.base


def _is_apart(before: Line, line: Line, style: Style) -> bool:
    if _jumps(before, line):
        return True
    usual = style.leading * max(before.run.size, line.run.size)
    return line.run.base - before.run.base > _LOOSE * usual


def _is_full(before: Line, line: Line) -> bool:
    """Whether the first word of ``line`` had no room at the end of ``before``."""
    after = line.run
    word = after.text.split(" ", 1)[0]
    return before.right - before.run.x1 < width(word, after.size) + _BLANK * after.size


def _indents(group: Group, line: Line) -> bool:
    """Whether the line begins further right than a paragraph or a list entry goes on."""
    first, before, after = group[0].run, group[-1].run, line.run
    shift = (after.x0 - before.x0) / after.size
    if len(group) == 1:
        return shift > _INDENT and not marked(first.text)
    return abs(shift) > _INDENT


def _goes_on(table: Grid, other: Grid) -> bool:
    """Whether ``other`` is the rest of ``table`` in the next column or on the next page."""
    turned = other.page == table.page + 1
    beside = other.page == table.page and other.bbox[1] < table.bbox[1]
    wide, other_wide = (grid.bbox[2] - grid.bbox[0] for grid in (table, other))
    same = len(other.rows[0]) == len(table.rows[0]) and abs(wide - other_wide) < _SAME_EDGE
    return same and (turned or beside)


def _joined_table(table: Grid, rest: Grid) -> Grid:
    """One table; a header that is repeated on the next page is told once."""
    rows = rest.rows[1:] if rest.rows[0] == table.rows[0] else rest.rows
    starts = dict(table.starts)
    if rest.page > table.page:
        starts[len(table.rows)] = rest.page
    return replace(rest, rows=(*table.rows, *rows), starts=starts)
