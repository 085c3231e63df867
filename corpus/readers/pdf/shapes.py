"""What stands on a page of a PDF: runs of characters, and boxes that hold them.

Lengths are in points; ``top`` grows downwards. An *em* is a run's font size.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Char = dict[str, Any]  # as pdfplumber tells it
BBox = tuple[float, float, float, float]  # x0, top, x1, bottom

_SAME_LINE = 0.35  # em between the base lines of one line: raised figures belong to it
_WORD_GAP = 0.18  # em from which a gap is a blank that the file does not write
_RUN_GAP = 1.3  # em from which a gap parts columns; justified Korean stretches blanks to one em
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|extrab|-b$|_b$|\bB$", re.IGNORECASE)
_MOSTLY = 0.9


@dataclass(frozen=True)
class Run:
    """Characters of one line with no wide gap between them."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    bold: bool
    blank_after: bool = False  # the file writes a blank at the end
    page: int = 0

    @property
    def bbox(self) -> BBox:
        """The box around the characters."""
        return self.x0, self.top, self.x1, self.bottom


@dataclass(frozen=True)
class Grid:
    """A table: rows of cells as text; ``starts`` tells the rows that begin a further page."""

    rows: tuple[tuple[str, ...], ...]
    bbox: BBox
    page: int = 0  # the last one that it stands on
    starts: dict[int, int] = field(default_factory=dict)


Piece = Run | Grid


def inside(char: Char, box: BBox) -> bool:
    """Whether the middle of a character is in a box."""
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def runs(chars: Iterable[Char], height: float) -> list[Run]:
    """The runs of a page or of a part of it, in no order that matters.

    Args:
        chars: upright characters; blanks among them.
        height: of the page, since base lines are told from its bottom.
    """
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: (_base(c, height), c["x0"])):
        line = next((li for li in reversed(lines[-6:]) if _on_line(li, char, height)), None)
        if line is None:
            lines.append([char])
        else:
            line.append(char)
    return [run for line in lines for run in _parts(sorted(line, key=_left), height)]


def _left(char: Char) -> float:
    return float(char["x0"])


def _base(char: Char, height: float) -> float:
    return height - float(char["matrix"][5])


def _on_line(line: list[Char], char: Char, height: float) -> bool:
    first = line[0]
    size = max(first["size"], char["size"])
    return bool(abs(_base(first, height) - _base(char, height)) <= _SAME_LINE * size)


def _parts(line: list[Char], height: float) -> Iterable[Run]:
    part: list[Char] = []
    end = 0.0
    for char in line:
        if char["text"].isspace():
            part.append(char)
            continue
        if any(not c["text"].isspace() for c in part):
            if char["x0"] - end > _RUN_GAP * char["size"]:
                yield _run(part, height)
                part = []
        else:
            part = []
        part.append(char)
        end = max(end, float(char["x1"])) if len(part) > 1 else float(char["x1"])
    if any(not c["text"].isspace() for c in part):
        yield _run(part, height)


def _run(chars: list[Char], height: float) -> Run:
    seen = [char for char in chars if not char["text"].isspace()]
    text, end = seen[0]["text"], seen[0]["x1"]
    written = {id(char) for char in chars if char["text"].isspace()}
    blank = False
    for char in chars[chars.index(seen[0]) + 1 :]:
        if id(char) in written:
            blank = True
            continue
        blank = blank or char["x0"] - end > _WORD_GAP * char["size"]
        text += (" " if blank else "") + char["text"]
        end, blank = char["x1"], False
    size, base = _usual(seen, height)
    return Run(
        text=text,
        x0=float(min(c["x0"] for c in seen)),
        x1=float(max(c["x1"] for c in seen)),
        top=float(min(c["top"] for c in seen)),
        bottom=float(max(c["bottom"] for c in seen)),
        base=base,
        size=size,
        bold=sum(is_bold(c) for c in seen) >= _MOSTLY * len(seen),
        blank_after=blank,
    )


def _usual(chars: list[Char], height: float) -> tuple[float, float]:
    size = Counter(round(float(c["size"]) * 2) / 2 for c in chars).most_common(1)[0][0]
    base = Counter(round(_base(c, height), 1) for c in chars).most_common(1)[0][0]
    return size, base


def is_bold(char: Char) -> bool:
    """Whether the font's name says so."""
    return _BOLD.search(str(char["fontname"])) is not None


def rows_of(found: Iterable[Run]) -> list[list[Run]]:
    """Runs by their line, from the top, each line from the left."""
    rows: list[list[Run]] = []
    for run in sorted(found, key=lambda r: (r.base, r.x0)):
        if rows and abs(rows[-1][0].base - run.base) <= _SAME_LINE * max(
            run.size, rows[-1][0].size
        ):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda r: r.x0) for row in rows]
