"""XLSX, CSV and TSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from corpus.errors import UnreadableFileError
from corpus.model import Document
from corpus.readers import archive
from corpus.readers.assemble import File, from_blocks
from corpus.readers.cells import shown
from corpus.readers.decoding import decode
from corpus.readers.limits import MEGABYTE, Limits
from corpus.readers.tables import sheet_blocks
from corpus.readers.writer import Block, Heading

# Beyond it a workbook is streamed: cell objects take some fifty times the file's bytes.
_WHOLE = 4 * MEGABYTE
_WHOLE_CELLS = 200_000  # of a sheet's area
_MOST_CHARACTERS = 50_000_000
# What the parsers raise on a file that does not hold together; lxml's error is a SyntaxError.
_BROKEN = (
    BadZipFile,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,
    EOFError,
    OSError,
)


def read_workbook(data: bytes, file: File, limits: Limits) -> Document:
    """An Excel workbook, sheet by sheet; hidden sheets are left out and told.

    Raises:
        UnreadableFileError: it is broken, a bomb, encrypted or without text.
    """
    archive.check(data, file.path, limits)
    try:
        sheets, hidden = _sheets(data, file)
    except _BROKEN as error:
        raise archive.broken(file.path) from error
    found: list[Block] = [Heading(file.stem, 1)]
    for name, rows in sheets:
        found += sheet_blocks(rows, name, 2)
    notes = [f"숨긴 시트는 읽지 않았습니다: {', '.join(hidden)}"] if hidden else []
    return from_blocks(file, found, title=file.stem, notes=notes)


def _sheets(data: bytes, file: File) -> tuple[list[tuple[str, list[list[str]]]], list[str]]:
    """``(name and rows of each sheet that is shown, names of the hidden ones)``."""
    book = _opened(data)
    left = _MOST_CHARACTERS
    found: list[tuple[str, list[list[str]]]] = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            rows = list(_rows(sheet))
            left -= sum(len(cell) for row in rows for cell in row)
            if left < 0:
                raise _too_much(file)
            found.append((sheet.title, rows))
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    book.close()
    return found, hidden


def _opened(data: bytes) -> Workbook:
    """The workbook: streamed when it is large, or when a stray cell makes its area so."""
    options = {"data_only": True, "keep_links": False}
    if len(data) <= _WHOLE:
        book = load_workbook(io.BytesIO(data), **options)
        if all(sheet.max_row * sheet.max_column <= _WHOLE_CELLS for sheet in book.worksheets):
            return book
    return load_workbook(io.BytesIO(data), read_only=True, **options)


def _too_much(file: File) -> UnreadableFileError:
    return UnreadableFileError(
        f"표의 내용이 너무 많습니다(최대 {_MOST_CHARACTERS:,}자).",
        file=file.path,
        hint="필요한 시트와 열만 남기거나 여러 파일로 나누어 추가해 주세요.",
    )


def _rows(sheet: Any) -> Iterator[list[str]]:  # noqa: ANN401 - openpyxl's two kinds of sheet
    """The rows as text, one empty row for many; merged rows repeat their first column's text."""
    whole = isinstance(sheet, Worksheet)
    merged = _merged(sheet) if whole else {}
    if not whole:
        sheet.reset_dimensions()  # what the file says of its size may be wrong
    filled = False
    for number, row in enumerate(sheet.iter_rows(), 1):
        values = [merged.get((number, n)) or shown(cell) for n, cell in enumerate(row, 1)]
        if any(values) or filled:
            yield values
        filled = any(values)


def _merged(sheet: Worksheet) -> dict[tuple[int, int], str]:
    """Texts of cells that are merged with the one above: ``(row, column)`` from 1."""
    found: dict[tuple[int, int], str] = {}
    for area in sheet.merged_cells.ranges:
        text = shown(sheet.cell(area.min_row, area.min_col))
        last = min(area.max_row, sheet.max_row)
        found |= {(row, area.min_col): text for row in range(area.min_row + 1, last + 1)}
    return found


def read_delimited(data: bytes, file: File, delimiter: str) -> Document:
    """A CSV or TSV file.

    Args:
        data: the file.
        file: its name.
        delimiter: what the suffix promises; a CSV's header may show another.

    Raises:
        UnreadableFileError: it is not text, or no cell has any.
    """
    text = decode(data, file.path)
    first = text.split("\n", 1)[0]
    if delimiter not in first:
        delimiter = next((sign for sign in ";\t" if sign in first), delimiter)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFileError(
            "표의 따옴표나 쉼표가 어긋나 읽을 수 없습니다.",
            file=file.path,
            hint="Excel에서 열어 다시 저장해 주세요.",
        ) from error
    found = [Heading(file.stem, 1), *sheet_blocks(rows, "", 1)] if any(map(any, rows)) else []
    return from_blocks(file, found, title=file.stem)
