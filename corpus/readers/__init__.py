"""Readers for sellers' own files: one file in, one document out."""

from __future__ import annotations

import os
from pathlib import Path

from corpus.loader import nfc
from corpus.model import Document
from corpus.readers.assemble import File
from corpus.readers.dispatch import APART, read_here
from corpus.readers.isolate import read_apart
from corpus.readers.kinds import SUFFIXES, by_suffix
from corpus.readers.limits import Limits

__all__ = ["READABLE", "Limits", "read"]

READABLE: frozenset[str] = frozenset(SUFFIXES)


def read(
    path: Path,
    *,
    root: Path | None = None,
    name: str | None = None,
    limits: Limits | None = None,
) -> list[Document]:
    """A seller's own file as documents: Markdown, text, HTML, PDF, DOCX, XLSX, CSV or TSV.

    Args:
        path: the file.
        root: the folder that a symbolic link must not lead out of; None: anywhere.
        name: what the document's id (``own:<name>``) and shown path are made of, such as the
            path below a folder of documents; None: the file's name.
        limits: bounds on size, pages and time; None: the defaults.

    Raises:
        UnreadableFileError: the file cannot be read; its text is one Korean sentence and a hint.
    """
    path = Path(path)
    known = _text(path.name if name is None else name)
    file = File(path, known, known if name is not None else _text(str(path)))
    limits = limits or Limits()
    apart = by_suffix(path) in APART
    return [read_apart(file, root, limits) if apart else read_here(file, root, limits)]


def _text(name: str) -> str:
    """A file name in NFC; bytes of it that are no UTF-8 are replaced."""
    return nfc(os.fsencode(name).decode("utf-8", "replace"))
