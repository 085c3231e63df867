"""One page of a PDF as pieces: runs of text, and ruled tables with their cells."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pdfplumber.page import Page

from corpus.readers.pdf.joining import Joiner
from corpus.readers.pdf.shapes import Char, Piece, Run, inside, runs
from corpus.readers.pdf.tables import grid, is_table
from corpus.readers.writer import PAGE

_DOT = 0.15, 0.7  # em from side to side of a drawn bullet
_DOT_GAP = 2.5  # em from a bullet to its text
_LARGEST_DOT = 12.0  # points


@dataclass(frozen=True)
class PageContent:
    """What stands on a page; ``number`` counts from 1."""

    number: int
    height: float
    pieces: tuple[Piece, ...]
    characters: int
    unreadable: int  # characters whose font does not say what they mean
    scanned: bool  # a picture and no text


def read(page: Page, number: int) -> PageContent:
    """The pieces of a page in no order; turned text, such as a watermark, is left out."""
    height = float(page.height)
    upright = [c for c in page.dedupe_chars().chars if c["upright"] and inside(c, page.bbox)]
    written = [c for c in upright if _is_readable(c)]
    for char in written:
        char["text"] = char["text"].replace(PAGE, "")
    joiner = Joiner(runs(written, height))
    tables = [table for table in page.find_tables() if is_table(table, page)]
    grids = [made for t in tables if (made := grid(t, written, height, joiner)) is not None]
    boxes = [made.bbox for made in grids]
    loose = [c for c in written if not any(inside(c, box) for box in boxes)]
    found = _with_bullets(runs(loose, height), page)
    visible = sum(not c["text"].isspace() for c in written)
    return PageContent(
        number=number,
        height=height,
        pieces=(
            *(replace(r, page=number) for r in found),
            *(replace(g, page=number) for g in grids),
        ),
        characters=visible,
        unreadable=len(upright) - len(written),
        scanned=not visible and bool(page.images),
    )


def _is_readable(char: Char) -> bool:
    """Whether the font tells which letter its shape is."""
    return not char["text"].startswith("(cid:") and "\ufffd" not in char["text"]


def _with_bullets(found: list[Run], page: Page) -> list[Run]:
    """The runs, with a bullet where the page draws one as a shape before the text."""
    shapes = [s for s in (*page.curves, *page.rects) if max(s["width"], s["height"]) < _LARGEST_DOT]
    return [
        replace(run, text=f"• {run.text}", x0=float(dot["x0"])) if dot else run
        for run in found
        for dot in [next((s for s in shapes if _is_bullet(s, run)), None)]
    ]


def _is_bullet(shape: Char, run: Run) -> bool:
    low, high = _DOT
    sizes = (shape["width"] / run.size, shape["height"] / run.size)
    middle = (shape["top"] + shape["bottom"]) / 2
    before = 0 < run.x0 - shape["x1"] < _DOT_GAP * run.size
    fits = low < min(sizes) and max(sizes) < high
    return bool(before and fits and run.top < middle < run.bottom)
