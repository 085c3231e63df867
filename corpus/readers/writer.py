"""Blocks that a reader found, written as Markdown that reads back as the same blocks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

PAGE = "\ue000"  # stands in a text where a page starts; ``clean`` keeps it, ``write`` takes it out

_BLANK = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_LINE = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ue001-\uf8ff\ufffe\uffff]"
)
# What Markdown takes for structure when a line starts with it.
_STARTS = re.compile(r"#{1,6}(?=\s|$)|[-*+](?=\s|$)|>|(?:```|~~~)|<(?=[A-Za-z/!?])|\[(?=[^\]]*\]:)")
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_RULER = re.compile(r"[-=_*|: \t]+")
_CLOSING = re.compile(r"(?<=\s)(#+)$|^(#+)$")


@dataclass(frozen=True)
class Heading:
    """A heading; ``questions`` are further views of the section under it."""

    text: str
    level: int
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """Running text; a line feed in it stays."""

    text: str


@dataclass(frozen=True)
class Item:
    """An entry of a list: a step when it has a number; ``depth`` 0 is the outermost list."""

    text: str
    depth: int = 0
    number: int | None = None


@dataclass(frozen=True)
class Table:
    """Rows of cells; with ``header`` the first names the columns."""

    rows: Sequence[Sequence[str]]
    header: bool = True


Block = Heading | Paragraph | Item | Table


@dataclass(frozen=True)
class Written:
    """Markdown, where its pages start, and the questions under each heading as it is written."""

    text: str
    pages: tuple[int, ...]
    questions: dict[str, tuple[str, ...]]


def clean(text: str) -> str:
    """One line in NFC: blanks and line ends as single spaces, nothing invisible."""
    return _BLANK.sub(" ", _LINE.sub(" ", _visible(text))).strip()


def clean_lines(text: str) -> str:
    """``clean`` for each line; empty lines are left out."""
    lines = (_BLANK.sub(" ", line).strip() for line in _LINE.split(_visible(text)))
    return "\n".join(line for line in lines if line)


def _visible(text: str) -> str:
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


def write(blocks: Sequence[Block], *, paged: bool = False) -> Written:
    """The blocks as one Markdown text.

    Args:
        blocks: in reading order; a ``PAGE`` in a text says that a page starts there.
        paged: whether the format has pages; the first starts at 0.
    """
    pen = _Pen()
    for block in blocks:
        pen.put(block)
    first, *rest = ("".join(pen.parts).strip("\n") + "\n").split(PAGE)
    pages, text = [0], first
    for piece in rest:
        pages.append(len(text))
        text += piece
    return Written(text, tuple(pages) if paged else (), pen.questions)


@dataclass
class _Pen:
    parts: list[str] = field(default_factory=list)
    questions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    offsets: list[int] = field(default_factory=list)  # where the text of each open list starts

    def put(self, block: Block) -> None:
        if isinstance(block, Item):
            self._item(block)
            return
        if self.offsets:
            self.parts.append("\n")
            self.offsets.clear()
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Table):
            self.parts.append(_table(block))
        else:
            pages, text = _pages_first(clean_lines(block.text))
            lines = [escape(line) for line in text.split("\n")]
            self._write(pages + "\n".join(lines) + "\n\n")

    def _write(self, text: str) -> None:
        if text.strip():
            self.parts.append(text)

    def _heading(self, heading: Heading) -> None:
        pages, text = _pages_first(clean(heading.text))
        text = _CLOSING.sub(lambda m: "\\" + m.group(), text)
        if not text:
            self.parts.append(pages)
            return
        self.parts.append(f"{pages}{'#' * min(heading.level, 6)} {text}\n\n")
        if heading.questions:
            asked = self.questions.get(text.replace(PAGE, ""), ())
            self.questions[text.replace(PAGE, "")] = tuple(
                dict.fromkeys((*asked, *heading.questions))
            )

    def _item(self, item: Item) -> None:
        pages, text = _pages_first(escape(clean(item.text)))
        depth = min(item.depth, len(self.offsets))
        # Within an item's text Markdown takes a number other than 1 for wording.
        inner = depth == len(self.offsets) > 0 and item.number not in (None, 1)
        self.offsets = self.offsets[:depth]
        marker = "-" if item.number is None else f"{item.number}."
        indent = self.offsets[-1] if self.offsets else 0
        self.offsets.append(indent + len(marker) + 1)
        start = ("\n" if inner else "") + pages + " " * indent
        self.parts.append(f"{start}{marker} {text}\n" if text else pages)


def escape(line: str) -> str:
    """One line of wording, so that Markdown does not read structure into its start."""
    pages, line = _pages_first(line)
    if not line:
        return pages
    number = _NUMBER.match(line)
    if number:
        return f"{pages}{number[1]}\\{line[len(number[1]) :]}"
    if _STARTS.match(line) or _RULER.fullmatch(line):
        return f"{pages}\\{line}"
    return pages + line


def _pages_first(text: str) -> tuple[str, str]:
    """Page marks before the wording go before whatever Markdown puts in front of it."""
    wording = text.lstrip(PAGE + " \n")
    return PAGE * text[: len(text) - len(wording)].count(PAGE), wording


def _table(table: Table) -> str:
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    width = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows if any(row)]
    if not rows:
        return ""
    if not table.header:
        rows = [[""] * width, *rows]
    lines = [_row(rows[0]), "|" + "---|" * width, *(_row(row) for row in rows[1:])]
    return "\n".join(lines) + "\n\n"


def _row(cells: Sequence[str]) -> str:
    line = "| " + " | ".join(cells) + " |"
    count = line.count(PAGE)
    return PAGE * count + line.replace(PAGE, "")


def _cell(text: str) -> str:
    pages, wording = _pages_first(clean(text))
    return pages + wording.replace("|", "\\|")
