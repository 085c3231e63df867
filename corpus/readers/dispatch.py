"""Which reader takes a file; each is imported when the first file of its kind comes."""

from __future__ import annotations

from pathlib import Path

from corpus.model import Document
from corpus.readers.assemble import File
from corpus.readers.files import empty, fetch
from corpus.readers.kinds import Kind, agree, by_suffix
from corpus.readers.limits import Limits
from corpus.readers.plain import read_markdown, read_plain

APART: frozenset[Kind] = frozenset({"pdf", "docx", "xlsx"})  # read in a process of their own


def read_here(file: File, root: Path | None, limits: Limits) -> Document:
    """The document that a file holds, read in this process.

    Raises:
        UnreadableFileError: it cannot be read.
    """
    kind = by_suffix(file.path)
    data = fetch(file.path, root, limits)
    agree(kind, data, file.path)
    if not data.strip():
        raise empty(file.path)
    return _parse(kind, data, file, limits)


def _parse(kind: Kind, data: bytes, file: File, limits: Limits) -> Document:
    if kind == "markdown":
        return read_markdown(data, file)
    if kind == "text":
        return read_plain(data, file)
    if kind == "html":
        from corpus.readers.web import read_page

        return read_page(data, file)
    if kind in ("csv", "tsv"):
        from corpus.readers.sheets import read_delimited

        return read_delimited(data, file, "," if kind == "csv" else "\t")
    return _parse_binary(kind, data, file, limits)


def _parse_binary(kind: Kind, data: bytes, file: File, limits: Limits) -> Document:
    if kind == "pdf":
        from corpus.readers.pdf import read_pdf

        return read_pdf(data, file, limits)
    if kind == "docx":
        from corpus.readers.word import read_word

        return read_word(data, file, limits)
    from corpus.readers.sheets import read_workbook

    return read_workbook(data, file, limits)
