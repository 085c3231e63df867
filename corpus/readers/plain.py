"""Markdown and plain text: read as they are; a plain text's numbered titles become headings."""

from __future__ import annotations

import re

from corpus.loader import FRONT_MATTER
from corpus.model import Document
from corpus.readers.assemble import File, from_markdown
from corpus.readers.decoding import decode
from corpus.readers.writer import Written

# Only titles that say themselves that they are: numbered, a chapter or article, or in brackets.
_TITLE = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,2})*)[.)]?\s+\S|제\s?\d+\s?[장절조편]|\[[^\[\]]+\]$|[■◆▣]\s*\S"
)
_SENTENCE_END = re.compile(r"(?:[.!?…,:;]|[다요죠까])$")
_LONGEST_TITLE = 40
_HEADING = re.compile(r"^#{1,6}\s+\S", re.MULTILINE)


def read_markdown(data: bytes, file: File) -> Document:
    """A Markdown file without its front matter.

    Raises:
        UnreadableFileError: it is not text, or there is nothing in it.
    """
    raw = decode(data, file.path)
    body = FRONT_MATTER.sub("", raw, count=1)
    first_line = raw[: len(raw) - len(body)].count("\n") + 1
    return from_markdown(file, Written(body, (), {}), first_line=first_line)


def read_plain(data: bytes, file: File) -> Document:
    """A text file; one with Markdown headings is Markdown.

    Raises:
        UnreadableFileError: it is not text, or there is nothing in it.
    """
    raw = decode(data, file.path)
    if _HEADING.search(raw):
        return read_markdown(data, file)
    return from_markdown(file, Written(_with_headings(raw), (), {}), title=file.stem)


def _with_headings(raw: str) -> str:
    lines = raw.split("\n")
    titles = [_is_title(lines, number) for number in range(len(lines))]
    return "\n".join(
        f"{'#' * _level(line)} {line.strip()}" if title else line
        for line, title in zip(lines, titles, strict=True)
    )


def _is_title(lines: list[str], number: int) -> bool:
    """Alone between blank lines (or right above its text), short, and no sentence."""
    line = lines[number].strip()
    if not _TITLE.match(line) or len(line) > _LONGEST_TITLE or _SENTENCE_END.search(line):
        return False
    before = lines[number - 1].strip() if number else ""
    rest = lines[number + 1 :]
    following = next((text.strip() for text in rest if text.strip()), "")
    listed = bool(rest) and bool(rest[0].strip()) and _TITLE.match(following)
    return not before and bool(following) and not listed


def _level(line: str) -> int:
    found = _TITLE.match(line.strip())
    number = found["number"] if found else None
    return 2 + (number.count(".") if number else 0)
