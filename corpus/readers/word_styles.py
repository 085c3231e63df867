"""What a Word paragraph is by its style: heading, list entry, table of contents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

# Word keeps "heading 1" in the file whatever its language; Hangul Office writes "개요 1".
_HEADING = re.compile(r"(?:heading|제목|개요|표제)\s*([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"title|제목|표제", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|목차)\s*\d*(?:\s*heading)?|table of figures", re.IGNORECASE)
_LIST = re.compile(r"list (?:bullet|number) ([2-5])", re.IGNORECASE)
_BODY_LEVEL = 9  # Word's outline level for text that is no heading
_BULLETS = frozenset({"bullet", "none"})
_VAL = qn("w:val")


@dataclass(frozen=True)
class Style:
    """A paragraph: ``heading`` is its level or 0; ``number`` is None in a bulleted list."""

    heading: int = 0
    listed: bool = False
    depth: int = 0
    number: int | None = None
    contents: bool = False


class Styles:
    """Reads the styles once, and counts the numbered lists of one document."""

    def __init__(self, document: WordDocument) -> None:
        self._styles = {style.get(qn("w:styleId")): style for style in _all_styles(document)}
        self._formats, self._abstract = _numbering(document)
        self._counts: dict[tuple[str, int], int] = {}

    def of(self, paragraph: Any) -> Style:  # noqa: ANN401 - an lxml element
        """The style of a paragraph; asks for each in order, since it counts."""
        chain = [paragraph, *self._chain(_value(paragraph, "w:pPr/w:pStyle"))]
        names = [_value(style, "w:name") or "" for style in chain[1:]]
        if any(_CONTENTS.fullmatch(name) for name in names):
            return Style(contents=True)
        level = _heading(chain, names)
        if level:
            return Style(heading=level)
        number = _first(chain, "w:pPr/w:numPr/w:numId")
        if number in (None, "0") or number not in self._abstract:
            return Style()
        depth = int(_first(chain, "w:pPr/w:numPr/w:ilvl") or _depth(names))
        return Style(listed=True, depth=depth, number=self._count(number, depth))

    def _chain(self, name: str | None) -> list[Any]:
        """A style and those it is based on."""
        chain: list[Any] = []
        while name in self._styles and self._styles[name] not in chain:
            chain.append(self._styles[name])
            name = _value(chain[-1], "w:basedOn")
        return chain

    def _count(self, number: str, depth: int) -> int | None:
        form, start = self._formats.get((self._abstract[number], depth), ("bullet", 1))
        if form in _BULLETS:
            return None
        for key in [key for key in self._counts if key[0] == number and key[1] > depth]:
            del self._counts[key]
        self._counts[number, depth] = self._counts.get((number, depth), start - 1) + 1
        return self._counts[number, depth]


def _heading(chain: list[Any], names: list[str]) -> int:
    for name in names:
        if found := _HEADING.fullmatch(name.strip()):
            return int(found[1])
        if _TITLE.fullmatch(name.strip()):
            return 1
    outline = _first(chain, "w:pPr/w:outlineLvl")
    level = int(outline) if outline is not None else _BODY_LEVEL
    return level + 1 if level < _BODY_LEVEL else 0


def _depth(names: list[str]) -> int:
    """Word's own list styles tell the depth in their name alone: List Bullet 2."""
    found = next((f for name in names if (f := _LIST.fullmatch(name))), None)
    return int(found[1]) - 1 if found else 0


def _first(chain: list[Any], path: str) -> str | None:
    return next((value for e in chain if (value := _value(e, path)) is not None), None)


def _value(element: Any, path: str) -> str | None:  # noqa: ANN401 - an lxml element
    found = element.find("/".join(qn(step) for step in path.split("/")))
    return None if found is None else found.get(_VAL)


def _all_styles(document: WordDocument) -> list[Any]:
    return list(document.styles.element.findall(qn("w:style")))


def _numbering(
    document: WordDocument,
) -> tuple[dict[tuple[str, int], tuple[str, int]], dict[str, str]]:
    """``({(abstract id, depth): (format, first number)}, {number id: abstract id})``."""
    try:
        root = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element  # type: ignore[attr-defined]
    except KeyError:  # a document without lists
        return {}, {}
    formats: dict[tuple[str, int], tuple[str, int]] = {}
    for abstract in root.findall(qn("w:abstractNum")):
        for level in abstract.findall(qn("w:lvl")):
            key = abstract.get(qn("w:abstractNumId")), int(level.get(qn("w:ilvl")))
            form = _value(level, "w:numFmt") or "decimal"
            formats[key] = form, int(_value(level, "w:start") or 1)
    ids = {
        number.get(qn("w:numId")): _value(number, "w:abstractNumId") or ""
        for number in root.findall(qn("w:num"))
    }
    return formats, ids
