"""Markdown to blocks with exact character spans.

markdown-it-py finds the structure; this module only turns its line numbers into spans, so that
``text[block.start:block.end]`` is the block's own wording without list markers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Lists and quotations that a table or a code block stands in, on its first line.
_MARKERS = re.compile(r"[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+)*")
_COMMENT = re.compile(r"\s*<!--.*-->\s*\Z", re.DOTALL)  # notes to the author are not to be cited
_BAR = re.compile(r"(?<!\\)\|")
_CLOSING = re.compile(r"(?:(?<=\s)|^)#+$")

BlockKind = Literal["heading", "paragraph", "item", "step", "header", "row", "other"]


@dataclass(frozen=True)
class Block:
    """A block of text; ``level`` is the heading level or 0, ``line`` counts from 1."""

    kind: BlockKind
    start: int
    end: int
    line: int
    level: int = 0


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def blocks(text: str) -> list[Block]:
    """All leaf blocks of ``text`` in reading order; its lines must end in a line feed alone."""
    starts = [0, *accumulate(len(line) for line in text.split("\n"))]
    starts = [start + number for number, start in enumerate(starts)]
    walk = _Walk(text, starts)
    return [block for token in _parser().parse(text) for block in walk.step(token)]


class _Walk:
    """Where the parser's flat token stream is: in which list, heading or table."""

    def __init__(self, text: str, starts: list[int]) -> None:
        self.text, self.starts = text, starts
        self.lists: list[BlockKind] = []
        self.level = 0
        self.table: Literal["", "header", "row"] = ""

    def step(self, token: Token) -> Iterator[Block]:
        """Note where ``token`` leads; yield the block that it is, if it is one."""
        self._enter(token.type, token.tag)
        if token.map is None:
            return
        if token.type == "tr_open":
            yield _row(token.map, self.text, self.starts, self.table or "row")
        elif token.type == "inline" and not self.table:
            kind: BlockKind = self.lists[-1] if self.lists else "paragraph"
            if token.content or self.level:
                kind = "heading" if self.level else kind
                yield _leaf(token, self.text, self.starts, kind, self.level)
        elif token.type in ("fence", "code_block", "html_block") and not _COMMENT.match(
            token.content
        ):
            yield _row(token.map, self.text, self.starts, "other")

    def _enter(self, kind: str, tag: str) -> None:
        if kind.endswith("_list_open"):
            self.lists.append("step" if kind == "ordered_list_open" else "item")
        elif kind.endswith("_list_close"):
            self.lists.pop()
        elif kind in ("heading_open", "heading_close"):
            self.level = int(tag[1]) if kind == "heading_open" else 0
        elif kind in ("thead_open", "tbody_open", "table_close"):
            self.table = {"thead_open": "header", "tbody_open": "row"}.get(kind, "")  # type: ignore[assignment]


def _row(lines: list[int], text: str, starts: list[int], kind: BlockKind) -> Block:
    """Whole lines, such as a table row or a code block."""
    start, end = starts[lines[0]], starts[min(lines[1], len(starts) - 1)]
    marker = _MARKERS.match(text, start, end)
    start = marker.end() if marker else start
    return Block(kind, start, start + len(text[start:end].rstrip()), lines[0] + 1)


def _leaf(token: Token, text: str, starts: list[int], kind: BlockKind, level: int) -> Block:
    """Running text. The parser takes markers off the left of its lines and blanks off the right."""
    assert token.map is not None
    first, last = token.map[0], max(token.map[1] - 1, token.map[0])
    lines = [line.rstrip() for line in token.content.split("\n")]
    start = _line_end(text, starts, first, lines[0]) - len(lines[0])
    end = _line_end(text, starts, last, lines[-1])
    return Block(kind, start, max(start, end), first + 1, level)


def _line_end(text: str, starts: list[int], line: int, wording: str) -> int:
    """Where the wording of a line ends: before blanks and a heading's closing number signs."""
    written = text[starts[line] : starts[line + 1]].rstrip()
    if not written.endswith(wording):
        written = _CLOSING.sub("", written).rstrip()
    return starts[line] + len(written)


def cells(row: str) -> list[str]:
    """The cells of one table row, trimmed; an escaped bar belongs to its cell."""
    inside = row.strip().removeprefix("|")
    inside = inside if inside.endswith("\\|") else inside.removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(inside)]
