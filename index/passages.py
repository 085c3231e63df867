"""Passages: what is found and cited. Chunking is a pure function of a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from corpus import Category, Document, Section
from corpus.markdown import Block, blocks, cells

UnitKind = Literal["sentence", "item", "step", "row", "pointer"]
Splitter = Callable[[str], list[tuple[int, int]]]

POINTER = "관련 문서:"  # a line of links to read on: never an answer by itself


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(_Frozen):
    """The smallest citable piece: ``document.text[start:end]``; ``text`` is how it is shown."""

    kind: UnitKind
    start: int
    end: int
    text: str


class Passage(_Frozen):
    """A section or part of one: ``document.text[start:end] == text``."""

    id: str
    document_id: str
    title: str
    section: str
    category: Category | None
    text: str
    start: int
    end: int
    page: int | None = None
    source: str
    as_of: str
    own: bool = False
    units: tuple[Unit, ...]
    questions: tuple[str, ...] = ()
    aliases: tuple[tuple[str, ...], ...] = ()

    @property
    def embedded_text(self) -> str:
        """What the encoder sees: the heading path gives a short passage its subject."""
        return f"{self.title} > {self.section}\n{self.text}"


class Terms(_Frozen):
    """The search terms of a passage, worked out at build time: a query only compares them."""

    heading: frozenset[str]
    units: tuple[frozenset[str], ...]
    questions: tuple[frozenset[str], ...]

    @property
    def all(self) -> frozenset[str]:
        """Terms of the heading path and the text."""
        return self.heading.union(*self.units)


def chunk(document: Document, split: Splitter, limit: int) -> list[Passage]:
    """The passages of one document.

    Args:
        document: the document; every span refers to its ``text``.
        split: finds the sentences of a text as ``(start, end)`` pairs.
        limit: characters a passage may have; a single longer unit stays whole.
    """
    parsed = blocks(document.text)
    passages: list[Passage] = []
    for number, section in enumerate(document.sections):
        inside = [b for b in parsed if section.start <= b.start and b.end <= section.end]
        units = list(_units(document.text, inside, split))
        for part, group in enumerate(_groups(units, limit)):
            passages.append(_passage(document, section, f"{number}.{part}", group))
    return passages


def _passage(document: Document, section: Section, number: str, units: list[Unit]) -> Passage:
    sources = document.sources_of(section.heading)
    start, end = units[0].start, units[-1].end
    return Passage(
        id=f"{document.id}#{number}",
        document_id=document.id,
        title=document.title,
        section=section.heading,
        category=document.category,
        text=document.text[start:end],
        start=start,
        end=end,
        page=document.page_of(start),
        source=sources[0].name if sources else document.path,
        as_of=sources[0].as_of if sources else "미상",
        own=document.own,
        units=tuple(units),
        questions=document.questions.get(section.heading, ()),
        aliases=document.aliases,
    )


def _units(text: str, inside: list[Block], split: Splitter) -> Iterator[Unit]:
    header: list[str] = []
    for block in inside:
        body = text[block.start : block.end]
        if block.kind == "header":
            header = cells(body)
        elif block.kind == "row":
            yield Unit(kind="row", start=block.start, end=block.end, text=_row(header, body))
        elif block.kind in ("step", "item", "other"):
            kind: UnitKind = "step" if block.kind == "step" else "item"
            yield Unit(kind=kind, start=block.start, end=block.end, text=_flat(body))
        elif block.kind == "paragraph":
            yield from _sentences(block, body, split)


def _sentences(block: Block, body: str, split: Splitter) -> Iterator[Unit]:
    if body.startswith(POINTER):
        yield Unit(kind="pointer", start=block.start, end=block.end, text=_flat(body))
        return
    for start, end in split(body):
        yield Unit(
            kind="sentence",
            start=block.start + start,
            end=block.start + end,
            text=_flat(body[start:end]),
        )


def _row(header: list[str], body: str) -> str:
    """A table row in words: ``first cell – column: value, column: value``."""
    first, *rest = cells(body)
    names = header[1:] if len(header) == len(rest) + 1 else [""] * len(rest)
    told = [f"{name}: {value}" if name else value for name, value in zip(names, rest, strict=True)]
    return f"{first} – {', '.join(told)}" if told else first


def _flat(text: str) -> str:
    return " ".join(text.split())


def _groups(units: list[Unit], limit: int) -> Iterator[list[Unit]]:
    """Consecutive units whose span stays within ``limit`` characters."""
    group: list[Unit] = []
    for unit in units:
        if group and unit.end - group[0].start > limit:
            yield group
            group = []
        group.append(unit)
    if group:
        yield group
