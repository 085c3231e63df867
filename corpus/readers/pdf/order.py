"""The reading order of a page: columns one after the other, and what runs across them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from corpus.readers.pdf.lines import Line, column_lines
from corpus.readers.pdf.shapes import Grid, Piece, Run

_GUTTER = 0.6  # em that a column's lines keep free before the next column
_COLUMN_LINES = 3  # lines that make a column
_COLUMN_CHARACTERS = 8  # in its usual line: what is shorter is the cell of a table
_LOOSE = 0.8  # em of white space above a line that starts something new
_CANDIDATES = 8


def read_order(pieces: Sequence[Piece]) -> list[Line | Grid]:
    """The lines and tables of one page in reading order."""
    return list(_region(sorted(pieces, key=lambda p: (p.bbox[1], p.bbox[0]))))


def _region(pieces: list[Piece]) -> Iterator[Line | Grid]:
    """Bands from the top: one with a free gutter is read column by column."""
    em = median([p.size for p in pieces if isinstance(p, Run)] or [10.0])
    splits = [_bands(pieces, edge, em) for edge in _edges(pieces, em)]
    best = max(splits, key=_in_columns, default=[])
    if not _in_columns(best):
        yield from column_lines(pieces)
        return
    for band in best:
        if len(band) == 1:
            yield from _region(band[0]) if len(band[0]) < len(pieces) else column_lines(band[0])
        for column in band if len(band) == 2 else ():
            yield from _region(column)


def _in_columns(bands: list[list[list[Piece]]]) -> int:
    """How many pieces stand in columns."""
    return sum(len(column) for band in bands if len(band) == 2 for column in band)


def _edges(pieces: list[Piece], em: float) -> list[float]:
    """Where a right column may begin: where most pieces start that have a neighbour left."""
    counts: Counter[float] = Counter()
    for piece in pieces:
        x0, top, _, bottom = piece.bbox
        if any(
            p.bbox[2] < x0 - _GUTTER * em and p.bbox[1] < bottom and p.bbox[3] > top for p in pieces
        ):
            counts[round(x0)] += 1
    return [edge for edge, _ in counts.most_common(_CANDIDATES)]


def _bands(pieces: list[Piece], edge: float, em: float) -> list[list[list[Piece]]]:
    """The region in stretches from the top: ``[left, right]`` columns, or ``[pieces]``."""
    limit = edge - _GUTTER * em
    bands: list[list[list[Piece]]] = []
    stretch: list[Piece] = []
    for piece in pieces:
        if piece.bbox[0] < edge - 1 and piece.bbox[2] > limit:  # runs across the gutter
            bands += _columns(stretch, edge, em, last=False)
            bands.append([[piece]])
            stretch = []
        else:
            stretch.append(piece)
    bands += _columns(stretch, edge, em, last=True)
    return _merged(bands)


def _columns(
    stretch: list[Piece], edge: float, em: float, *, last: bool
) -> Iterator[list[list[Piece]]]:
    left = [p for p in stretch if p.bbox[0] < edge - 1]
    right = [p for p in stretch if p.bbox[0] >= edge - 1]
    after = [] if last else _stray(left, right, em)
    left = left[: len(left) - len(after)]
    if _is_column(left) and _is_column(right):
        yield [left, right]
        yield from ([after] for _ in after[:1])
    elif stretch:
        yield [stretch]


def _stray(left: list[Piece], right: list[Piece], em: float) -> list[Piece]:
    """The last lines of the left column that belong below both: a heading over what follows."""
    floor = max((p.bbox[3] for p in right), default=0.0)
    for count in range(1, min(len(left), _COLUMN_LINES + 1)):
        above, piece = left[-count - 1], left[-count]
        if piece.bbox[1] < floor:
            return []
        if piece.bbox[1] - above.bbox[3] > _LOOSE * em:
            return left[-count:]
    return []


def _is_column(pieces: list[Piece]) -> bool:
    """Lines of prose or a table of its own, not the cells of one."""
    if any(isinstance(p, Grid) for p in pieces):
        return True
    lengths = [len(p.text) for p in pieces if isinstance(p, Run)]
    return len(lengths) >= _COLUMN_LINES and median(lengths) >= _COLUMN_CHARACTERS


def _merged(bands: list[list[list[Piece]]]) -> list[list[list[Piece]]]:
    """Neighbouring stretches without columns are one, so that their paragraphs stay whole."""
    merged: list[list[list[Piece]]] = []
    for band in bands:
        if merged and len(band) == 1 and len(merged[-1]) == 1:
            merged[-1] = [merged[-1][0] + band[0]]
        else:
            merged.append(band)
    return merged
