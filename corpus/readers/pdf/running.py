"""What a PDF repeats at the edge of its pages: running heads, feet and page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.readers.pdf.page import PageContent
from corpus.readers.pdf.shapes import Run, rows_of

_Key = tuple[str, int, int, str]  # side, which of two ways to count, height in steps, wording


@dataclass(frozen=True)
class _Edge:
    side: str
    row: list[Run]
    outermost: bool

    @property
    def text(self) -> str:
        return " ".join(run.text for run in self.row)


_ZONE = 0.13  # of the page's height at the top and at the bottom
_ROWS = 3  # outermost lines that are looked at on each side
_SHARE = 0.4  # of the pages that repeat a line, left and right pages counted apart
_FEWEST = 2
_MANY = 3  # a chapter's name runs over its own pages alone
_CLOSE = 4.0  # points within which a line stands at the same height
_USUAL_SIZE = 10.0  # points, where there is no other text
_DIGITS = re.compile(r"\d+")
_LAST_DIGITS = re.compile(r"(\d+)(?=\D*$)")
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.?|[-–—|<(\[]|\s)*(\d{1,4})(?:\s*(?:/|of)\s*\d{1,4})?"
    r"(?:쪽|페이지|page|[-–—|>)\]]|\s)*",
    re.IGNORECASE,
)


def without_running(pages: Sequence[PageContent]) -> list[PageContent]:
    """The pages without the lines that run along their edges."""
    rows = {page.number: _edge_rows(page) for page in pages}
    body = _body_size(pages, rows)
    seen: defaultdict[_Key, set[int]] = defaultdict(set)
    for number, found in rows.items():
        for edge in found:
            for key in _keys(edge, number, body):
                seen[key].add(number)
    running = {key for key, on in seen.items() if _repeats(on, len(pages))}
    result = []
    for page in pages:
        dropped = {
            id(run)
            for edge in rows[page.number]
            if running.intersection(_keys(edge, page.number, body)) or _is_only_number(edge, pages)
            for run in edge.row
        }
        left = tuple(piece for piece in page.pieces if id(piece) not in dropped)
        result.append(replace(page, pieces=left))
    return result


def _edge_rows(page: PageContent) -> list[_Edge]:
    """The outermost lines of a page; a table is never one."""
    rows = rows_of(piece for piece in page.pieces if isinstance(piece, Run))
    top = [row for row in rows[:_ROWS] if row[0].base < _ZONE * page.height]
    bottom = [row for row in rows[: -_ROWS - 1 : -1] if row[0].top > (1 - _ZONE) * page.height]
    return [
        _Edge(side, row, outermost=n == 0)
        for side, found in (("top", top), ("bottom", bottom))
        for n, row in enumerate(found)
    ]


def _body_size(pages: Sequence[PageContent], rows: dict[int, list[_Edge]]) -> float:
    """The size of most text away from the edges."""
    edges = {id(run) for found in rows.values() for edge in found for run in edge.row}
    weights: Counter[float] = Counter()
    for page in pages:
        for piece in page.pieces:
            if isinstance(piece, Run) and id(piece) not in edges:
                weights[piece.size] += len(piece.text)
    return weights.most_common(1)[0][0] if weights else _USUAL_SIZE


def _keys(edge: _Edge, page: int, body: float) -> list[_Key]:
    """Height and wording, twice, since heights are counted in steps.

    Where the line is the outermost and no larger than the running text, its first or last number
    is also told as its distance from the page's own, so that one with a page number repeats
    itself too. A larger one is a heading: chapter 2 on page 2.
    """
    texts = [edge.text.replace(" ", "")]
    if edge.outermost and max(run.size for run in edge.row) <= body:
        texts += [_DIGITS.sub(lambda m: f"{{{int(m.group()) - page}}}", texts[0], count=1)]
        texts += [_LAST_DIGITS.sub(lambda m: f"{{{int(m[1]) - page}}}", texts[0])]
    step = edge.row[0].base / _CLOSE
    ways = ((0, int(step)), (1, int(step + 0.5)))
    return [(edge.side, way, height, text) for text in texts for way, height in ways]


def _repeats(pages: set[int], count: int) -> bool:
    return len(pages) >= _FEWEST and (len(pages) >= _MANY or len(pages) >= _SHARE * count)


def _is_only_number(edge: _Edge, pages: Sequence[PageContent]) -> bool:
    """The number of a file's only page: there is no other to compare it with."""
    found = _PAGE_NUMBER.fullmatch(edge.text.strip())
    return len(pages) == 1 and edge.outermost and found is not None and int(found[1]) == 1
