"""PDF files: text in reading order with its pages, headings, lists and tables."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pdfplumber
from pdfminer.pdfdocument import PDFNoOutlines, PDFPasswordIncorrect
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from corpus.errors import UnreadableFileError
from corpus.model import Document
from corpus.readers import archive
from corpus.readers.assemble import File, from_blocks
from corpus.readers.limits import Limits
from corpus.readers.lists import marked
from corpus.readers.pdf import page as pages
from corpus.readers.pdf.joining import Joiner
from corpus.readers.pdf.lines import Line
from corpus.readers.pdf.order import read_order
from corpus.readers.pdf.paragraphs import Group, grouped, text_of
from corpus.readers.pdf.running import without_running
from corpus.readers.pdf.shapes import Grid
from corpus.readers.pdf.style import Look, Style, levels, style_of
from corpus.readers.writer import PAGE, Block, Heading, Item, Paragraph, Table, clean

_UNREADABLE = 0.3  # share of characters without a meaning from which a file is given up
_INDENT = 0.8  # em between the marks of a list and of the list in it
_NO_TITLE = re.compile(
    r"(?i)untitled|\(anonymous\)|제목\s?없음|microsoft\s?(?:word|powerpoint|excel)\b|.*\.\w{2,5}$"
)


def read_pdf(data: bytes, file: File, limits: Limits) -> Document:
    """A PDF file.

    Raises:
        UnreadableFileError: it asks for a password, is broken, has no text or too many pages.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > limits.max_pages:
                raise _too_long(file, len(pdf.pages), limits)
            found = []
            for number, page in enumerate(pdf.pages, 1):
                found.append(pages.read(page, number))
                page.close()
            outline = _outline(pdf)
            title = clean(str(pdf.metadata.get("Title") or ""))
    except PdfminerException as error:
        raise _refused(error, file) from error
    notes = _check(found, file)
    stream = [piece for p in without_running(found) for piece in read_order(p.pieces)]
    blocks, titled = _blocks(stream, outline, len(found))
    named = "" if titled else file.stem if _NO_TITLE.match(title) else title or file.stem
    return from_blocks(file, blocks, title=named, paged=True, notes=notes)


def _outline(pdf: PDF) -> list[str]:
    try:
        return [str(title) for _, title, *_ in pdf.doc.get_outlines()]
    except PDFNoOutlines:
        return []


def _refused(error: PdfminerException, file: File) -> UnreadableFileError:
    if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
        return archive.encrypted(file.path)
    return UnreadableFileError(
        "PDF가 손상되어 열 수 없습니다.",
        file=file.path,
        hint="원본을 다시 받거나 PDF로 다시 저장해 주세요.",
    )


def _too_long(file: File, count: int, limits: Limits) -> UnreadableFileError:
    return UnreadableFileError(
        f"쪽수가 너무 많습니다({count:,}쪽, 최대 {limits.max_pages:,}쪽).",
        file=file.path,
        hint="여러 파일로 나누어 추가해 주세요.",
    )


def _check(found: Sequence[pages.PageContent], file: File) -> list[str]:
    """What of the file has no text, in words for its owner; a file without any is refused."""
    readable = sum(page.characters for page in found)
    unreadable = sum(page.unreadable for page in found)
    if unreadable > _UNREADABLE * (readable + unreadable):
        raise UnreadableFileError(
            "글꼴에 글자 정보가 없어 글자를 알아볼 수 없는 PDF입니다.",
            file=file.path,
            hint="원본 문서에서 PDF로 다시 저장하거나 글자 인식(OCR)을 거쳐 추가해 주세요.",
        )
    if not readable:
        raise UnreadableFileError(
            "스캔한 이미지뿐이고 글자가 없는 PDF입니다."
            if any(page.scanned for page in found)
            else "읽을 글자가 없는 PDF입니다.",
            file=file.path,
            hint="글자 인식(OCR)을 거친 PDF로 바꾸어 추가해 주세요.",
        )
    scanned = [str(page.number) for page in found if page.scanned]
    notes = [f"글자가 없는 쪽(스캔 이미지)은 읽지 못했습니다: {', '.join(scanned)}쪽"]
    return notes if scanned else []


def _blocks(
    stream: Sequence[Line | Grid], outline: Sequence[str], count: int
) -> tuple[list[Block], bool]:
    """``(blocks with page marks, whether the file has a title of its own)``."""
    lines = [piece for piece in stream if isinstance(piece, Line)]
    style = style_of(lines, outline)
    joiner = Joiner((line.run for line in lines), writes_blanks=style.writes_blanks)
    groups = list(grouped(stream, style))
    ranks, titled = levels([_look(group, style) for group in groups])
    return _Writer(ranks, style, joiner).blocks(groups, count), titled


def _look(group: Group | Grid, style: Style) -> Look | None:
    """How a heading is set; None for what is no heading."""
    if isinstance(group, Grid) or not style.is_heading(group[0].run):
        return None
    return group[0].run.size, group[0].run.bold


class _Writer:
    """Turns groups into blocks and puts a mark where each page begins."""

    def __init__(self, ranks: dict[Look, int], style: Style, joiner: Joiner) -> None:
        self.ranks, self.style, self.joiner = ranks, style, joiner
        self.page = 1
        self.indents: list[float] = []  # where the marks of the open lists stand

    def blocks(self, groups: Sequence[Group | Grid], count: int) -> list[Block]:
        found = [self._table(g) if isinstance(g, Grid) else self._text(g) for g in groups]
        rest = PAGE * (count - self.page)
        return [*found, Paragraph(rest)] if rest else found

    def _turn(self, page: int) -> str:
        """The marks of the pages that begin before ``page`` is read."""
        marks = PAGE * (page - self.page)
        self.page = max(self.page, page)
        return marks

    def _text(self, group: Group) -> Block:
        first, last = group[0].run, group[-1].run
        before = self._turn(first.page)
        text = text_of(group, self.joiner, PAGE)
        self._turn(last.page)
        look = _look(group, self.style)
        if look is not None:
            self.indents.clear()
            return Heading(before + text, self.ranks[look])
        item = marked(text)
        if item is None:
            self.indents.clear()
            return Paragraph(before + text)
        return Item(before + item.text, self._depth(first.x0, first.size), item.number)

    def _depth(self, x: float, size: float) -> int:
        while self.indents and x < self.indents[-1] - _INDENT * size:
            self.indents.pop()
        if not self.indents or x > self.indents[-1] + _INDENT * size:
            self.indents.append(x)
        return len(self.indents) - 1

    def _table(self, grid: Grid) -> Table | Paragraph:
        self.indents.clear()
        first = grid.page - len(grid.starts)
        rows = [list(row) for row in grid.rows]
        rows[0][0] = self._turn(first) + rows[0][0]
        for number, page in grid.starts.items():
            if number < len(rows):
                rows[number][0] = self._turn(page) + rows[number][0]
        if len(rows) == 1 and sum(map(bool, grid.rows[0])) == 1:  # a frame around a line
            return Paragraph("".join(rows[0]))
        return Table(rows, header=len(rows) > 1)
