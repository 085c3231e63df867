"""A document as HTML with its cited quotes marked, exactly where the citation says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML

from assistant import Citation
from corpus import Document
from ui import labels

# Private-use characters stand for the marks while Markdown is rendered; the text itself cannot
# hold them, since they are removed first.
_OPEN, _CLOSE = 0xE000, 0xF000
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_LIST_MARK = re.compile(r"\s*(?:(?:\d+[.)]|[-*+])\s+)?")
_CELL = re.compile(r"[^|\n]+")


def render_document(document: Document, citations: Sequence[Citation]) -> str:
    """The document's title, sources and text; quote n is in ``<mark data-quote="n">``."""
    marked = _with_marks(document.text, citations)
    body = _parser().render(marked)
    body = re.sub("[\ue000-\uefff]", lambda m: _mark(ord(m.group()) - _OPEN), body)
    body = re.sub("[\uf000-\uf8ff]", "</mark>", body)
    headings = {citation.section for citation in citations}
    return f'<article class="document">{body}{_origin(document, headings)}</article>'


def _mark(n: int) -> str:
    return f'<mark data-quote="{n}">'


def _with_marks(text: str, citations: Sequence[Citation]) -> str:
    text = _PRIVATE.sub(" ", text)
    inserts: list[tuple[int, int, str]] = []
    for citation in citations:
        for start, end in _segments(text, citation.start, citation.end):
            inserts.append((start, 1, chr(_OPEN + citation.n)))
            inserts.append((end, 0, chr(_CLOSE)))
    pieces, at = [], 0
    for position, _, char in sorted(inserts):
        pieces += [text[at:position], char]
        at = position
    return "".join([*pieces, text[at:]])


def _segments(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A quote line by line and cell by cell: a mark must not cross Markdown's own structure."""
    at = start
    for line in text[start:end].splitlines(keepends=True):
        stripped = line.rstrip()
        if stripped.lstrip().startswith("|"):
            for cell in _CELL.finditer(stripped):
                inner = cell.group().strip()
                if inner and set(inner) - set("-: "):
                    offset = at + cell.start() + cell.group().index(inner)
                    yield offset, offset + len(inner)
        elif stripped:
            lead = _LIST_MARK.match(stripped)
            skip = lead.end() if lead else 0
            yield at + skip, at + len(stripped)
        at += len(line)


def _origin(document: Document, headings: set[str]) -> str:
    """Who says so: the sources behind the cited sections."""
    sources = [s for s in document.sources if any(s.supports(h) for h in headings)]
    rows = "".join(
        "<li>"
        + (
            f'<a href="{escape(s.url, quote=True)}" target="_blank" rel="noopener noreferrer">'
            f"{escape(labels.source_name(s.name))}</a>"
            if s.url
            else escape(labels.source_name(s.name))
        )
        + f" <span>{escape(labels.as_of(s.as_of))}</span></li>"
        for s in sources
    )
    return f'<footer><h3>{labels.ORIGIN}</h3><ul>{rows}</ul></footer>' if rows else ""


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # Links between documents lead to files that the page does not serve: show their text alone.
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("link_close", _link_close)
    parser.add_render_rule("image", _image)
    return parser


def _link_open(self: RendererHTML, *args: object) -> str:
    return '<span class="doc-link">'


def _link_close(self: RendererHTML, *args: object) -> str:
    return "</span>"


def _image(self: RendererHTML, *args: object) -> str:
    return ""
