"""A table of an HTML page as a grid of cells, or nothing where it only places things."""

from __future__ import annotations

from lxml import html

from corpus.readers.writer import Table, clean

_WIDEST = 60  # columns that a cell may span: a wrong number must not make a million cells
_LAYOUT = ".//table|.//h1|.//h2|.//h3|.//h4|.//ul/li[5]|.//ol/li[5]"


def grid(element: html.HtmlElement) -> Table | None:
    """The table; a cell over several rows or columns is repeated in each.

    None for a table of one column, and for one that holds headings or further tables.
    """
    if element.get("role") in ("presentation", "none") or element.xpath(_LAYOUT):
        return None
    lines = element.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr")
    cells: dict[tuple[int, int], str] = {}
    for number, line in enumerate(lines):
        column = 0
        for cell in line.xpath("./td|./th"):
            while (number, column) in cells:
                column += 1
            height = min(_span(cell, "rowspan"), len(lines) - number)
            width = min(_span(cell, "colspan"), _WIDEST)
            text = clean(" ".join(cell.itertext()))
            cells |= {(number + r, column + c): text for r in range(height) for c in range(width)}
            column += width
    columns = 1 + max((column for _, column in cells), default=0)
    if columns == 1:
        return None
    rows = [[cells.get((n, c), "") for c in range(columns)] for n in range(len(lines))]
    return Table(rows, header=_has_header(lines))


def _span(cell: html.HtmlElement, name: str) -> int:
    told = str(cell.get(name, "1")).strip()
    return max(int(told), 1) if told.isdecimal() and len(told) < 6 else 1


def _has_header(lines: list[html.HtmlElement]) -> bool:
    """False where the names of things stand in the first column and not in the first row."""
    tags = [[cell.tag for cell in line.xpath("./td|./th")] for line in lines]
    sideways = all(row[:1] == ["th"] and "td" in row for row in tags if row)
    return not sideways
