"""What in a PDF is a heading: larger or bolder than its running text, or in its outline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.readers.pdf.lines import Line
from corpus.readers.pdf.shapes import Run

_LARGER = 1.12  # times the running text
_BOLD_IS_RARE = 0.35  # share of bold text up to which bold means something
_LONGEST = 70  # characters of a heading
_WRITES_BLANKS = 0.15  # share of lines that end in a blank from which the file is known to keep it
_USUAL_SIZE = 10.0  # points, where a file has tables alone
_LEADING = 1.6  # em from base line to base line, where a file does not tell
_SENTENCE = re.compile(r"[.,;!]$|[다요오]\.?\)?$")
_LETTER = re.compile(r"[가-힣A-Za-z]")
_NOT_WORD = re.compile(r"\W+")
_DEEPEST = 5
_TOP = 4  # paragraphs, among which a title stands

Look = tuple[float, bool]  # size and boldness


@dataclass(frozen=True)
class Style:
    """How one file is set."""

    size: float
    bold_is_rare: bool
    writes_blanks: bool
    leading: float  # em from one line of a paragraph to the next
    outline: frozenset[str]

    def is_heading(self, run: Run) -> bool:
        """Whether a line looks like a heading, or like a part of one."""
        if not _LETTER.search(run.text) or len(run.text) > _LONGEST:
            return False
        if plain(run.text) in self.outline or run.size >= _LARGER * self.size:
            return True
        bold = run.bold and self.bold_is_rare and run.size >= self.size - 0.5
        return bold and not _SENTENCE.search(run.text)


def style_of(lines: Sequence[Line], outline: Iterable[str]) -> Style:
    """The style of a file.

    Args:
        lines: all of them, in reading order.
        outline: the titles in the file's outline (bookmarks).
    """
    weights: Counter[float] = Counter()
    bold = 0
    for line in lines:
        weights[line.run.size] += len(line.run.text)
        bold += len(line.run.text) if line.run.bold else 0
    size = weights.most_common(1)[0][0] if weights else _USUAL_SIZE
    steps = [
        (b.run.base - a.run.base) / size
        for a, b in pairwise(lines)
        if a.run.page == b.run.page and a.run.size == b.run.size == size and a.left == b.left
    ]
    blanks = sum(line.run.blank_after for line in lines)
    return Style(
        size=size,
        bold_is_rare=bold < _BOLD_IS_RARE * sum(weights.values()),
        writes_blanks=blanks >= _WRITES_BLANKS * len(lines),
        leading=median([s for s in steps if 0 < s < 3] or [_LEADING]),
        outline=frozenset(filter(None, map(plain, outline))),
    )


def plain(text: str) -> str:
    """Letters and figures alone, to compare a line with a bookmark."""
    return _NOT_WORD.sub("", text).lower()


def levels(looks: Sequence[Look | None]) -> tuple[dict[Look, int], bool]:
    """``({look: heading level}, whether the largest is the title)``.

    Args:
        looks: of every heading in reading order; None for what is none.

    The largest stands once and near the top: it is the title, at level 1; else there is none.
    """
    headings = [look for look in looks if look is not None]
    ranked = sorted(set(headings), reverse=True)
    titled = bool(ranked) and ranked[0] in looks[:_TOP] and headings.count(ranked[0]) == 1
    first = 1 if titled else 2
    return {look: min(first + n, _DEEPEST) for n, look in enumerate(ranked)}, titled
