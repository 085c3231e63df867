"""Word documents: headings by style, numbered lists as steps, tables, text boxes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from lxml.etree import LxmlError

from corpus.model import Document
from corpus.readers import archive
from corpus.readers.assemble import File, from_blocks
from corpus.readers.limits import Limits
from corpus.readers.lists import lines_as_blocks
from corpus.readers.word_styles import Styles
from corpus.readers.writer import Block, Heading, Item, Table, clean_lines

# What the parsers raise on a file that does not hold together.
_BROKEN = (
    BadZipFile,
    OpcError,
    LxmlError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    RecursionError,
)

_TEXT, _TAB, _BREAK, _RETURN = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")
_BOX, _DRAWN = qn("w:txbxContent"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Text boxes are told after their paragraph; a fallback repeats them; moved text stands elsewhere.
_NOT_WORDING = frozenset({_BOX, f"{_DRAWN}Fallback", qn("w:moveFrom"), qn("w:pPr"), qn("w:del")})


def read_word(data: bytes, file: File, limits: Limits) -> Document:
    """A DOCX file; its headers, footers and table of contents are left out.

    Raises:
        UnreadableFileError: it is broken, a bomb, encrypted or without text.
    """
    archive.check(data, file.path, limits)
    try:
        document = docx.Document(io.BytesIO(data))
        found = list(_Reader(document).blocks(document.element.body))
        title = (document.core_properties.title or "").strip()
    except _BROKEN as error:
        raise archive.broken(file.path) from error
    headed = any(isinstance(block, Heading) and block.level == 1 for block in found)
    return from_blocks(file, found, title="" if headed else title)


class _Reader:
    def __init__(self, document: WordDocument) -> None:
        self.document = document
        self.styles = Styles(document)

    def blocks(self, container: Any) -> Iterator[Block]:  # noqa: ANN401 - an lxml element
        """What stands in a body, a content control, a text box or a single cell."""
        for element in container:
            if element.tag == qn("w:p"):
                yield from self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                yield from self._table(element)
            elif element.tag == qn("w:sdt"):
                inside = element.find(qn("w:sdtContent"))
                yield from self.blocks(inside if inside is not None else ())

    def _paragraph(self, element: Any) -> Iterator[Block]:  # noqa: ANN401 - an lxml element
        style = self.styles.of(element)
        text = clean_lines(_wording(element))
        if text and not style.contents:
            if style.heading:
                yield Heading(text, style.heading)
            elif style.listed:
                yield Item(text, style.depth, style.number)
            else:
                yield from lines_as_blocks(text)
        for box in _boxes(element):
            yield from self.blocks(box)

    def _table(self, element: Any) -> Iterator[Block]:  # noqa: ANN401 - an lxml element
        table = WordTable(element, self.document)
        rows = [[cell._tc for cell in row.cells] for row in table.rows]
        if len({id(cell) for row in rows for cell in row}) == 1:  # a frame around text
            yield from self.blocks(rows[0][0])
            return
        yield Table([[_cell(cell) for cell in row] for row in rows])


def _wording(element: Any) -> str:  # noqa: ANN401 - an lxml element
    """The text in an element and below, without what is told elsewhere."""
    parts: list[str] = []
    for child in element:
        if child.tag in _NOT_WORDING:
            continue
        if child.tag == _TEXT:
            parts.append(child.text or "")
        elif child.tag == _TAB:
            parts.append(" ")
        elif child.tag in (_BREAK, _RETURN):
            parts.append("\n")
        else:
            parts.append(_wording(child))
    return "".join(parts)


def _boxes(element: Any) -> Iterator[Any]:  # noqa: ANN401 - an lxml element
    """The outermost text boxes that are anchored in a paragraph, once each."""
    for box in element.iter(_BOX):
        above = [parent.tag for parent in box.iterancestors()]
        inside = above[: above.index(qn("w:p"))] if qn("w:p") in above else above
        if f"{_DRAWN}Fallback" not in inside and next(box.iterancestors(qn("w:p"))) is element:
            yield box


def _cell(cell: Any) -> str:  # noqa: ANN401 - an lxml element
    """The paragraphs of a cell, and of tables in it, on one line."""
    return " ".join(text for p in cell.iter(qn("w:p")) if (text := clean_lines(_wording(p))))
