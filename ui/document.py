"""A document as HTML with its cited quotes marked, exactly where the citation says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML

from assistant import Citation
from corpus import Document
from corpus.markdown import Block, blocks
from ui import labels

# Private-use characters stand for the marks while Markdown is rendered. The text itself cannot
# hold them: they are blanked first, one for one, so that every span stays where it was. A bracket
# goes with each, because ``**`` is bold only beside punctuation, a space or a line's end.
_FIRST, _LAST = 0xE000, 0xF8FE
_OPEN, _CLOSE = "⸢", "⸣\uf8ff"
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_OPENED = re.compile(f"([\ue000-\uf8fe]){_OPEN}")
# What starts a line without being its wording: indent and quote marks of a continued line.
_LEAD = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*")
_CELL = re.compile(r"(?:\\.|[^|\\\n])+")
_FENCE = re.compile(r"(?:`{3,}|~{3,}).*|[-*_= \t]*")  # or a ruler: no wording in it


def render_document(document: Document, citations: Sequence[Citation]) -> str:
    """The document's text and sources; quote n is what stands in ``<mark data-quote~="n">``.

    A mark must not cross Markdown's structure, so that a quote of several lines or cells has a
    mark in each; where two quotes overlap, one mark carries both numbers.
    """
    text = _PRIVATE.sub(" ", document.text)
    marked, numbers = _with_marks(text, citations)
    body = _parser().render(marked)
    body = _OPENED.sub(lambda m: f'<mark data-quote="{numbers[ord(m[1]) - _FIRST]}">', body)
    body = body.replace(_CLOSE, "</mark>")
    headings = {citation.section for citation in citations}
    return f'<article class="document">{body}{_origin(document, headings)}</article>'


def _with_marks(text: str, citations: Sequence[Citation]) -> tuple[str, list[str]]:
    """``text`` with a character before and after each marked part, and the parts' numbers."""
    parts = list(_parts(text, citations))[: _LAST - _FIRST]
    pieces, at = [], 0
    for place, (start, end, _) in enumerate(parts):
        pieces += [text[at:start], chr(_FIRST + place), _OPEN, text[start:end], _CLOSE]
        at = end
    return "".join([*pieces, text[at:]]), [numbers for _, _, numbers in parts]


def _parts(text: str, citations: Sequence[Citation]) -> Iterator[tuple[int, int, str]]:
    """Disjoint spans in reading order, each with the numbers of the quotes that hold it."""
    if not citations:
        return
    for line_start, line_end in _lines(text):
        quoted = [
            (max(c.start, line_start), min(c.end, line_end), c.n)
            for c in citations
            if c.start < line_end and c.end > line_start
        ]
        edges = sorted({edge for start, end, _ in quoted for edge in (start, end)})
        for start, end in pairwise(edges):
            numbers = sorted(n for s, e, n in quoted if s <= start and end <= e)
            if numbers and text[start:end].strip():
                yield start, end, " ".join(map(str, numbers))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Spans of wording that a mark may enclose: lines of paragraphs and items, cells of rows."""
    for block in blocks(text):
        if block.kind in ("row", "header"):
            yield from _cells(text, block)
        else:
            yield from _block_lines(text, block)


def _cells(text: str, block: Block) -> Iterator[tuple[int, int]]:
    for cell in _CELL.finditer(text, block.start, block.end):
        inner = cell.group().strip()
        if inner:
            start = cell.start() + cell.group().index(inner)
            yield start, start + len(inner)


def _block_lines(text: str, block: Block) -> Iterator[tuple[int, int]]:
    at = block.start
    for line in text[block.start : block.end].splitlines(keepends=True):
        lead = _LEAD.match(line)
        skip = lead.end() if lead and at > block.start else 0
        # A final backslash is a line break; behind it the mark would make it a letter.
        wording = line.rstrip().removesuffix("\\").rstrip()
        if not (block.kind == "other" and _FENCE.fullmatch(wording.strip())):
            yield at + skip, at + len(wording)
        at += len(line)


def _origin(document: Document, headings: set[str]) -> str:
    """Who says so: the sources behind the cited sections, or the seller's own file."""
    if document.own:
        name = escape(labels.own_origin(document.path, None))
        return f"<footer><h3>{labels.ORIGIN}</h3><ul><li>{name}</li></ul></footer>"
    sources = [s for s in document.sources if any(s.supports(h) for h in headings)]
    rows = "".join(
        f"<li>{_link(s.url, labels.source_name(s.name))} "
        f"<span>{escape(labels.as_of(s.as_of))}</span></li>"
        for s in sources
    )
    return f"<footer><h3>{labels.ORIGIN}</h3><ul>{rows}</ul></footer>" if rows else ""


def _link(url: str | None, name: str) -> str:
    if url is None or not url.startswith(("https://", "http://")):
        return escape(name)
    href = escape(url, quote=True)
    return f'<a href="{href}" target="_blank" rel="noopener noreferrer">{escape(name)}</a>'


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
