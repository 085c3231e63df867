"""From Markdown to a ``Document`` of the seller's own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import UnreadableFileError
from corpus.loader import sections
from corpus.markdown import blocks
from corpus.model import Document, Section
from corpus.readers.writer import Block, Written, write


@dataclass(frozen=True)
class File:
    """A seller's file: where it is, and the name by which it is known and shown."""

    path: Path
    name: str
    shown: str

    @property
    def stem(self) -> str:
        """The name of the file without its suffix."""
        return self.path.stem


def from_blocks(
    file: File,
    found: Sequence[Block],
    *,
    title: str = "",
    paged: bool = False,
    notes: Sequence[str] = (),
) -> Document:
    """The document that a reader's blocks make.

    Raises:
        UnreadableFileError: there is no text in them.
    """
    return from_markdown(file, write(found, paged=paged), title=title, notes=notes)


def from_markdown(
    file: File,
    written: Written,
    *,
    title: str = "",
    first_line: int = 1,
    notes: Sequence[str] = (),
) -> Document:
    """The document that a Markdown text makes; its title is its first heading, else ``title``.

    Raises:
        UnreadableFileError: there is no text in it.
    """
    text = written.text
    heading = next((b for b in blocks(text) if b.kind == "heading" and b.end > b.start), None)
    name = title or (text[heading.start : heading.end] if heading else "") or file.stem
    found = [*_opening(text, title or file.stem, first_line), *sections(text, first_line)]
    found = [section for section in found if section.end > section.start]
    if not found:
        raise UnreadableFileError(
            "읽을 글자가 없습니다.", file=file.path, hint="내용이 있는 파일인지 확인해 주세요."
        )
    return Document(
        id=f"own:{file.name}",
        title=name,
        category=None,
        text=text,
        sections=tuple(found),
        questions=written.questions,
        path=file.shown,
        own=True,
        pages=written.pages,
        notes=tuple(notes),
    )


def _opening(text: str, name: str, first_line: int) -> Iterator[Section]:
    """What stands before the first heading, as a section called ``name``."""
    found = list(itertools.takewhile(lambda block: block.kind != "heading", blocks(text)))
    if found:
        start, end, line = found[0].start, found[-1].end, found[0].line
        yield Section(heading=name, path=(name,), start=start, end=end, line=first_line + line - 1)
